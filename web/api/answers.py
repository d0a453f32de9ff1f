"""The shapes of answers that belong to HTTP alone: listings and problems."""

from typing import Generic, NotRequired, TypeVar

from typing_extensions import TypedDict

from engine.service.case_answers import UnmetAnswer

Item = TypeVar("Item")


class Listing(TypedDict, Generic[Item]):
    """A page of a listing; `next` is the cursor of the page after it, null on the last."""

    items: list[Item]
    next: str | None
    total: int


class FieldFaultAnswer(TypedDict):
    """A field that is missing or wrong, by its dotted path, and the sentence that says so."""

    field: str
    message: str


class ProblemAnswer(TypedDict):
    """A refusal (RFC 9457). `code` is stable; `detail` is in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: NotRequired[list[FieldFaultAnswer]]
    unmet: NotRequired[list[UnmetAnswer]]


def whole(items: list[Item]) -> Listing[Item]:
    """Give a listing that has one page."""
    return {"items": items, "next": None, "total": len(items)}

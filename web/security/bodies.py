"""What a request brings: measured, read, and told from what no form of ours sends."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from engine.bootstrap import Application
from engine.errors import DubanError, InvalidError, TooLargeError, UnsupportedError
from web.routing import Declared
from web.security.limits import MOST_FIELDS, MOST_FILES, Measured, told
from web.visit import Visit

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def measure(request: Request, declared: Declared, application: Application) -> Measured:
    """Have the body of a request counted as it comes. Raises TooLargeError for one announced."""
    settings = application.settings
    request.state.surface = declared.surface
    most = settings.max_body + (settings.max_upload if declared.uploads else 0)
    measured = Measured(request, most)
    request._receive = measured  # noqa: SLF001  # Starlette has no public way to measure a body
    return measured


async def read_body(request: Request, visit: Visit) -> None:
    """Read what was sent: a form field by field, all else as bytes."""
    if visit.media in _FORMS:
        visit.form = await request.form(
            max_files=MOST_FILES,
            max_fields=MOST_FIELDS,
            max_part_size=visit.application.settings.max_body,
        )
        _check_parts(visit)
        return
    visit.body = await request.body()
    if visit.body and visit.surface == "page":
        raise UnsupportedError("form-kind")


def unreadable(error: HTTPException) -> DubanError:
    """Say what the framework found wrong with a body: only its words tell too much from broken."""
    for what, most in (("fields", MOST_FIELDS), ("files", MOST_FILES)):
        if error.detail.startswith(f"Too many {what}"):
            return TooLargeError(f"too-many-{what}", most=most)
    return InvalidError("body-unreadable")


def _check_parts(visit: Visit) -> None:
    most = visit.application.settings.max_upload
    for _, value in visit.form.multi_items():
        if isinstance(value, str):
            if "\x00" in value:
                raise InvalidError("form-unkeepable")
        elif (value.size or 0) > most:
            raise TooLargeError("too-large", limit=told(most))

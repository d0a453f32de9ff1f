"""The exact JSON shapes in which units, accounts, deputies and tokens are answered."""

from typing_extensions import TypedDict


class UnitAnswer(TypedDict):
    """A unit of the tree; `depth` counts from 0 at the top."""

    name: str
    kind: str
    parent: str | None
    depth: int


class AccountAnswer(TypedDict):
    """An official's account. `sign_in` tells whether there is a password."""

    login: str
    name: str
    post: str | None
    unit: str
    roles: list[str]
    enabled: bool
    email: str | None
    sign_in: bool


class DisabledAnswer(TypedDict):
    """A disabled account, with the open cases that it still answers for, and who was told.

    Their number is `leads`; only the person at the machine is told which, `still_leads`, for
    administrators see no case. `told` are the logins of those who must hand them over, and of
    those who watch over that.
    """

    login: str
    leads: int
    still_leads: list[str]
    told: list[str]


class PersonAnswer(TypedDict):
    """An account as others see it."""

    login: str
    name: str
    post: str | None


DeputyAnswer = TypedDict(
    "DeputyAnswer",
    {
        "id": int,
        "principal": PersonAnswer,
        "deputy": PersonAnswer,
        "from": str,
        "to": str,
        "reason": str,
        "ended_at": str | None,
    },
)
"""Who acts for whom, from one day to another, both included (`from` is a word of Python)."""


class TokenAnswer(TypedDict):
    """A token without its secret; `expires` is its last day."""

    id: int
    login: str
    scope: str
    label: str
    created_at: str
    expires: str | None
    revoked: bool


class TokenMadeAnswer(TypedDict):
    """A new token; the only answer that ever holds the secret."""

    token: str
    id: int
    expires: str


class MeAnswer(TypedDict):
    """The caller: account, unit with those below it, roles, and whom it stands in for today."""

    login: str
    name: str
    post: str | None
    unit: str | None
    units: list[str]
    roles: list[str]
    stands_in_for: list[str]

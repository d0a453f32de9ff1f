"""Who may do what: the caller, the roles, and the one table from which code, docs and tests draw.

`ACTS` says which roles do what is about no single case, `WRITERS` which parties write what is
between the steps of a case, `SEES` which cases a role sees, `FIT` who can be named for what. Steps
are staffed by the workflow's own `by`. What is not in the table belongs to nobody, and no other
file names a role to decide by (`tests/house/test_draw_from_one_table.py`).
`docs/reference/permissions.md` is written from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from engine.errors import ForbiddenError
from engine.words import Message, alternatives, message

ROLES = ("office", "leader", "unit", "supervision", "head", "duty", "admin", "auditor")
READS_ALL = frozenset({"office", "supervision", "head", "auditor"})
"""Roles that read every case."""
KNOWS_ALL = READS_ALL | {"duty"}
"""Roles that know of every case, at least in summary."""
TOLD_OF_RULES = frozenset({"office", "supervision", "head"})
"""Roles that are told of every change of calendar and workflows: who makes it judges no case."""
TOLD_OF_SHUT = frozenset({"head"})
"""Roles that are told, beside those who must hand them over, of cases whose leader was disabled."""
OWNER = "owner"
"""The owner of a measure; a party only where a measure is at hand, or of any for notes."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: an account with its rights of today.

    `units` are its own unit and all below it, `above` its own unit and all above it.
    `stands_in_for` are the accounts whose deputy it is today. `may_write` is False behind a token
    of scope `read`. `account_id` is None only for the operator of the installation (`OPERATOR`).
    """

    account_id: int | None
    login: str
    name: str
    post: str | None
    roles: frozenset[str]
    unit_id: int | None
    units: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()
    stands_in_for: frozenset[int] = frozenset()
    may_write: bool = True

    def has(self, *roles: str) -> bool:
        """Tell whether the caller has one of these roles."""
        return not self.roles.isdisjoint(roles)


OPERATOR = Principal(None, "", "", None, frozenset({"admin"}), None)
"""Whoever runs commands on the machine itself: acts as administrator, never on a case."""

ACTS: dict[str, frozenset[str]] = {
    "issue.open": frozenset({"office", "duty"}),
    "case.register": frozenset({"office", "duty"}),
    "import": frozenset({"office"}),
    "case.read": READS_ALL | {"leader", "unit", "duty"},
    "report.read": READS_ALL | {"leader", "unit"},
    "log.export": READS_ALL | {"leader", "unit"},
    "unit.add": frozenset({"admin"}),
    "unit.change": frozenset({"admin"}),
    "unit.list": frozenset(ROLES),
    "account.add": frozenset({"admin"}),
    "account.list": frozenset(ROLES),
    "account.change": frozenset({"admin"}),
    "account.disable": frozenset({"admin"}),
    "account.enable": frozenset({"admin"}),
    "account.roles": frozenset({"admin"}),
    "account.password": frozenset({"admin"}),
    "identity.link": frozenset({"admin"}),
    "identity.unlink": frozenset({"admin"}),
    "deputy.name": frozenset({"office", "leader", "admin"}),
    "deputy.any": frozenset({"office", "admin"}),
    "deputy.list": frozenset(ROLES),
    "deputy.end": frozenset({"office", "leader", "admin"}),
    "token.create": frozenset(ROLES),
    "token.any": frozenset({"admin"}),
    "token.list": frozenset(ROLES),
    "token.revoke": frozenset(ROLES),
    "calendar.read": frozenset(ROLES),
    "calendar.import": frozenset({"admin"}),
    "calendar.override": frozenset({"admin"}),
    "workflow.read": frozenset(ROLES),
    "workflow.publish": frozenset({"admin"}),
    "workflow.migrate": frozenset({"admin"}),
    "audit.read": frozenset(ROLES),
    "letter.draft": READS_ALL,
    "supervision.read": frozenset({"supervision", "head", "auditor"}),
    "audit.verify": frozenset({"supervision", "head", "auditor"}),
    "daily.read": READS_ALL | {"duty"},
    "daily.hand-in": frozenset({"office", "duty"}),
    "daily.working-day": frozenset({"office"}),
    "daily.day-off": frozenset({"duty"}),
    "daily.report": frozenset({"unit"}),
    "daily.chase": frozenset({"office", "duty"}),
    "roster.set": frozenset({"office"}),
    "roster.list": READS_ALL | {"duty", "leader", "unit"},
    "webhook.add": frozenset({"admin"}),
    "webhook.list": frozenset({"admin"}),
    "webhook.end": frozenset({"admin"}),
    "outbox.list": frozenset({"admin", "supervision"}),
    "outbox.retry": frozenset({"admin"}),
    "self.read": frozenset(ROLES),
}
"""Every act besides steps and parts of a case, with the roles whose holders may do it.

Some narrow another: `deputy.any` and `token.any` are those of others, one's own are everybody's;
`daily.working-day` and `daily.day-off` say whose `daily.hand-in` it is on which day;
`letter.draft` is to read a letter before it is issued, in a case that one reads.
"""

WRITERS: dict[str, tuple[str, ...]] = {
    "task-force": ("lead-leader",),
    "plan": ("lead-leader", "officer"),
    "plan.adopt": ("lead-leader",),
    "progress": ("lead-leader", "officer", OWNER),
    "claim": ("lead-leader", "officer", "office"),
    "reply": ("lead-leader", "officer", "office"),
    "note": ("lead-leader", "officer", OWNER, "office", "supervision"),
    "letter": ("supervision",),
    "letter.answer": ("lead-leader", "officer"),
    "nudge": ("office", "supervision", "head", "lead-leader"),
    "file": ("lead-leader", "officer", OWNER, "office", "supervision"),
}
"""The parties who may write each part; notes and files are for whoever may write any part."""

HELD_BY: dict[str, frozenset[str]] = {
    "lead-leader": frozenset({"leader"}),
    "officer": frozenset({"unit"}),
    "assigner": frozenset({"office", "supervision"}),
}
"""The roles whose holders can be a party of another name."""

SEES: dict[str, frozenset[str]] = {
    "all": READS_ALL,
    "part": frozenset({"leader", "unit"}),
    "registered": frozenset({"duty"}),
    "summary": frozenset({"duty"}),
    "none": frozenset({"admin"}),
}
"""Which cases a role sees: every one in full; those in which it, its unit or one below has a part,
or had one until 90 days after closure; those that it registered itself; every one in summary; none.
"""

FIT: dict[str, frozenset[str]] = {
    "lead-leader": frozenset({"leader"}),
    "member": frozenset({"leader", "unit", "office"}),
    "owner": frozenset({"leader", "unit"}),
    "deputy": frozenset({"leader", "unit", "office", "duty"}),
    "not-deputy": frozenset({"admin", "auditor", "supervision", "head"}),
    "on-duty": frozenset({"duty", "office"}),
    "clerk": frozenset({"office"}),
    "officer": frozenset({"unit"}),
}
"""Who can be named for what: one of these roles is asked for; who judges stands in for nobody."""

WRITES = frozenset(
    {"add", "change", "enable", "open", "register", "disable", "roles", "password", "name", "end",
     "create", "revoke", "import", "verify", "override", "publish", "migrate", "retry",
     "hand-in", "report", "chase", "set", "link", "unlink"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether an act is the caller's, and the sentence that says whose it is if not."""

    allowed: bool
    message: Message


def may(who: Principal, act: str) -> Decision:
    """Decide whether an act is the caller's. Raises KeyError for an unknown act."""
    roles = ACTS[act]
    if act.rpartition(".")[2] in WRITES and not who.may_write:
        return Decision(allowed=False, message=message("token-may-only-read"))
    return Decision(allowed=who.has(*roles), message=message("act-forbidden", who=_any(roles)))


@cache
def _any(roles: frozenset[str]) -> Message:
    """Name roles as alternatives: “the office or the duty officer”."""
    return alternatives(message(f"holder-{role}") for role in ROLES if role in roles)


def roles_of(parties: Iterable[str]) -> frozenset[str]:
    """Give the roles whose holders can be one of these parties."""
    found = (HELD_BY.get(party, frozenset({party})) for party in parties)
    return frozenset().union(*found)


def is_fit(roles: Iterable[str], what: str) -> bool:
    """Tell whether somebody with these roles can be named for something."""
    return not FIT[what].isdisjoint(roles)


def does(who: Principal, act: str) -> bool:
    """Tell whether an act is of the caller's roles, be it behind a token that only reads."""
    return who.has(*ACTS[act])


def require(who: Principal, act: str) -> None:
    """Raise ForbiddenError unless the act is the caller's."""
    decision = may(who, act)
    if not decision.allowed:
        raise ForbiddenError(decision.message)

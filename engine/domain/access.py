"""Who may do what: the caller, the roles, and one table of acts that are not steps of a case.

Steps of a case are staffed by the parties of `parties.py`; which cases one sees is decided by
`engine/store/visible.py`. Everything else that an account may do stands here. An act that is not in
the table belongs to nobody.
"""

from dataclasses import dataclass

from engine.errors import ForbiddenError
from engine.words import Message, message

ROLES = ("office", "leader", "unit", "supervision", "head", "duty", "admin", "auditor")
READS_ALL = frozenset({"office", "supervision", "head", "auditor"})
"""Roles that read every case."""


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
    "deputy.name": frozenset({"office", "leader", "admin"}),
    "deputy.list": frozenset(ROLES),
    "deputy.end": frozenset({"office", "leader", "admin"}),
    "token.create": frozenset(ROLES),
    "token.list": frozenset(ROLES),
    "token.revoke": frozenset(ROLES),
    "calendar.read": frozenset(ROLES),
    "calendar.import": frozenset({"admin"}),
    "calendar.override": frozenset({"admin"}),
    "workflow.read": frozenset(ROLES),
    "workflow.publish": frozenset({"admin"}),
    "workflow.migrate": frozenset({"admin"}),
    "audit.read": frozenset(ROLES),
    "supervision.read": frozenset({"supervision", "head", "auditor"}),
    "audit.verify": frozenset({"supervision", "head", "auditor"}),
    "daily.read": READS_ALL | {"duty"},
    "daily.hand-in": frozenset({"office", "duty"}),
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
"""Every act besides steps and parts of a case, with the roles whose holders may do it."""

WRITES = frozenset(
    {"add", "change", "enable", "open", "register", "disable", "roles", "password", "name", "end",
     "create", "revoke", "import", "verify", "override", "publish", "migrate", "retry",
     "hand-in", "report", "chase", "set"}
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


def _any(roles: frozenset[str]) -> Message:
    """Name roles as alternatives: “the office or the duty officer”."""
    first, *rest = (message(f"holder-{role}") for role in ROLES if role in roles)
    for other in rest:
        first = message("party-or", one=first, other=other)
    return first


def require(who: Principal, act: str) -> None:
    """Raise ForbiddenError unless the act is the caller's."""
    decision = may(who, act)
    if not decision.allowed:
        raise ForbiddenError(decision.message)

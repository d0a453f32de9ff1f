"""Events: what the log says of every change, and the exact bytes in which it says it.

- Every change is told as `Delta`s, the same objects that the store writes to the tables; so there
  is no change without its event, and no event that tells another story than the tables.
- An event belongs to one stream: a case's own (the case's id) or the office's (0). Within a stream
  `seq` counts from 1 and `prev` is the leaf hash of the event before, null for the first.
- Free text enters the body as salted commitments only; `Told.vault` holds the values and salts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from engine.domain.canonical import canonical, commitment, leaf_hash
from engine.domain.records import key_columns, text_columns

OFFICE_STREAM = 0
"""The stream of events that belong to no case."""


class Kind(StrEnum):
    """Every kind of event there is; the value is what history and exports show."""

    ISSUE_OPENED = "issue.opened"
    CASE_REGISTERED = "case.registered"
    CASE_STEPPED = "case.stepped"
    CASE_IMPORTED = "case.imported"
    CASE_MIGRATED = "case.migrated"
    CASE_RECEIVED_MERGER = "case.received-merger"
    CASE_NUDGED = "case.nudged"
    TASK_FORCE_SET = "task-force.set"
    PLAN_WRITTEN = "plan.written"
    PLAN_ADOPTED = "plan.adopted"
    MEASURE_PROGRESSED = "measure.progressed"
    NOTE_ADDED = "note.added"
    FILE_ADDED = "file.added"
    CLAIM_RECORDED = "claim.recorded"
    CLAIM_CHANGED = "claim.changed"
    REPLY_RECORDED = "reply.recorded"
    CLOCK_MOVED = "clock.moved"
    UNIT_ADDED = "unit.added"
    UNIT_CHANGED = "unit.changed"
    ACCOUNT_ADDED = "account.added"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    PASSWORD_SET = "account.password-set"  # noqa: S105  # the name of an event
    FACTOR_SET = "account.factor-set"
    FACTOR_REMOVED = "account.factor-removed"
    SIGNED_IN = "account.signed-in"
    IDENTITY_LINKED = "account.identity-linked"
    IDENTITY_UNLINKED = "account.identity-unlinked"
    DEPUTY_NAMED = "deputy.named"
    DEPUTY_ENDED = "deputy.ended"
    TOKEN_CREATED = "token.created"  # noqa: S105  # the name of an event
    TOKEN_REVOKED = "token.revoked"  # noqa: S105  # the name of an event
    CALENDAR_LOADED = "calendar.loaded"
    CALENDAR_OVERRIDDEN = "calendar.overridden"
    IMPORT_CONFIRMED = "import.confirmed"
    WORKFLOW_PUBLISHED = "workflow.published"
    WORKFLOW_MIGRATED = "workflow.migrated"
    SETTING_CHANGED = "setting.changed"
    LETTER_DRAFTED = "letter.drafted"
    LETTER_REVISED = "letter.revised"
    LETTER_ISSUED = "letter.issued"
    LETTER_SIGNED = "letter.signed"
    LETTER_ANSWERED = "letter.answered"
    LETTER_JUDGED = "letter.judged"
    UNIT_REPORTED = "daily.unit-reported"
    UNIT_CHASED = "daily.unit-chased"
    DAILY_HANDED_IN = "daily.handed-in"
    SHIFT_SET = "roster.set"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_ENDED = "webhook.ended"


def escalation_kind(rung: str) -> str:
    """Name the kind of event that tells of a rung; rungs are data of the workflow."""
    return f"escalation.{rung}"


@dataclass(frozen=True, slots=True)
class Delta:
    """One row that changes: `old` is None for a new row, else the former values of what changes."""

    record: str
    key: tuple[int, ...]
    new: Mapping[str, Any]
    old: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it: the acting account, the principal it stood in for, and through which face.

    `account_id` is None for the system itself. `via` is `web`, `api`, `cli`, `timer` or `import`.
    """

    account_id: int | None
    on_behalf_of: int | None = None
    via: str = "cli"


@dataclass(frozen=True, slots=True)
class Happening:
    """All that an event will say, before it has its place in a stream.

    `kind` is one of `Kind`, or what `escalation_kind` gives. `at` is when it holds (an imported
    step's day), `recorded_at` when Duban learned of it.
    `workflow` is `name@version`, `workflow_digest` the hash of that definition.
    """

    kind: Kind | str
    at: datetime
    recorded_at: datetime
    doer: Doer
    deltas: Sequence[Delta]
    case_id: int | None = None
    case_code: str | None = None
    trigger: str | None = None
    from_state: str | None = None
    to_state: str | None = None
    workflow: str | None = None
    workflow_digest: str | None = None
    reason: str | None = None
    waived: Sequence[str] = ()
    imported: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stream(self) -> int:
        """The stream that the event goes to."""
        return OFFICE_STREAM if self.case_id is None else self.case_id


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the log only commits to: where it stands in the event, its salt, itself."""

    field: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event in its final bytes, with the values that it commits to."""

    stream: int
    seq: int
    kind: str
    at: datetime
    recorded_at: datetime
    body: bytes
    leaf_hash: bytes
    vault: tuple[Secret, ...]


_AS_IT_IS = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:  # noqa: ANN401  # any column value
    """Spell a column value as the log does: instants in UTC to the microsecond, dates ISO 8601."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        spelt = value.astimezone(UTC).isoformat(timespec="microseconds")
        return f"{spelt[:26]}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def secret_field(record: str, key: tuple[int, ...], column: str) -> str:
    """Name the place of a committed column value, unique within its event."""
    return f"{record}.{'.'.join(map(str, key))}.{column}"


def tell(happening: Happening, seq: int, prev: bytes | None, salt: Callable[[], bytes]) -> Told:
    """Write an event in its canonical bytes (RFC 8785 profile) at its place in its stream.

    `salt` gives 32 fresh random bytes at each call. Raises InvalidError where a value lies outside
    the profile (see `canonical`).
    """
    subject = f"{happening.stream}/{seq}"
    secrets: list[Secret] = []

    def commit(where: str, value: str | None) -> dict[str, str] | None:
        if value is None:
            return None
        secrets.append(Secret(where, salt(), value))
        return {"c": commitment(subject, where, secrets[-1].salt, value)}

    body = _head(happening, seq, prev)
    if happening.reason is not None:
        body["reason"] = commit("reason", happening.reason)
    body["rows"] = [_row(delta, commit) for delta in happening.deltas]
    data = canonical(body)
    return Told(
        happening.stream, seq, str(happening.kind), happening.at, happening.recorded_at,
        data, leaf_hash(data), tuple(secrets),
    )  # fmt: skip


def _head(happening: Happening, seq: int, prev: bytes | None) -> dict[str, Any]:
    """What an event says besides its rows and its reason; what is absent is left out."""
    doer = happening.doer
    optional = {
        "case": happening.case_code,
        "trigger": happening.trigger,
        "from": happening.from_state,
        "to": happening.to_state,
        "wf": happening.workflow,
        "wf_hash": happening.workflow_digest,
        "waived": list(happening.waived) or None,
        "imported": happening.imported or None,
        "facts": {name: plain(v) for name, v in happening.facts.items()} or None,
    }
    return {
        "v": 1,
        "stream": happening.stream,
        "seq": seq,
        "prev": prev.hex() if prev else None,
        "kind": str(happening.kind),
        "at": plain(happening.at),
        "recorded": plain(happening.recorded_at),
        "actor": {"id": doer.account_id, "for": doer.on_behalf_of, "via": doer.via},
        **{name: value for name, value in optional.items() if value is not None},
    }


def _row(delta: Delta, commit: Callable[[str, str | None], Any]) -> dict[str, Any]:
    """One changed row as the log tells it; former free text is not repeated."""
    secret = text_columns(delta.record)
    new = {n: v if type(v) in _AS_IT_IS else plain(v) for n, v in delta.new.items()}
    for name in secret & new.keys():
        new[name] = commit(secret_field(delta.record, delta.key, name), delta.new[name])
    told = {"t": delta.record, "k": list(delta.key), "new": new}
    if delta.old is not None:
        told["old"] = {n: plain(v) for n, v in delta.old.items() if n not in secret}
    return told


def insertion(record: str, row: Mapping[str, Any]) -> Delta:
    """Tell of a new row; its key is read from its columns."""
    return Delta(record, tuple(row[name] for name in key_columns(record)), row)

"""The records of what is done on a case: plan, measures, money, replies, letters, files."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.records.columns import FreeText


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of the resolution plan 化解方案; `measures` are the numbers of its measures."""

    case_id: int
    no: int
    version: int
    measures: list[int]
    written_by: int
    written_at: datetime
    adopted_by: int | None
    adopted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure 化解措施 as the newest plan has it, with how far it is.

    `status` is `planned`, `under-way`, `in-force` or `done`; `proved` says that the newest status
    came with evidence; `dropped` that the newest plan no longer has it.
    """

    case_id: int
    no: int
    title: FreeText
    owner_id: int | None
    unit_id: int | None
    start_on: date | None
    due_on: date | None
    evidence: FreeText | None
    status: str
    proved: bool
    finished_at: datetime | None
    dropped: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """What was reported on a measure, on which day, with which files of the case."""

    case_id: int
    no: int
    measure_no: int
    status: str
    note: FreeText
    done_on: date
    files: list[int]
    by_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """What a group of those affected is owed and was paid, in fen; a count, never names."""

    case_id: int
    no: int
    kind: str
    people: int
    owed_fen: int
    paid_fen: int | None
    difference_reason: FreeText | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to those affected: interim or final, its day and how it was delivered."""

    case_id: int
    no: int
    kind: str
    body: FreeText
    delivered_on: date
    means: str
    by_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a case."""

    case_id: int
    no: int
    body: FreeText
    by_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class File:
    """A file of a case; its bytes are stored under their SHA-256 (hex)."""

    case_id: int
    no: int
    name: FreeText
    sha256: str
    size: int
    media: str
    by_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """An urging letter 督办函; only an issued one binds.

    `status` is `draft`, `issued`, `signed`, `answered`, `accepted` or `returned`.
    `unit_id` is the addressee; `clock_no` the clock whose lateness had it drafted by the ladder,
    None for one drafted by hand. `drafted_by` is None where the ladder drafted it.
    """

    case_id: int
    no: int
    number: str | None
    status: str
    colour: str
    unit_id: int | None
    clock_no: int | None
    basis: FreeText | None
    demands: FreeText
    answer_by: date
    answer: FreeText | None
    verdict: FreeText | None
    drafted_by: int | None
    drafted_at: datetime
    issued_by: int | None
    issued_at: datetime | None
    signed_by: int | None
    signed_at: datetime | None
    answered_by: int | None
    answered_at: datetime | None
    decided_by: int | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Escalation:
    """One rung of the ladder that a clock reached: who was to be told, and which duty came with it.

    `due_at` is when the rung was due, `at` when its intent was written down; `tells` are accounts.
    """

    case_id: int
    no: int
    clock_no: int
    rung: str
    due_at: datetime
    at: datetime
    tells: list[int]
    does: str | None


@dataclass(frozen=True, slots=True)
class Dispute:
    """Somebody with a receipt disputes the outcome; nothing tells who."""

    case_id: int
    no: int
    state: str
    body: FreeText | None
    opened_at: datetime
    decided_at: datetime | None

"""Tables of what is done on a case: plan, measures, money, replies, letters, files."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from engine.store.tables.columns import (
    Row,
    at_least,
    closed,
    instant,
    json,
    key,
    ordered,
    ref,
    together,
)

_STATUSES = ("planned", "under-way", "in-force", "done")
_CASE = "case.id"


class PlanRow(Row, table=True):
    """Versions of resolution plans."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        at_least("version", 1),
        together("adopted_by", "adopted_at"),
        ordered("written_at", "adopted_at"),
    )

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    version: int
    measures: list[int] = json()
    written_by: int = ref("account")
    written_at: datetime = instant()
    adopted_by: int | None = ref("account")
    adopted_at: datetime | None = instant()


class MeasureRow(Row, table=True):
    """Measures as the newest plan has them."""

    __tablename__ = "measure"
    __table_args__ = (closed("status", *_STATUSES), ordered("start_on", "due_on"))

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    title: str
    owner_id: int | None = ref("account", index=True)
    unit_id: int | None = ref("unit")
    start_on: date | None
    due_on: date | None
    evidence: str | None
    status: str
    proved: bool
    finished_at: datetime | None = instant()
    dropped: bool


class ProgressRow(Row, table=True):
    """Reports on measures."""

    __tablename__ = "progress"
    __table_args__ = (closed("status", *_STATUSES),)

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    measure_no: int
    status: str
    note: str
    done_on: date
    files: list[int] = json()
    by_id: int = ref("account")
    at: datetime = instant()


class ClaimRow(Row, table=True):
    """What groups of those affected are owed and were paid, in fen."""

    __tablename__ = "claim"
    __table_args__ = (at_least("people"), at_least("owed_fen"), at_least("paid_fen"))

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    kind: str
    people: int
    owed_fen: int = Field(sa_type=BigInteger)
    paid_fen: int | None = Field(sa_type=BigInteger)
    difference_reason: str | None
    at: datetime = instant()


class ReplyRow(Row, table=True):
    """Replies to those affected."""

    __tablename__ = "reply"
    __table_args__ = (closed("kind", "interim", "final"),)

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    kind: str
    body: str
    delivered_on: date
    means: str
    by_id: int = ref("account")
    at: datetime = instant()


class NoteRow(Row, table=True):
    """Notes on cases."""

    __tablename__ = "note"

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    body: str
    by_id: int = ref("account")
    at: datetime = instant()


class FileRow(Row, table=True):
    """Files of cases; the bytes lie in `blob`."""

    __tablename__ = "file"
    __table_args__ = (at_least("size"),)

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    name: str
    sha256: str = Field(index=True)
    size: int = Field(sa_type=BigInteger)
    media: str
    by_id: int = ref("account")
    at: datetime = instant()


class LetterRow(Row, table=True):
    """Urging letters; a number, once given, is given once."""

    __tablename__ = "letter"
    __table_args__ = (
        closed("status", "draft", "issued", "signed", "answered", "accepted", "returned"),
        closed("colour", "blue", "yellow", "red"),
        UniqueConstraint("number"),
        ordered("issued_at", "signed_at"),
        ordered("signed_at", "answered_at"),
        together("number", "issued_at"),
        together("issued_by", "issued_at"),
        Index("ix_letter_status_answer_by", "status", "answer_by"),
    )

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    number: str | None
    status: str
    colour: str
    unit_id: int | None = ref("unit")
    clock_no: int | None
    basis: str | None
    demands: str
    answer_by: date
    answer: str | None
    verdict: str | None
    drafted_by: int | None = ref("account")
    drafted_at: datetime = instant()
    issued_by: int | None = ref("account")
    issued_at: datetime | None = instant()
    signed_by: int | None = ref("account")
    signed_at: datetime | None = instant()
    answered_by: int | None = ref("account")
    answered_at: datetime | None = instant()
    decided_by: int | None = ref("account")
    decided_at: datetime | None = instant()


class DisputeRow(Row, table=True):
    """Disputes of an outcome; nothing tells who disputes."""

    __tablename__ = "dispute"
    __table_args__ = (ordered("opened_at", "decided_at"),)

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    state: str
    body: str | None
    opened_at: datetime = instant()
    decided_at: datetime | None = instant()


class EscalationRow(Row, table=True):
    """Rungs that clocks reached; each rung of a clock is written down once."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("case_id", "clock_no", "rung"), ordered("due_at", "at"))

    case_id: int = key(foreign_key=_CASE)
    no: int = key()
    clock_no: int
    rung: str
    due_at: datetime = instant()
    at: datetime = instant(index=True)
    tells: list[int] = json()
    does: str | None

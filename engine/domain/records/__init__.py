"""What Duban keeps: one frozen dataclass for each audited kind of record, column by column.

These are the nouns that rules read and that steps change. The tables of `engine/store/tables` hold
exactly these columns (a test compares them), an event tells every change of them, and `verify`
folds the events back into them.

- The key of a record of a case is (`case_id`, `no`); `no` is counted per case over all its parts.
- Instants end in `_at` and are aware UTC; legal days end in `_on` and are dates of the office.
- Columns typed `FreeText` hold free text or something personal: events carry only a salted
  commitment of them, so that erasing the value breaks no proof.
"""

from dataclasses import fields
from functools import cache

from engine.domain.records.columns import marked
from engine.domain.records.daily import Daily, Shift, UnitChase, UnitReport
from engine.domain.records.matters import Case, Clock, Issue, Request, Stage, Tenure
from engine.domain.records.office import Account, Deputy, Notice, Override, Setting, Unit
from engine.domain.records.parts import (
    Claim,
    Dispute,
    Escalation,
    File,
    Letter,
    Measure,
    Note,
    Plan,
    Progress,
    Reply,
)

CASE_PARTS: dict[str, type] = {
    "stage": Stage,
    "tenure": Tenure,
    "clock": Clock,
    "request": Request,
    "plan": Plan,
    "measure": Measure,
    "progress": Progress,
    "claim": Claim,
    "reply": Reply,
    "note": Note,
    "file": File,
    "letter": Letter,
    "dispute": Dispute,
    "escalation": Escalation,
}
RECORDS: dict[str, type] = {
    "issue": Issue,
    "case": Case,
    **CASE_PARTS,
    "unit": Unit,
    "account": Account,
    "deputy": Deputy,
    "notice": Notice,
    "override": Override,
    "setting": Setting,
    "daily": Daily,
    "unit_report": UnitReport,
    "unit_chase": UnitChase,
    "shift": Shift,
}


@cache
def key_columns(record: str) -> tuple[str, ...]:
    """Name the columns that identify a row of this kind."""
    return ("case_id", "no") if record in CASE_PARTS else ("id",)


@cache
def columns(record: str) -> tuple[str, ...]:
    """Name all columns of a kind of record, in order."""
    return tuple(f.name for f in fields(RECORDS[record]))


@cache
def text_columns(record: str) -> frozenset[str]:
    """Name the columns that the log holds only as commitments."""
    return marked(RECORDS[record])


__all__ = [
    "CASE_PARTS", "RECORDS",
    "Account", "Case", "Claim", "Clock", "Daily", "Deputy", "Dispute", "Escalation", "File",
    "Issue", "Letter", "Measure", "Note", "Notice", "Override", "Plan", "Progress", "Reply",
    "Request", "Setting", "Shift", "Stage", "Tenure", "Unit", "UnitChase", "UnitReport",
    "columns", "key_columns", "text_columns",
]  # fmt: skip

"""What an import would do: the fate of every row of a table, before anything is written."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.domain.codes import parse_case_code
from engine.intake.columns import LEDGER
from engine.intake.reading import ImportSheet
from engine.intake.rows import ImportRow, RowFault, fault_at
from engine.progress import counted
from engine.service.desk import Desk
from engine.service.import_names import Names
from engine.service.office import clean
from engine.store import imports
from engine.store.imports import CaseThere
from engine.words import Message, message

HIGHEST_NUMBER = 9_999_999
"""Of a code that a ledger brings: the numbers that the office gives out go on after it."""


@dataclass(slots=True)
class Plan:
    """A table with what becomes of it. `there` names the case that a row already is, by row."""

    sheet: ImportSheet
    names: Names
    faults: list[RowFault]
    issues: dict[str, tuple[int, str]]
    there: dict[int, str] = field(default_factory=dict)
    notes: list[RowFault] = field(default_factory=list)
    wrong: set[int] = field(default_factory=set)

    @property
    def fresh(self) -> list[ImportRow]:
        """The rows that become cases."""
        return [r for r in self.sheet.rows if r.row not in self.there and r.row not in self.wrong]

    @property
    def is_ledger(self) -> bool:
        """Whether these are matters of before Duban."""
        return self.sheet.kind == LEDGER


def plan(desk: Desk, sheet: ImportSheet, *, creates: bool) -> Plan:
    """Decide the fate of each row; nothing is written."""
    names = Names.of(desk, creates=creates)
    issues = imports.issues_titled(desk.conn, {row.issue for row in sheet.rows})
    made = Plan(sheet, names, list(sheet.faults), issues)
    made.there = _there(desk, made)
    for row in counted("check", sheet.rows, len(sheet.rows)):
        if row.row not in made.there:
            made.faults += (_fault(made, row.row, *found) for found in _wrong_names(made, row))
    made.faults += _besides(made)
    made.faults += (_fault(made, row, "lead_leader", words) for row, words in names.doubtful())
    made.faults += _wrong_codes(desk, made)
    made.faults += _repeated(made)
    made.faults.sort(key=lambda fault: fault.row)
    made.wrong = {fault.row for fault in made.faults}
    made.notes = list(_notes(made))
    return made


def is_open(row: ImportRow) -> bool:
    """Tell whether a row's matter still has to be answered for."""
    return row.closed_at is None


def _fault(made: Plan, row: int, column: str, words: Message) -> RowFault:
    return fault_at(made.sheet.layout, row, column, words)


def _besides(made: Plan) -> list[RowFault]:
    """Name what else is wrong with rows that cannot be read: the names in them."""
    wrong = {(fault.row, fault.field) for fault in made.sheet.faults}
    found: list[RowFault] = []
    for row in made.sheet.partly:
        if (row.row, "closed_at") not in wrong:  # else nobody knows whether the matter is open
            found += (_fault(made, row.row, *said) for said in _wrong_names(made, row))
    return found


def _wrong_names(made: Plan, row: ImportRow) -> Iterator[tuple[str, Message]]:
    lead, unit = row.lead_leader, row.lead_unit
    if lead is not None:
        found = made.names.leader(lead, row.row, is_open=is_open(row))
        if isinstance(found, Message):
            yield "lead_leader", found
    if unit is not None:
        yield from _wrong_unit(made, row, "lead_unit", unit)
    for other in row.supporting_units:
        if unit is not None and clean(other) == clean(unit):
            yield "supporting_units", message("field-unit-twice", name=other)
        else:
            yield from _wrong_unit(made, row, "supporting_units", other)


def _wrong_unit(
    made: Plan, row: ImportRow, column: str, name: str
) -> Iterator[tuple[str, Message]]:
    found = made.names.unit(name, row.row)
    if isinstance(found, Message):
        yield column, found


def _there(desk: Desk, made: Plan) -> dict[int, str]:
    """Find the rows that are cases already.

    A row is the case of its code; else one of the same key issue and task and, where it tells
    when it was registered, of that instant. As many equal rows are there as there are such cases.
    """
    coded = _coded(desk, made)
    known: dict[tuple[int, str], list[CaseThere]] = {}
    ids = {found[0] for found in made.issues.values()}
    for case in imports.cases_of(desk.conn, ids) if ids else ():
        if case.code not in coded:
            known.setdefault((case.issue_id, case.title), []).append(case)
    there: dict[int, str] = {}
    for row in made.sheet.rows:
        found = _same(made, row, coded, known)
        if found is not None:
            there[row.row] = found.code
    return there


def _same(
    made: Plan,
    row: ImportRow,
    coded: dict[str, CaseThere],
    known: dict[tuple[int, str], list[CaseThere]],
) -> CaseThere | None:
    issue = made.issues.get(row.issue)
    if issue is None:
        return None
    if row.code is not None:
        case = coded.get(row.code)
        return case if case and (case.issue_id, case.title) == (issue[0], row.task) else None
    cases = known.get((issue[0], row.task), [])
    fits = (c for c in cases if row.registered_at in {None, c.registered_at})
    found = next(fits, None)
    if found is not None and made.is_ledger:
        cases.remove(found)
    return found


def _coded(desk: Desk, made: Plan) -> dict[str, CaseThere]:
    codes = {row.code for row in made.sheet.rows if row.code}
    return imports.cases_coded(desk.conn, codes) if codes else {}


def _wrong_codes(desk: Desk, made: Plan) -> Iterator[RowFault]:
    """A code that a ledger brings is kept, if it is one and nothing else has it."""
    taken = _coded(desk, made)
    seen: dict[str, int] = {}
    for row in made.sheet.rows:
        if row.code is None or row.row in made.there:
            continue
        read = parse_case_code(row.code)
        if read is None or read[1] > HIGHEST_NUMBER:
            yield _fault(made, row.row, "code", message("import-code", code=row.code[:40]))
        elif row.code in taken:
            yield _fault(made, row.row, "code", message("import-code-taken", code=row.code))
        elif row.code in seen:
            words = message("import-code-twice", code=row.code, row=seen[row.code])
            yield _fault(made, row.row, "code", words)
        seen.setdefault(row.code, row.row)


def _repeated(made: Plan) -> Iterator[RowFault]:
    """In a decomposition a task stands once under its key issue."""
    seen: dict[tuple[str, str], int] = {}
    for row in made.sheet.rows if not made.is_ledger else ():
        first = seen.setdefault((row.issue, row.task), row.row)
        if first != row.row:
            yield _fault(made, row.row, "task", message("import-task-twice", row=first))


def _notes(made: Plan) -> Iterator[RowFault]:
    """Tell of what is said of a key issue more than once, and differently: the first counts."""
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for row in made.fresh if made.is_ledger else ():
        for name in ("origin", "document_no", "category"):
            value = getattr(row, name)
            if value is None:
                continue
            at, said = first.setdefault((row.issue, name), (row.row, value))
            if said != value:
                yield _fault(made, row.row, name, message("import-issue-differs", row=at))


def counts(made: Plan) -> Counter[str]:
    """Count the rows by their fate, and the key issues of the new ones."""
    wrong = made.wrong
    there = [row for row in made.there if row not in wrong]
    new_issues = {row.issue for row in made.fresh} - made.issues.keys()
    found = Counter(wrong=len(wrong), there=len(there), new=len(made.fresh))
    found["new_issues"] = len(new_issues)
    return found

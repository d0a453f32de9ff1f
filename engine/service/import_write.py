"""Write what an import plan decided: names, key issues, cases and the events that tell of them."""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain.access import Principal
from engine.domain.carrying import Carried, Ground, Matter
from engine.domain.codes import case_code, issue_code, parse_case_code
from engine.domain.events import Doer, Happening, Kind, Told
from engine.domain.moments import MOMENTS, itinerary
from engine.domain.records import Account, Case, Issue, Unit, columns
from engine.domain.stencil import Born, Stencils
from engine.failpoints import failpoint
from engine.intake.rows import ImportRow
from engine.progress import came
from engine.service.desk import Desk
from engine.service.import_names import make
from engine.service.import_plan import Plan, is_open
from engine.service.office import addition, tell
from engine.service.workflows import workflow_of
from engine.store import counters, hooks, ledger, rows
from engine.store.bulk import roomy
from workflows.needs import VOCABULARY

WORKFLOW = "key-issue"
DEFAULT_ORIGIN = "district"
"""Where a key issue comes from whose table does not say: these are handed down (交办)."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Written:
    """What an import made."""

    codes: Sequence[str]
    issues: int
    logins: Sequence[str]
    units: Sequence[str]


def write(desk: Desk, who: Principal, made: Plan, sha256: str) -> Written:
    """Write all rows of a plan that are new, and one event that says so."""
    logins, units = make(desk, who, made.names)
    writer = _Writer(desk, who, made)
    with roomy(desk.conn), _uncollected():
        issues = writer.write_issues()
        codes = writer.write_cases()
    facts = {
        "sha256": sha256, "table": made.sheet.kind, "cases": len(codes), "issues": issues,
    }  # fmt: skip
    tell(desk, who, Kind.IMPORT_CONFIRMED, [], **facts)
    return Written(codes, issues, logins, units)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles from looking, again and again, through rows that have none.

    What a batch leaves in cycles (results with their parameters) is collected after it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class _Writer:
    """Writes the rows of one plan."""

    def __init__(self, desk: Desk, who: Principal, made: Plan) -> None:
        self._desk = desk
        self._plan = made
        self._rows = made.fresh
        self._workflow = workflow_of(desk.conn, WORKFLOW)
        via = "import" if made.is_ledger else desk.via
        self._who = who
        self._doer = Doer(who.account_id, via=via)
        ground = Ground(self._workflow, VOCABULARY.needs, who, desk.zone, desk.calendar)
        self._stencils = Stencils(ground, self._happening, ledger.salt)
        self._issues: dict[str, Issue] = {}

    # --- key issues ----------------------------------------------------------------------------

    def write_issues(self) -> int:
        """Open the key issues that are not there yet; give how many."""
        there = {found[0] for found in self._plan.issues.values()}
        self._read_issues(there)
        new: dict[str, list[ImportRow]] = {}
        for row in self._rows:
            if row.issue not in self._issues:
                new.setdefault(row.issue, []).append(row)
        opened = list(self._open(new))
        self._issues |= {issue.title: issue for issue in opened}
        rows.bulk_insert(self._desk.conn, "issue", map(_as_row("issue"), opened))
        ledger.append_many(self._desk.conn, map(self._opening, opened))
        return len(opened)

    def _read_issues(self, ids: set[int]) -> None:
        for some in _few(sorted(ids)):
            for issue in rows.fetch(self._desk.conn, "issue", id=list(some)):
                self._issues[issue.title] = issue

    def _open(self, new: Mapping[str, list[ImportRow]]) -> Iterator[Issue]:
        begins = {title: min(map(self._begins, of)) for title, of in new.items()}
        codes = self._codes("issue", [self._year(at) for at in begins.values()])
        first = counters.take(self._desk.conn, "issue", len(new)) if new else 0
        for place, (title, of) in enumerate(new.items()):
            yield Issue(
                id=first + place,
                code=issue_code(*codes[place]),
                title=title,
                origin=_first(of, "origin") or DEFAULT_ORIGIN,
                document_no=_first(of, "document_no"),
                received_on=None,
                category=_first(of, "category"),
                summary=None,
                people_affected=None,
                created_at=begins[title],
            )

    def _opening(self, issue: Issue) -> Happening:
        return Happening(
            Kind.ISSUE_OPENED, issue.created_at, self._desk.now, self._doer,
            [addition("issue", issue)], imported=self._plan.is_ledger,
        )  # fmt: skip

    # --- cases ---------------------------------------------------------------------------------

    def write_cases(self) -> list[str]:
        """Write the cases with their parts and events; give their codes in the order of rows."""
        if not self._rows:
            return []
        codes = self._case_codes()
        first = counters.take(self._desk.conn, "case", len(codes))
        batches = _few(range(len(codes)))
        for number, places in enumerate(batches):
            carried = [self._carry(self._rows[p], first + p, codes[p]) for p in places]
            self._insert([born for _, born in carried])
            if number == len(batches) // 2:
                failpoint("import.mid")
            ledger.append_told(self._desk.conn, [event for told, _ in carried for event in told])
            numbers = [first + place for place in places]
            hooks.announce_firsts(self._desk.conn, self._begun, numbers, self._desk.now)
            came("write", places[-1] + 1, len(codes))
            gc.collect(0)
        return codes

    def _carry(self, row: ImportRow, case_id: int, code: str) -> tuple[list[Told], Born]:
        return self._stencils.carry(self._matter(row, case_id, code))

    def _insert(self, cases: Sequence[Born]) -> None:
        """Write the rows of some cases, a kind at a time; the cases themselves come first."""
        by_record: dict[str, list[Sequence[Any]]] = {}
        for born in cases:
            for record, row in born:
                by_record.setdefault(record, []).append(row)
        for record, new in by_record.items():
            rows.bulk_insert_values(self._desk.conn, record, new)

    @property
    def _begun(self) -> Kind:
        """With which event a case begins."""
        return Kind.CASE_IMPORTED if self._plan.is_ledger else Kind.CASE_REGISTERED

    def _happening(self, step: Carried, case_id: int, code: str, number: int) -> Happening:
        return Happening(
            Kind.CASE_STEPPED if number else self._begun,
            step.at,
            self._desk.now,
            self._doer,
            step.deltas,
            case_id,
            code,
            step.trigger,
            step.from_state,
            step.to_state,
            self._workflow.label,
            self._workflow.digest,
            waived=step.waived,
            imported=self._plan.is_ledger,
        )

    def _matter(self, row: ImportRow, case_id: int, code: str) -> Matter:
        stops = itinerary(self._given(row), row.outcome, self._desk.now)
        is_assigned = any("assign" in stop.triggers for stop in stops)
        lead, unit = self._lead(row), self._unit(row.lead_unit)
        supporting = tuple(filter(None, map(self._unit, row.supporting_units)))
        values: dict[str, Any] = dict.fromkeys(columns("case"))
        values |= self._case(row, case_id, code)
        values["registered_at"] = stops[0].at
        if not is_assigned:
            values |= {
                "planned_lead_id": lead and lead.id,
                "planned_unit_id": unit and unit.id,
                "planned_supporting": [other.id for other in supporting],
                "planned_due_on": row.due,
            }
            lead, unit, supporting = None, None, ()
        issue = self._issues[row.issue]
        due = row.due if is_assigned else None
        hour = row.due_hour if is_assigned else None
        people = (lead, unit, supporting)
        return Matter(Case(**values), issue, stops, *people, due, row.outcome, hour)

    def _case(self, row: ImportRow, case_id: int, code: str) -> dict[str, Any]:
        return {
            "id": case_id,
            "code": code,
            "issue_id": self._issues[row.issue].id,
            "title": row.task,
            "workflow": self._workflow.name,
            "workflow_version": self._workflow.version,
            "state": self._workflow.initial,
            "version": 1,
            "next_no": 1,
            "registered_by": None if self._plan.is_ledger else self._who.account_id,
            "declines": 0,
            "relapses": 0,
            "reopenings": 0,
            "imported": self._plan.is_ledger,
            "planned_supporting": [],
            "measures_text": row.measures,
        }

    def _lead(self, row: ImportRow) -> Account | None:
        if row.lead_leader is None:
            return None
        found = self._plan.names.leader(row.lead_leader, row.row, is_open=is_open(row))
        return found if isinstance(found, Account) else None

    def _unit(self, name: str | None) -> Unit | None:
        return None if name is None else self._plan.names.units[name]

    # --- codes ---------------------------------------------------------------------------------

    def _case_codes(self) -> list[str]:
        """Keep the codes that a ledger brings, and give out others after the highest of them."""
        brought = [parse_case_code(row.code) for row in self._rows if row.code]
        highest: dict[int, int] = {}
        for year, number in filter(None, brought):
            highest[year] = max(highest.get(year, 0), number)
        for year, number in sorted(highest.items()):
            counters.reach(self._desk.conn, f"case-{year}", number)
        years = [self._year(self._begins(row)) for row in self._rows if not row.code]
        fresh = iter(self._codes("case", years))
        return [row.code or case_code(*next(fresh)) for row in self._rows]

    def _codes(self, kind: str, years: Sequence[int]) -> list[tuple[int, int]]:
        """Take the next number of each year for as many as there are."""
        counted = Counter(years)
        after = {
            year: counters.take(self._desk.conn, f"{kind}-{year}", counted[year])
            for year in sorted(counted)
        }
        codes = []
        for year in years:
            codes.append((year, after[year]))
            after[year] += 1
        return codes

    def _given(self, row: ImportRow) -> dict[str, datetime]:
        found = ((name, getattr(row, name)) for name in MOMENTS)
        return {name: at for name, at in found if at is not None}

    def _begins(self, row: ImportRow) -> datetime:
        return min(self._given(row).values(), default=self._desk.now)

    def _year(self, at: datetime) -> int:
        return at.astimezone(self._desk.zone).year


def _few(values: Sequence[int]) -> list[Sequence[int]]:
    return [values[start : start + _BATCH] for start in range(0, len(values), _BATCH)]


def _first(of: Sequence[ImportRow], name: str) -> Any:  # noqa: ANN401  # a cell of a row
    return next((value for row in of if (value := getattr(row, name)) is not None), None)


def _as_row(record: str) -> Any:  # noqa: ANN401  # a function from a record to its columns
    names = columns(record)
    return lambda found: {name: getattr(found, name) for name in names}

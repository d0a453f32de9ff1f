"""The figures of a daily report, counted from the day's events and what stands at its end."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from engine.domain.events import Kind
from engine.domain.replay import read
from engine.service.case_lists import CaseQuery, count_cases
from engine.service.daily_span import Span
from engine.service.desk import Desk
from engine.service.office import instant
from engine.service.operator import READER
from engine.store import cases, days, rows

_COUNTED = {
    Kind.LETTER_ISSUED: "letters",
    Kind.MEASURE_PROGRESSED: "progress",
    Kind.REPLY_RECORDED: "replies",
}
_STEPS = frozenset({Kind.CASE_REGISTERED, Kind.CASE_STEPPED})


def figures_of(desk: Desk, span: Span) -> dict[str, Any]:
    """Count what happened, what stands at its end, and who reported."""
    steps: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    moved: dict[int, str] = {}
    for happened in days.happened(desk.conn, span.stretch, span.told):
        event = read(happened.body)
        if event is None or event.get("imported"):
            continue
        if happened.kind in _STEPS:
            steps[event.get("trigger") or ""] += 1
            moved[happened.case_id] = event.get("to") or ""
        elif happened.kind in _COUNTED:
            counts[_COUNTED[Kind(happened.kind)]] += 1
    return {
        "after": instant(span.after, desk.zone),
        "until": instant(span.until, desk.zone),
        "log": span.log,
        **_standing(desk, span.until),
        "steps": dict(sorted(steps.items())),
        **{name: counts[name] for name in _COUNTED.values()},
        "moved": _moved(desk, moved),
        **_reported(desk, span.on),
    }


def without_free_text(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what people wrote: the log holds figures as they are, free text never."""
    return {
        **figures,
        "moved": [{"code": one["code"], "state": one["state"]} for one in figures["moved"]],
        "reported": [one["unit"] for one in figures["reported"]],
    }


def _standing(desk: Desk, at: datetime) -> dict[str, int]:
    """Count what was open and what was overdue at an instant, as the reports do."""
    as_of = None if at >= desk.now else at
    counted = {
        "open": count_cases(desk, READER, CaseQuery(closed=False, as_of=as_of)),
        "overdue": count_cases(desk, READER, CaseQuery(overdue=True, as_of=as_of)),
    }
    if as_of is None:
        counted["soon"] = count_cases(desk, READER, CaseQuery(soon=True))
    return counted


def _moved(desk: Desk, moved: Mapping[int, str]) -> list[dict[str, str]]:
    """Name the cases that changed their state, with the newest one."""
    ids = {case for case, state in moved.items() if state}
    codes, titles = cases.codes(desk.conn, ids), cases.titles(desk.conn, ids)
    return [{"code": codes[i], "title": titles[i], "state": moved[i]} for i in sorted(ids)]


def _reported(desk: Desk, on: date) -> dict[str, Any]:
    reports = days.unit_reports(desk.conn, on)
    expected = days.lead_units(desk.conn)
    names = _names(desk, {*reports, *expected})
    return {
        "reported": [{"unit": names[u], "text": reports[u].text} for u in sorted(reports)],
        "missing": [names[unit] for unit in expected if unit not in reports],
    }


def _names(desk: Desk, ids: Iterable[int]) -> dict[int, str]:
    found = list(ids)
    return {row.id: row.name for row in rows.fetch(desk.conn, "unit", id=found)} if found else {}

"""The sample's daily reports: two weeks of them, what units reported, and who is on duty."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.service import daily, daily_units, roster
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.sample.cast import holder_of, officer_of, script
from engine.service.sample.scene import Act, Days, Story

_SHOWN = 14
"""How many days before today there is a report of."""
_REPORTS, _HANDS_IN, _NAMES = time(11, 20), time(14, 40), time(16, 30)


def dailies(days: Days) -> Story:
    """Let units report, the office hand in on working days, and the duty officer on others."""
    for ago in range(_SHOWN, 0, -1):
        on = days.today - timedelta(days=ago)
        works = days.calendar.works(on)
        for number, told in enumerate(_reports(days, on) if works else ()):
            yield Act(_at(days, on, _REPORTS, number), _report(on, told))
        yield Act(_at(days, on, _HANDS_IN), _hand_in(on, holder_of("office" if works else "duty")))
    yield Act(_at(days, days.today - timedelta(days=1), _NAMES), _name(days))


def _at(days: Days, on: date, hour: time, minutes: int = 0) -> datetime:
    return datetime.combine(on, hour, days.zone) + timedelta(minutes=minutes)


def _reports(days: Days, on: date) -> list[Mapping[str, Any]]:
    """Give what was reported on a day; it is told by how many working days ago that is."""
    return [told for told in script()["daily"] if days.on(-told["ago"]) == on]


def _report(on: date, told: Mapping[str, Any]) -> Callable[[Desk], object]:
    by = officer_of(told["unit"])
    return lambda desk: daily_units.report_unit(desk, principal_of(desk, by), on, told["text"])


def _hand_in(on: date, by: str) -> Callable[[Desk], object]:
    return lambda desk: daily.hand_in(desk, principal_of(desk, by), on)


def _name(days: Days) -> Callable[[Desk], object]:
    """Let the office name who is on duty on the days off that come, and who stands in."""
    coming = (days.today + timedelta(days=ahead) for ahead in range(_SHOWN))
    free = [on for on in coming if not days.calendar.works(on)]

    def name(desk: Desk) -> None:
        who = principal_of(desk, holder_of("office"))
        for on in free:
            roster.set_shift(desk, who, on, holder_of("duty"), holder_of("office"))

    return name

"""What another version of a workflow holds otherwise, and whether somebody could win time by it.

The list is closed the other way round: what is not known to be the same or stricter counts as
looser. So a key or an effect that somebody adds later is no new way to abolish a limit.
Titles, sources and what a case begins with win no time; they are left out. A state, a clock or a
rung that goes by another name and is otherwise the same is no difference: a case that stands there
cannot go over for want of the name, and the others lose nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from engine.domain.soundness_clocks import beats
from engine.domain.workflow import ClockDef, Rung, Transition, Workflow
from engine.words import Message, Text, listed_in_both, message, wording

_CLOCK_APART = frozenset(
    {"kind", "title", "source", "days", "unit", "date_from", "carries_over", "extension_cap_days"}
)
_RUNG_APART = frozenset({"name", "title", "after_working_days", "tells"})
"""What is compared in a way of its own, or wins no time; every other field must be the same."""
_WINNING = frozenset({"longer", "minimum-shorter", "more", "later", "gone", "recounted"})
_UNNAMED = Text("", "")
Thing = TypeVar("Thing", ClockDef, Rung)
_ARCS = dict[tuple[str | None, str], list[Transition]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions hold otherwise: its place in the file, the sentence, its worth.

    `wins` says that a running case could win time by it, or be late unseen.
    """

    place: str
    words: Message
    wins: bool


def differences(before: Workflow, after: Workflow) -> tuple[Difference, ...]:
    """List what another version holds otherwise about time; what wins time comes first."""
    checks = (_settings, _clocks, _rungs, _states, _steps)
    found = [one for check in checks for one in check(before, after)]
    return tuple(sorted(found, key=lambda one: not one.wins))


def _numbers(place: str, what: Message, pair: tuple[Message, Message], turn: str) -> Difference:
    said = message(f"differs-{turn}")
    words = message("differs", what=what, old=pair[0], new=pair[1], turn=said)
    return Difference(place, words, wins=turn in _WINNING)


def _otherwise(place: str, what: Message, keys: Sequence[str]) -> Difference:
    named = listed_in_both(wording(f"differs-key-{key.replace('_', '-')}") for key in keys)
    return Difference(place, message("differs-keys", what=what, keys=named), wins=True)


def _settings(before: Workflow, after: Workflow) -> Iterator[Difference]:
    """Caps: on declines, on extensions, on the days after which nothing is reopened."""
    for name, old in before.settings.items():
        new = after.settings[name]
        counted = name == "max_declines"
        if old != new:
            what = message(f"differs-{name.replace('_', '-')}")
            unit = "differs-times" if counted else "differs-natural-day"
            turns = ("more", "fewer") if counted else ("longer", "shorter")
            pair = (message(unit, n=old), message(unit, n=new))
            yield _numbers(f"settings.{name}", what, pair, turns[new < old])


def _clocks(before: Workflow, after: Workflow) -> Iterator[Difference]:
    renamed = _renamed(before.clocks, after.clocks, _nameless_clock)
    for kind in dict.fromkeys([*before.clocks, *after.clocks]):
        if kind in renamed:
            continue
        old, new = before.clocks.get(kind), after.clocks.get(kind)
        place = f"clock.{kind}"
        if new is None and old is not None:
            yield _numbers(place, _called(old), (_length(old), _nothing()), "gone")
        elif old is None and new is not None:
            yield _numbers(place, _called(new), (_nothing(), _length(new)), "new")
        elif old is not None and new is not None:
            yield from _clock(place, old, new)


def _nameless_clock(clock: ClockDef) -> ClockDef:
    return replace(clock, kind="", title=_UNNAMED, source=None)


def _renamed(
    olds: Mapping[str, Thing], news: Mapping[str, Thing], nameless: Callable[[Thing], Thing]
) -> set[str]:
    """Give both names of whatever only goes by another name."""
    came = {name: nameless(new) for name, new in news.items() if name not in olds}
    found: set[str] = set()
    for name, old in olds.items():
        same = (other for other, new in came.items() if new == nameless(old))
        if name not in news and (other := next(same, None)) is not None:
            found |= {name, other}
            del came[other]
    return found


def _clock(place: str, old: ClockDef, new: ClockDef) -> Iterator[Difference]:
    """Compare two clocks of one name: their length, then how they count and what they hear."""
    keys = _unlike(old, new, _CLOCK_APART)
    keys += _if(old.carries_over and not new.carries_over, "carries_over")
    keys += _if(_has_cap(old) != _has_cap(new), "extension_cap_days")
    if (old.days, old.unit, old.date_from) != (new.days, new.unit, new.date_from):
        yield _numbers(place, _called(new), (_length(old), _length(new)), _clock_turn(old, new))
    if keys:
        yield _otherwise(place, _called(new), keys)


def _clock_turn(old: ClockDef, new: ClockDef) -> str:
    """Name what becomes of a length; of a minimum it is the shorter one by which time is won."""
    if (old.unit, old.date_from) != (new.unit, new.date_from):
        return "recounted"
    longer = (new.days or 0) > (old.days or 0)
    if new.is_limit:
        return "longer" if longer else "shorter"
    return "minimum-longer" if longer else "minimum-shorter"


def _has_cap(clock: ClockDef) -> bool:
    """Tell whether extensions are capped; how far is a setting, and the same by soundness."""
    return clock.extension_cap_days is not None


def _unlike(old: Thing, new: Thing, apart: frozenset[str]) -> list[str]:
    """Name the fields that differ, whatever they are; the order of names in them says nothing."""
    names = (one.name for one in fields(old) if one.name not in apart)
    return [name for name in names if _value(old, name) != _value(new, name)]


def _value(thing: ClockDef | Rung, name: str) -> object:
    value = getattr(thing, name)
    return frozenset(value) if isinstance(value, tuple) else value


def _called(clock: ClockDef) -> Message:
    kind = "differs-limit" if clock.is_limit else "differs-minimum"
    return message(kind, clock=clock.title)


def _length(clock: ClockDef) -> Message:
    if clock.days is None:
        return message("differs-date")
    return message(f"differs-{clock.unit}", n=clock.days)


def _rungs(before: Workflow, after: Workflow) -> Iterator[Difference]:
    """The ladder: who is told of a limit that nears or passed, and when."""
    olds, news = ({rung.name: rung for rung in flow.ladder} for flow in (before, after))
    renamed = _renamed(olds, news, lambda rung: replace(rung, name="", title=_UNNAMED))
    for name in dict.fromkeys([*olds, *news]):
        if name not in renamed:
            yield from _rung(f"rung.{name}", olds.get(name), news.get(name))


def _rung(place: str, old: Rung | None, new: Rung | None) -> Iterator[Difference]:
    if new is None and old is not None:
        yield _numbers(place, _rung_called(old), (_when(old), _nothing()), "gone")
    elif old is None and new is not None:
        yield _numbers(place, _rung_called(new), (_nothing(), _when(new)), "new")
    elif old is not None and new is not None:
        yield from _other_rung(place, old, new)


def _other_rung(place: str, old: Rung, new: Rung) -> Iterator[Difference]:
    """Compare two rungs of one name: when they tell, then whom, and what comes with it."""
    what = _rung_called(new)
    if old.after_working_days != new.after_working_days:
        turn = "later" if new.after_working_days > old.after_working_days else "earlier"
        yield _numbers(place, what, (_when(old), _when(new)), turn)
    keys = _if(not set(old.tells) <= set(new.tells), "tells") + _unlike(old, new, _RUNG_APART)
    if keys:
        yield _otherwise(place, what, keys)


def _rung_called(rung: Rung) -> Message:
    return message("differs-rung", rung=rung.title)


def _nothing() -> Message:
    return message("differs-nothing")


def _if(holds: bool, key: str) -> list[str]:  # noqa: FBT001  # what holds, and what for
    return [key] if holds else []


def _when(rung: Rung) -> Message:
    days = rung.after_working_days
    if days == 0:
        return message("differs-at-limit")
    return message("differs-after-limit" if days > 0 else "differs-before-limit", n=abs(days))


def _states(before: Workflow, after: Workflow) -> Iterator[Difference]:
    for name, old in before.states.items():
        new = after.states.get(name)
        if new is not None and new.is_closed != old.is_closed:
            yield _otherwise(
                f"states.{name}", message("differs-state", state=new.title), ["closed"]
            )


def _steps(before: Workflow, after: Workflow) -> Iterator[Difference]:
    """Steps must be the same ones; one may ask for more, unless a limit begins with it."""
    old, new = _arcs(before, _state_names(before, after)), _arcs(after, {})
    begins = _begins_limits(before) | _begins_limits(after)
    titles: dict[str, Text] = {}
    for key in dict.fromkeys([*old, *new]):
        mine, other = old.get(key, []), new.get(key, [])
        same = len(mine) == len(other) and all(
            _is_no_softer(was, now, begins) for was, now in zip(mine, other, strict=True)
        )
        if not same:
            titles.setdefault(key[1], (other or mine)[0].title)
    if titles:
        words = message("differs-steps", steps=listed_in_both(titles.values()))
        yield Difference("transition", words, wins=True)


def _state_names(before: Workflow, after: Workflow) -> dict[str, str]:
    """Give the new names of states that are gone, where another stands in their place."""
    came = {
        (state.order, state.is_closed): name
        for name, state in after.states.items()
        if name not in before.states
    }
    gone = (state for name, state in before.states.items() if name not in after.states)
    return {s.name: came.get((s.order, s.is_closed), s.name) for s in gone}


def _arcs(flow: Workflow, names: Mapping[str, str]) -> _ARCS:
    """Give all arcs that do something: change the state, take effect, or are heard by a clock.

    States that go by another name in the other version stand under that.
    """
    heard: set[str] = set()
    for clock in flow.clocks.values():
        heard.update(clock.starts, clock.stops, clock.pauses_on, clock.resumes_on)
    found: _ARCS = {}
    for arc in flow.transitions:
        if arc.target is not None or arc.effects or beats(arc) & heard:
            source, target = (names.get(s or "", s) for s in (arc.source, arc.target))
            same = replace(arc, source=source, target=target)
            found.setdefault((source, arc.trigger), []).append(same)
    return found


def _begins_limits(flow: Workflow) -> frozenset[str]:
    """Name the events with which a limit begins or goes on: what holds them up wins time."""
    limits = [clock for clock in flow.clocks.values() if clock.is_limit]
    return frozenset(e for c in limits for e in {*c.starts, *c.resumes_on} - set(c.stops))


def _is_no_softer(old: Transition, new: Transition, begins: frozenset[str]) -> bool:
    asks_more = set(new.needs) != set(old.needs) or new.reason_required != old.reason_required
    return (
        _bare(old) == _bare(new)
        and set(old.needs) <= set(new.needs)
        and old.reason_required <= new.reason_required
        and _asks_no_less(_fields(old), _fields(new))
        and not (asks_more and beats(new) & begins)
    )


def _bare(arc: Transition) -> Transition:
    """Leave of an arc what must be the same: all but its title and what it may ask for besides."""
    by = tuple(sorted(arc.by))
    return replace(arc, title=_UNNAMED, by=by, fields=(), reason_required=False, needs=())


def _fields(arc: Transition) -> dict[str, bool]:
    return {field.name: field.required for field in arc.fields}


def _asks_no_less(old: Mapping[str, bool], new: Mapping[str, bool]) -> bool:
    """Tell whether the same fields are asked for, and none of them became optional."""
    return old.keys() == new.keys() and all(new[name] or not old[name] for name in old)

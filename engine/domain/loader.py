"""From the text of a definition file to a workflow, or a refusal that names every fault.

The words come from a closed vocabulary. What is well spelt is then asked whether it is sound
(`engine/domain/soundness.py`); a definition that is not is refused in the same way.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.needs import Vocabulary
from engine.domain.reading import FaultLog, Table, WrongDefinitionError, line_numbers
from engine.domain.soundness import unsound
from engine.domain.workflow import ClockDef, FieldUse, Rung, State, Transition, Workflow
from engine.errors import reason_of
from engine.words import Text, message

UNITS = ("natural-day", "working-day", "working-hour", "date")
"""The units of a clock; `date` stands with `date_from`, the others with `days`."""
LONGEST = 1_000_000
"""The longest definition file, in characters."""
_TOP = (
    "name", "version", "title", "source", "initial",
    "settings", "states", "transition", "clock", "rung",
)  # fmt: skip
_STATE = ("title", "order", "closed")
_TRANSITION = ("trigger", "title", "from", "to", "by", "fields", "reason", "needs", "effects")
_CLOCK = (
    "title", "source", "starts", "stops", "unit", "days", "date_from", "at", "limit",
    "first_day_counts", "rolls_forward", "pauses_on", "resumes_on", "extension_cap_days",
    "extended_by", "carries_over", "by",
)  # fmt: skip
_RUNG = ("name", "title", "after_working_days", "tells", "does")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class _Known:
    """The words that may stand in this file: the vocabulary, and the names that the file makes."""

    vocabulary: Vocabulary
    states: tuple[str, ...]
    events: tuple[str, ...]


def load(
    text: str, file: str, vocabulary: Vocabulary, sentences: Mapping[str, Text] | None = None
) -> Workflow:
    """Read a definition; `file` is its name in messages. Raises DefinitionError with all faults.

    `sentences` is the catalogue in which every need must have its words; by default the engine's.
    """
    values = _parse(text, file)
    log = FaultLog(line_numbers(text))
    workflow = _workflow(Table(values, "", log), vocabulary, digest_of(text))
    if not log.faults:
        places = _places(values)
        for path, what in unsound(workflow, vocabulary, sentences):
            log.add(places.get(path, path), what)
    if log.faults:
        raise WrongDefinitionError(file, log.faults)
    return workflow


def _places(values: Mapping[str, Any]) -> dict[str, str]:
    """Give for each arc, as soundness counts them, the block of the file that it came from."""
    blocks = enumerate(values["transition"], 1)
    paths = [f"transition[{n}]" for n, block in blocks for _ in block["from"] or (None,)]
    return {f"arc[{n}]": path for n, path in enumerate(paths, 1)}


def digest_of(text: str) -> str:
    """Give the SHA-256 (hex) of a definition's source, as UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _parse(text: str, file: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise WrongDefinitionError(file, [message("definition-too-long", most=LONGEST)])
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        what = message("definition-syntax", detail=reason_of(fault))
        raise WrongDefinitionError(file, [what]) from None


def _workflow(top: Table, vocabulary: Vocabulary, digest: str) -> Workflow:
    top.only(_TOP)
    states = {name: _state(name, table) for name, table in top.table("states").items()}
    blocks = top.tables("transition")
    triggers = tuple(dict.fromkeys(str(block.values.get("trigger")) for block in blocks))
    known = _Known(vocabulary, tuple(states), (*triggers, *vocabulary.happenings))
    _orders(top, states)
    return Workflow(
        name=top.name("name"),
        version=top.whole("version", 1, 1_000_000, required=True) or 0,
        title=top.words("title"),
        source=top.text("source", required=False) or "",
        initial=top.word("initial", states, required=True) or "",
        states=states,
        transitions=tuple(arc for block in blocks for arc in _transitions(block, known)),
        clocks={kind: _clock(kind, table, known) for kind, table in top.table("clock").items()},
        ladder=_ladder(top.tables("rung"), vocabulary),
        settings=_settings(top, vocabulary),
        digest=digest,
    )


def _orders(top: Table, states: Mapping[str, State]) -> None:
    taken: dict[int, str] = {}
    for name, state in states.items():
        if state.order in taken and state.order:
            top.wrong(f"states.{name}.order", "definition-twice", word=str(state.order))
        taken[state.order] = name


def _settings(top: Table, vocabulary: Vocabulary) -> dict[str, int]:
    value = top.raw("settings", required=True)
    if not isinstance(value, dict):
        if value is not None:
            top.wrong("settings", "definition-table")
        return {}
    table = Table(value, "settings", top.log)
    table.only(vocabulary.settings)
    found = {name: table.whole(name, 0, 100_000, required=True) for name in vocabulary.settings}
    return {name: number for name, number in found.items() if number is not None}


def _state(name: str, table: Table) -> State:
    table.only(_STATE)
    return State(
        name=name,
        title=table.words("title"),
        order=table.whole("order", 1, 100, required=True) or 0,
        is_closed=table.flag("closed", default=False),
    )


def _transitions(block: Table, known: _Known) -> list[Transition]:
    block.only(_TRANSITION)
    sources = block.words_of("from", known.states, required=True)
    arc = Transition(
        trigger=block.name("trigger"),
        title=block.words("title"),
        source=None,
        target=block.word("to", known.states, required=block.values.get("from") == []),
        by=block.words_of("by", known.vocabulary.parties, required=True),
        fields=_fields(block, known.vocabulary),
        reason_required=block.flag("reason", default=False),
        needs=block.words_of("needs", known.vocabulary.needs),
        effects=block.words_of("effects", known.vocabulary.effects),
    )
    return [_from(arc, source) for source in sources or (None,)]


def _from(arc: Transition, source: str | None) -> Transition:
    return Transition(
        arc.trigger, arc.title, source, arc.target, arc.by,
        arc.fields, arc.reason_required, arc.needs, arc.effects,
    )  # fmt: skip


def _fields(block: Table, vocabulary: Vocabulary) -> tuple[FieldUse, ...]:
    uses = [FieldUse(w.removesuffix("?"), not w.endswith("?")) for w in block.list_of("fields")]
    for index, use in enumerate(uses, 1):
        if use.name not in vocabulary.fields:
            block.log.unknown(block.at(f"fields[{index}]"), use.name, vocabulary.fields)
        if use.name in [other.name for other in uses[: index - 1]]:
            block.wrong(f"fields[{index}]", "definition-twice", word=use.name)
    return tuple(uses)


def _clock(kind: str, table: Table, known: _Known) -> ClockDef:
    table.only(_CLOCK)
    _length(table)
    return ClockDef(
        kind=kind,
        title=table.words("title"),
        starts=table.words_of("starts", known.events, required=True),
        stops=table.words_of("stops", known.events, required=True),
        unit=table.word("unit", UNITS, required=True) or "",
        days=table.whole("days", 0, 3650),
        date_from=table.word("date_from", known.vocabulary.date_sources),
        at=_time(table),
        is_limit=table.flag("limit", default=True),
        first_day_counts=table.flag("first_day_counts", default=False),
        rolls_forward=table.flag("rolls_forward", default=False),
        pauses_on=table.words_of("pauses_on", known.events),
        resumes_on=table.words_of("resumes_on", known.events),
        extension_cap_days=table.whole("extension_cap_days", 1, 3650),
        extended_by=table.word("extended_by", known.vocabulary.parties),
        carries_over=table.flag("carries_over", default=False),
        by=table.words_of("by", known.vocabulary.parties) or ("lead-leader",),
        source=table.text("source", required=False),
    )


def _length(table: Table) -> None:
    """Ask for exactly one of a number of days and a date, with the unit that goes with it."""
    dated = "date_from" in table.values
    if dated == ("days" in table.values):
        table.wrong("days", "definition-clock-length")
    elif dated != (table.values.get("unit") == "date"):
        table.wrong("unit", "definition-clock-unit")


def _time(table: Table) -> str | None:
    value = table.text("at", required=False)
    if value is not None and not _TIME.fullmatch(value):
        table.wrong("at", "definition-time", word=value)
    return value


def _ladder(tables: list[Table], vocabulary: Vocabulary) -> tuple[Rung, ...]:
    rungs = [_rung(table, vocabulary) for table in tables]
    for index, rung in enumerate(rungs):
        if rung.name in [other.name for other in rungs[:index]]:
            tables[index].wrong("name", "definition-twice", word=rung.name)
    return tuple(rungs)


def _rung(table: Table, vocabulary: Vocabulary) -> Rung:
    table.only(_RUNG)
    return Rung(
        name=table.name("name"),
        title=table.words("title"),
        after_working_days=table.whole("after_working_days", -365, 365, required=True) or 0,
        tells=table.words_of("tells", vocabulary.parties, required=True),
        does=table.word("does", vocabulary.duties),
    )

"""What differs in a case between two of its events: value by value, as readers would compare.

The history is folded up to each of the two, so that whatever was changed and changed back between
them is no difference.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.service import case_room
from engine.service.case_history import HistoryAnswer, tell_history
from engine.service.desk import Desk
from engine.service.office import wrong
from engine.service.people_answers import PersonAnswer
from engine.store import rows

Kind = Literal["text", "word", "date", "instant", "number", "money", "account", "unit", "yes"]
SHOWN: Mapping[str, Mapping[str, Kind]] = {
    "case": {"title": "text", "state": "word", "outcome": "word", "due_on": "date",
             "summary": "text"},
    "measure": {"title": "text", "owner_id": "account", "unit_id": "unit", "start_on": "date",
                "due_on": "date", "evidence": "text", "status": "word", "proved": "yes"},
    "claim": {"people": "number", "owed_fen": "money", "paid_fen": "money",
              "difference_reason": "text"},
    "reply": {"kind": "word", "body": "text", "delivered_on": "date"},
    "request": {"kind": "word", "state": "word", "new_due": "date", "review_on": "date",
                "to_id": "account"},
    "letter": {"status": "word", "number": "text", "demands": "text", "basis": "text",
               "answer_by": "date", "answer": "text", "verdict": "text"},
    "note": {"body": "text"},
    "file": {"name": "text", "sha256": "text"},
}  # fmt: skip
"""Columns that are compared, with the kind of their values; others follow from these."""
HELD = ("lead", "lead-unit", "supporting-unit", "liaison", "member")
"""Parts in a case, compared as the names of whoever has them."""
LONGEST = 4000
"""Characters up to which two texts are compared character by character."""
State = dict[str, dict[str, Any]]


class PieceAnswer(TypedDict):
    """A piece of a text: `same`, or `gone` on the left, `new` on the right."""

    how: str
    text: str


class ChangeAnswer(TypedDict):
    """One difference; texts come in pieces, other values as they are, absent ones as None.

    `no` is the place of the row among those of its kind, None for the case itself; `place` names
    it, `case` or `measure/7`.
    """

    place: str
    record: str
    no: int | None
    name: str | None
    column: str
    kind: str
    before: Any
    after: Any
    left: list[PieceAnswer]
    right: list[PieceAnswer]


class MomentAnswer(TypedDict):
    """One of the two events."""

    seq: int
    at: str
    kind: str
    trigger: str | None
    moved: bool
    actor: PersonAnswer | None


class DiffAnswer(TypedDict):
    """The differences between two events of a case, and how many compared values are the same."""

    code: str
    title: str
    events: list[MomentAnswer]
    a: int
    b: int
    changes: list[ChangeAnswer]
    same: int


def case_diff(
    desk: Desk, who: Principal, code: str, a: int | None = None, b: int | None = None
) -> DiffAnswer:
    """Compare a case after one of its events with the case after another.

    Without any named it is what the newest event changed. Raises ForbiddenError, NotFoundError, and
    InvalidError for an event that the case has not.
    """
    require(who, "supervision.read")
    room = case_room.enter(desk, who, code)
    events = tell_history(room)
    last = events[-1]["seq"]
    later = last if b is None else b
    earlier = max(events[0]["seq"], later - 1) if a is None else a
    for field, seq in (("a", earlier), ("b", later)):
        if all(event["seq"] != seq for event in events):
            raise wrong(field, "diff-no-event", seq=seq, last=last)
    changes, same = compare(desk, events, earlier, later)
    return {
        "code": room.facts.case.code,
        "title": room.facts.case.title,
        "events": [_moment(event) for event in reversed(events)],
        "a": earlier,
        "b": later,
        "changes": changes,
        "same": same,
    }


def compare(
    desk: Desk, events: Sequence[HistoryAnswer], a: int, b: int
) -> tuple[list[ChangeAnswer], int]:
    """Give what differs after two events of a history, and how many values are the same."""
    names = _Names(desk, events)
    before, after = _fold(events, a), _fold(events, b)
    compared = [*_held(before, after, names), *_values(before, after, names)]
    changes = [change for change in compared if change["before"] != change["after"]]
    return changes, len(compared) - len(changes)


def _fold(events: Iterable[HistoryAnswer], until: int) -> State:
    """Give every row as it was after an event; a measure that the plan dropped is gone."""
    state: State = {}
    for event in events:
        if event["seq"] > until:
            break
        for place, row in event["after"].items():
            state.setdefault(place, {}).update(row)
    plans = {_number(place): row for place, row in state.items() if place.startswith("plan/")}
    kept = plans[max(plans)].get("measures", []) if plans else []
    return {
        place: row
        for place, row in state.items()
        if not place.startswith("measure/") or _number(place) in kept
    }


def _number(place: str) -> int:
    return int(place.partition("/")[2])


class _Names:
    """Names accounts and units, looked up once."""

    def __init__(self, desk: Desk, events: Sequence[HistoryAnswer]) -> None:
        accounts, units = _mentioned(events, _ACCOUNTS), _mentioned(events, {"unit_id"})
        found = rows.fetch(desk.conn, "account", id=accounts)
        places = rows.fetch(desk.conn, "unit", id=units)
        self._accounts = {row.id: row.name for row in found}
        self._units = {row.id: row.name for row in places}

    def of(self, value: Any, kind: str) -> Any:  # noqa: ANN401  # a column's value
        """Give a value as it is compared and shown."""
        if kind == "account":
            return self._accounts.get(value)
        return self._units.get(value) if kind == "unit" else value

    def holder(self, row: Mapping[str, Any]) -> str:
        """Name whoever has a part."""
        names = (self._units.get(row.get("unit_id")), self._accounts.get(row.get("account_id")))
        return " ".join(name for name in names if name)


_ACCOUNTS = frozenset({"owner_id", "to_id", "account_id"})


def _mentioned(events: Sequence[HistoryAnswer], columns: Collection[str]) -> set[int]:
    """Collect the ids that some columns ever had."""
    every = (row for event in events for row in event["after"].values())
    return {row[name] for row in every for name in columns if row.get(name) is not None}


def _held(before: State, after: State, names: _Names) -> Iterator[ChangeAnswer]:
    for role in HELD:
        left, right = (_holders(state, role, names) for state in (before, after))
        if left or right:
            yield _change("tenure", "tenure", None, None, role, "text", left, right)


def _holders(state: State, role: str, names: _Names) -> str | None:
    found = [
        names.holder(row)
        for place, row in state.items()
        if place.startswith("tenure/") and row.get("role") == role and row.get("to_at") is None
    ]
    return "、".join(sorted(found)) or None


def _values(before: State, after: State, names: _Names) -> Iterator[ChangeAnswer]:
    """Compare every shown column of every row that stands on either side."""
    places = sorted({*before, *after}, key=_order)
    counted: dict[str, int] = {}
    for place in places:
        record = place.partition("/")[0]
        no = None
        if record != "case":
            no = counted[record] = counted.get(record, 0) + 1
        left, right = before.get(place, {}), after.get(place, {})
        title = right.get("title") or left.get("title")
        for column, kind in SHOWN.get(record, {}).items():
            values = [names.of(side.get(column), kind) for side in (left, right)]
            if values != [None, None]:
                yield _change(place, record, no, title, column, kind, *values)


def _order(place: str) -> tuple[int, int]:
    record, _, number = place.partition("/")
    ranks = list(SHOWN)
    return ranks.index(record) if record in SHOWN else len(ranks), int(number or 0)


def _change(  # noqa: PLR0913, PLR0917  # a difference, part by part
    place: str, record: str, no: int | None, name: str | None, column: str, kind: str,
    before: Any, after: Any,  # noqa: ANN401
    /,
) -> ChangeAnswer:  # fmt: skip
    left, right = pieces(before or "", after or "") if kind == "text" else ([], [])
    return {
        "place": place, "record": record, "no": no, "name": name, "column": column, "kind": kind,
        "before": before, "after": after, "left": left, "right": right,
    }  # fmt: skip


def pieces(before: str, after: str) -> tuple[list[PieceAnswer], list[PieceAnswer]]:
    """Cut two texts into what is the same and what is not; very long ones are not compared."""
    left: list[PieceAnswer] = []
    right: list[PieceAnswer] = []
    if max(len(before), len(after)) > LONGEST:
        steps = [("replace", 0, len(before), 0, len(after))]
    else:
        steps = list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    for step, a1, a2, b1, b2 in steps:
        same = step == "equal"
        if a2 > a1:
            left.append({"how": "same" if same else "gone", "text": before[a1:a2]})
        if b2 > b1:
            right.append({"how": "same" if same else "new", "text": after[b1:b2]})
    return left, right


def _moment(event: HistoryAnswer) -> MomentAnswer:
    return {
        "seq": event["seq"], "at": event["at"], "kind": event["kind"],
        "trigger": event.get("trigger"), "moved": event.get("from") != event.get("to"),
        "actor": event["actor"],
    }  # fmt: skip

"""What others did while somebody filled in a form about a case, beside what that form holds."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from starlette.responses import Response
from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.domain.fields import FIELDS
from engine.errors import DubanError, InvalidError, NotFromHereError, StaleError
from engine.service.case_answers import CaseAnswer, StepAnswer
from engine.service.case_diff import ChangeAnswer, PieceAnswer, pieces
from engine.service.case_since import SinceAnswer, case_since
from engine.service.desk import Desk
from engine.service.workflows import WorkflowAnswer
from engine.words import Locale
from web.forms import Field, blame, fen_of, labels_of, number
from web.pages.case_told import entry
from web.shell import page
from web.visit import Visit
from web.wording import say_in

NAMED: Mapping[tuple[str, str], str] = {
    ("tenure", "lead"): "lead_leader",
    ("tenure", "lead-unit"): "lead_unit",
    ("tenure", "supporting-unit"): "supporting_units",
    ("tenure", "liaison"): "liaison",
    ("case", "due_on"): "due",
    ("request", "new_due"): "due",
    ("request", "review_on"): "review_on",
    ("request", "to_id"): "to",
}
"""The fields of forms that ask for the same value as a column of the case, by their names."""
MEASURE: Mapping[str, str] = {
    "title": "title",
    "owner_id": "owner",
    "unit_id": "unit",
    "start_on": "start",
    "due_on": "due",
    "evidence": "evidence",
}
ROW: Mapping[str, str] = {
    "paid_fen": "paid",
    "difference_reason": "difference_reason",
    "basis": "basis",
    "demands": "demands",
    "answer_by": "answer_by",
    "answer": "text",
    "verdict": "text",
}
"""The same for a form about one row, a claim or a letter."""


class OwnAnswer(TypedDict):
    """What the form holds for a value that others changed.

    `how` is `same` as it stands now, `back` to what it was, or `other`; `value` is None for what
    cannot be read, `pieces` mark in a text what differs from the present one.
    """

    text: str
    value: Any
    how: str
    pieces: Sequence[PieceAnswer]


Shown = Mapping[str, Any]


def look(desk: Desk, who: Principal, case: CaseAnswer, visit: Visit) -> SinceAnswer | None:
    """Tell what was done to a case since the form was shown that is sent now."""
    if "version" not in visit.form:
        return None
    return case_since(desk, who, case["code"], number(visit.text("version")))


def told(
    since: SinceAnswer | None,
    case: CaseAnswer,
    fields: Sequence[Field],
    visit: Visit,
    row: str = "",
) -> Shown | None:
    """Give what the page shows of it: the events, and each value beside that of the form.

    `row` is the one that the form is about, `claim/5`.
    """
    if since is None:
        return None
    held = _held(fields, row)
    changes = [change for change in since["changes"] if not _follows(change)]
    own = [_own(change, held) for change in changes]
    return {
        "entries": [{**entry(case, event), "before": 0} for event in since["events"]],
        "rows": [{**c, "own": mine} for c, mine in zip(changes, own, strict=True)],
        "beside": any(own),
        "says": _says(since, visit),
    }


def _follows(change: ChangeAnswer) -> bool:
    """Tell whether a value only follows from its row being new, or its event tells it already."""
    told = change["record"] in {"note", "file"} or change["column"] in {"proved", "status"}
    return change["before"] is None and told


def _says(since: SinceAnswer, visit: Visit) -> str:
    """Say that nothing was saved, and who was first."""
    if since["own"]:
        return say_in(visit.locale, "since-own")
    system = say_in(visit.locale, "ui-system")
    names = [event["actor"]["name"] if event["actor"] else system for event in since["events"]]
    listed = say_in(visit.locale, "format-comma").join(dict.fromkeys(names))
    return say_in(visit.locale, "since-others", names=listed)


def as_stale(error: DubanError | None, since: SinceAnswer | None) -> DubanError | None:
    """Give the refusal of a form that others overtook, also where nothing was to be saved yet."""
    return StaleError("stale") if error is None and since is not None else error


def sentences(
    found: Shown | None, fields: Sequence[Field], error: DubanError | None, locale: Locale
) -> list[str]:
    """Give the sentences of a refusal that name no field; who was first stands before them."""
    said = [found["says"]] if found else []
    overtaken = found is not None and isinstance(error, StaleError)
    return said if error is None or overtaken else [*said, *blame(fields, error, locale)]


Held = Mapping[tuple[str, str], Field]


def _held(fields: Sequence[Field], row: str) -> Held:
    """Give the fields of a form by the place and the column whose value they ask for."""
    named = {one["name"]: one for one in fields}
    found = {place: named[name] for place, name in NAMED.items() if name in named}
    if row:
        found |= {(row, column): named[name] for column, name in ROW.items() if name in named}
    for one in named["measures"].get("rows", ()) if "measures" in named else ():
        found |= _of_measure(one["cells"])
    return found


def _of_measure(cells: Iterable[Field]) -> dict[tuple[str, str], Field]:
    by_name = {cell["name"].rpartition(".")[2]: cell for cell in cells}
    place = f"measure/{by_name['id'].get('value')}"
    return {(place, column): by_name[name] for column, name in MEASURE.items()}


def _own(change: ChangeAnswer, held: Held) -> OwnAnswer | None:
    """Give what the form holds for a value; None where it does not ask for it."""
    one = held.get((change["place"], change["column"]))
    one = one or held.get((change["record"], change["column"]))
    if one is None:
        return None
    text = "、".join(labels_of(one))
    value = _read(text, change["kind"])
    how = "other"
    for word, other in (("back", change["before"]), ("same", change["after"])):
        if _equal(value, other):
            how = word
    after, is_text = change["after"] or "", change["kind"] == "text"
    marked = pieces(after, text)[1] if is_text and how == "other" else ()
    return {"text": text, "value": value, "how": how, "pieces": marked}


def _read(text: str, kind: str) -> Any:  # noqa: ANN401  # a value of a column
    """Read what was typed as the case holds it; None where nothing was, or it cannot be read."""
    try:
        if kind == "money":
            return fen_of("", text)
        return date.fromisoformat(text).isoformat() if kind == "date" else text or None
    except (InvalidError, ValueError):
        return None


def _equal(value: Any, other: Any) -> bool:  # noqa: ANN401  # values of columns
    """Compare with a value of the case; people are offered with their post and unit after them."""
    both = isinstance(value, str) and isinstance(other, str)
    return value == other or (both and value.startswith(f"{other} "))


# --- what cannot be sent again ------------------------------------------------------------------


def overtaken(  # noqa: PLR0913, PLR0917  # what the page says, in its order
    visit: Visit,
    case: CaseAnswer,
    found: Shown,
    fields: Sequence[Field],
    title: str,
    why: str,
    /,
    **more: Any,  # noqa: ANN401  # of the page
) -> Response:
    """Show what closed a form while it was filled in, and keep what was typed in it to be read."""
    doors = [step for step in case["steps"] if step["mine"] and step["allowed"]]
    return page(
        visit, "pages/overtaken.html", 409, case=case, since=found, title=title, why=why,
        typed=_typed(fields), doors=doors, **more,
    )  # fmt: skip


def _typed(fields: Sequence[Field]) -> list[tuple[str, list[str]]]:
    """Give what stands in a form by its labels; rows by their cells."""
    told: list[tuple[str, list[str]]] = []
    for one in fields:
        if one["kind"] == "rows":
            rows = one.get("rows", ())
            told += [(row["label"], [_in_a_row(row["cells"])]) for row in rows]
        elif one["kind"] != "hidden":
            told.append((one["label"], labels_of(one)))
    return [(label, values) for label, values in told if any(values)]


def _in_a_row(cells: Sequence[Field]) -> str:
    shown = (f"{one['label']} {'、'.join(labels_of(one))}" for one in cells
             if one["kind"] != "hidden" and one.get("value"))  # fmt: skip
    return "\n".join(shown)


def gone(error: DubanError | None) -> DubanError:
    """Give the refusal of a step that is there no more: to send it again would not help."""
    if error is None or isinstance(error, StaleError):
        return NotFromHereError("not-from-here")
    return error


def former(flow: WorkflowAnswer, trigger: str, locale: str) -> StepAnswer:
    """Give a step that the case has no more, so that what was typed for it can be shown.

    Raises NotFromHereError for one that its workflow never had.
    """
    arc = next((arc for arc in flow["transitions"] if arc["trigger"] == trigger), None)
    if arc is None:
        raise NotFromHereError("not-from-here")
    names = [(name.rstrip("?"), not name.endswith("?")) for name in arc["fields"]]
    return {
        "trigger": trigger, "to": arc["target"] or "", "who": "", "allowed": False, "mine": False,
        "title": arc["title"]["zh"] if locale == "zh" else arc["title"]["en"], "unmet": [],
        "fields": [{"name": n, "kind": FIELDS[n].kind, "required": must} for n, must in names],
        "reason_required": arc["reason_required"],
    }  # fmt: skip

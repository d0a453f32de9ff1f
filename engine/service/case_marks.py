"""What must be done next in listed cases and by whom, and when each last changed."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from typing_extensions import TypedDict

from engine.domain.awaited import Awaited
from engine.domain.workflow import Workflow
from engine.service.case_answers import SummaryAnswer
from engine.service.case_items import CaseItem
from engine.service.desk import Desk
from engine.service.office import instant
from engine.service.workflows import awaited_in, workflow_of
from engine.store.case_marks import Mark, marks
from engine.words import Message, message, say


class MarkAnswer(TypedDict):
    """The next thing to do in a case and who must do it, where it waits; its last change.

    `trigger` is the step that does it, None where none does; `not_before` the instant until which
    a minimum holds it back, None where none does.
    """

    next: str | None
    who: str | None
    not_before: str | None
    trigger: str | None
    changed_at: str | None


def tell_marks(desk: Desk, items: Sequence[CaseItem | SummaryAnswer]) -> dict[str, MarkAnswer]:
    """Tell the marks of listed cases by their codes; of those in summary none."""
    full = {item["code"]: cast("CaseItem", item) for item in items if "issue" in item}
    found = marks(desk.conn, list(full))
    flows = {(m.workflow, m.version) for m in found}
    known = {flow: _awaited(workflow_of(desk.conn, *flow)) for flow in flows}
    return {
        mark.code: _mark(desk, full[mark.code], mark, known[mark.workflow, mark.version])
        for mark in found
    }


def _awaited(flow: Workflow) -> dict[str, tuple[Awaited, int]]:
    most = flow.settings["max_declines"]
    return {one.kind: (one, most) for one in awaited_in(flow)}


def _mark(
    desk: Desk, item: CaseItem, mark: Mark, known: Mapping[str, tuple[Awaited, int]]
) -> MarkAnswer:
    changed = None if mark.changed_at is None else instant(mark.changed_at, desk.zone)
    found = known.get(_first(item) or "")
    if found is None or item["state"] not in found[0].states:
        return MarkAnswer(next=None, who=None, not_before=None, trigger=None, changed_at=changed)
    one, most = found
    step = one.step_in(item["state"])
    return {
        "next": one.title_in(item["state"]).in_(desk.locale),
        "who": say(_named(_party(one, mark, most), item), desk.locale),
        "not_before": _not_before(item),
        "trigger": None if step is None else step.trigger,
        "changed_at": changed,
    }


def _first(item: CaseItem) -> str | None:
    """Name the clock that waits for what is next: the nearest limit, else the minimum."""
    first = item["limit"] or item["minimum"]
    return None if first is None else first["kind"]


def _not_before(item: CaseItem) -> str | None:
    minimum = item["minimum"]
    held = item["limit"] is None and minimum is not None and not minimum["passed"]
    return minimum["due_at"] if held and minimum is not None else None


def _party(one: Awaited, mark: Mark, most: int) -> str:
    party = one.parties[0]
    if party != "assigner":
        return party
    return "supervision" if mark.declines >= most else "office"


def _named(party: str, item: Mapping[str, Any]) -> Message:
    """Name a party as far as a list knows it."""
    leader, unit = item["lead_leader"], item["lead_unit"]
    if party == "lead-leader" and leader is not None:
        return message("party-lead-leader-named", name=leader["name"])
    if party == "officer" and unit is not None:
        return message("party-officer-named", unit=unit["name"])
    return message(f"party-{party}")

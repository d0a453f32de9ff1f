"""The titles that a workflow brings along, in the shape in which pages look them up."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from engine.service.workflows import WorkflowAnswer
from engine.words import Locale
from web.wording import Words


def words_of(workflows: Iterable[WorkflowAnswer], locale: Locale) -> Words:
    """Give the titles of workflows, states, triggers and clocks; the first that names one wins.

    Two steps may go by one trigger, one that proposes and one that approves: `moves` names those
    that lead to another state.
    """
    states: dict[str, Any] = {}
    triggers: dict[str, Any] = {}
    moves: dict[str, Any] = {}
    clocks: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for workflow in workflows:
        names.setdefault(workflow["name"], workflow["title"][locale])
        for state in workflow["states"]:
            said = {"title": state["title"][locale], "step": state["order"]}
            states.setdefault(state["name"], said)
        for arc in workflow["transitions"]:
            triggers.setdefault(arc["trigger"], arc["title"][locale])
            if arc["target"] not in (None, arc["source"]):
                moves.setdefault(arc["trigger"], arc["title"][locale])
        for kind, title in workflow["clocks"].items():
            clocks.setdefault(kind, title[locale])
    return {
        "states": states, "triggers": triggers, "moves": moves, "clocks": clocks,
        "workflows": names,
    }  # fmt: skip


def states_of(words: Words) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Give the states with their titles, in order."""
    return cast("Mapping[str, Mapping[str, Any]]", words["states"]).items()

"""Pictures of a workflow: as Mermaid text for documents, and as a drawing of our own in SVG."""

from engine.domain.workflow import Workflow
from engine.output.flow import Flow, flow_of, listed
from engine.output.flow_svg import PLAIN, Marks, draw
from engine.words import Locale

_RESERVED = {"#": "#35;", ":": "#58;", ";": "#59;", '"': "#quot;", "\n": " ", "<": "#lt;"}


def mermaid(workflow: Workflow, locale: Locale) -> str:
    """Write a workflow as a Mermaid state diagram, in one language."""
    flow = flow_of(workflow)
    ids = {state.name: f"s{state.order}" for state in flow.states}
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [
        f'    state "{_plain(state.title.in_(locale))}" as {ids[state.name]}'
        for state in flow.states
    ]
    for hop in flow.hops:
        source = ids[hop.source] if hop.source else "[*]"
        lines.append(f"    {source} --> {ids[hop.target]}: {_plain(listed(hop.titles, locale))}")
    lines += [f"    {ids[state.name]} --> [*]" for state in flow.states if state.is_closed]
    lines += _notes(flow, ids, locale)
    return "\n".join(lines) + "\n"


def svg(workflow: Workflow, locale: Locale, marks: Marks = PLAIN) -> str:
    """Draw a workflow as an SVG document with title and description, in one language.

    By itself it stands alone; `marks` may put counts into it and make it a part of a page.
    """
    return draw(workflow, locale, marks)


def _notes(flow: Flow, ids: dict[str, str], locale: Locale) -> list[str]:
    lines: list[str] = []
    for name, titles in flow.staying.items():
        if titles:
            lines.append(f"    note right of {ids[name]}")
            lines += [f"        {_plain(title.in_(locale))}" for title in titles]
            lines.append("    end note")
    return lines


def _plain(words: str) -> str:
    """Write the signs that Mermaid reads as its own by their entity."""
    return "".join(_RESERVED.get(sign, sign) for sign in words)

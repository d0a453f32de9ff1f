"""Draws a workflow: states in a row, steps forward above, steps back below, the rest in lists.

Lengths are in pixels of the drawing. A step to the next state is a straight arrow in the gap; a
step that jumps over states, or goes back, runs in a lane of its own, so that no two lines overlap.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from engine.domain.workflow import State, Workflow
from engine.output.flow import Flow, Hop, description, flow_of, listed
from engine.words import Locale, Text, message, say

EDGE = 28
BOX_HEIGHT = 56
LINE = 20
LANE = 30
CORNER = 10
SMALLEST_BOX = 128
SMALLEST_GAP = 56
START = 44
_STYLE = """
text { font: 14px "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; fill: #18212b; }
.state { fill: #fff; stroke: #1d4f7c; stroke-width: 2; }
.rest { fill: none; stroke: #1d4f7c; }
.name { font-size: 16px; font-weight: 600; text-anchor: middle; }
.step { fill: none; stroke: #46525f; stroke-width: 1.5; }
.label { text-anchor: middle; }
.stay { fill: #46525f; }
.head { fill: #5d6875; font-size: 12px; }
.back { stroke-dasharray: 5 4; }
""".strip()
_TIP = (
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
    'markerHeight="8" orient="auto"><path class="tip" d="M0 0 10 5 0 10z" fill="#46525f"/>'
    "</marker></defs>"
)
_ON_PAPER = ' fill="#fff"'
_ENDS = ' marker-end="url(#tip)"'


@dataclass(frozen=True, slots=True)
class Marks:
    """What a picture shows besides the workflow: lines in the states, and where a case stands.

    `within` says that it stands within a page, whose style sheet gives it its looks.
    """

    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    here: str | None = None
    within: bool = False


PLAIN = Marks()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: columns by state name, lanes by hop, and the heights."""

    left: dict[str, float]
    width: dict[str, float]
    above: tuple[Hop, ...]
    below: tuple[Hop, ...]
    ports: dict[tuple[Hop, str], float]
    top: float
    tall: float
    total: tuple[float, float]


def draw(workflow: Workflow, locale: Locale, marks: Marks = PLAIN) -> str:
    """Draw a workflow as an SVG document, or as a part of a page."""
    flow = flow_of(workflow)
    layout = _layout(flow, locale, marks)
    width, height = layout.total
    named = say(message("diagram-title", title=workflow.title), locale)
    style = "" if marks.within else f"<style>{_STYLE}</style>"
    parts = [
        (
            '<svg xmlns="http://www.w3.org/2000/svg" class="flowchart" '
            f'width="{width:g}" height="{height:g}" '
            f'viewBox="0 0 {width:g} {height:g}" role="img" lang={quoteattr(_language(locale))} '
            'aria-labelledby="flow-title flow-desc">'
        ),
        f'<title id="flow-title">{escape(named)}</title>',
        f'<desc id="flow-desc">{escape(description(workflow, locale))}</desc>',
        f"{style}{_TIP}",
        f'<rect class="ground" width="{width:g}" height="{height:g}"{_ON_PAPER}/>',
        *(_hop(hop, layout, locale) for hop in _lanes_last(flow, layout)),
        *(_state(state, flow, layout, locale, marks) for state in flow.states),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _language(locale: Locale) -> str:
    return "zh-CN" if locale == "zh" else "en"


def text_width(words: str) -> float:
    """Estimate how wide a text is at 14 px: wide characters are whole signs, others about half."""
    return sum(14 if unicodedata.east_asian_width(c) in "WF" else 7.7 for c in words)


# --- layout ---------------------------------------------------------------------------------------


def _layout(flow: Flow, locale: Locale, marks: Marks) -> Layout:
    index = {state.name: n for n, state in enumerate(flow.states)}
    above = _by_length(flow.hops, index, forward=True)
    below = _by_length(flow.hops, index, forward=False)
    width = {state.name: _box_width(state, flow, locale, marks) for state in flow.states}
    tall = float(BOX_HEIGHT + LINE * max((len(n) for n in marks.notes.values()), default=0))
    left, x = {}, float(EDGE + START)
    x += max((_label_width(hop, locale) for hop in flow.hops if hop.source is None), default=0)
    for state in flow.states:
        left[state.name] = x
        x += width[state.name] + _gap(state, flow, index, locale)
    right = left[flow.states[-1].name] + width[flow.states[-1].name]
    top = EDGE + LANE * len(above) + LINE
    lists = max(len(titles) for titles in flow.staying.values()) + 1
    bottom = top + tall + LANE * len(below) + LINE + lists * LINE
    ports = _ports((*above, *below), index, left, width)
    return Layout(left, width, above, below, ports, top, tall, (right + EDGE, bottom + EDGE))


def _by_length(hops: Sequence[Hop], index: dict[str, int], *, forward: bool) -> tuple[Hop, ...]:
    """The hops that need a lane on one side, the shortest nearest to the states."""
    spans = [(index[h.target] - index[h.source], h) for h in hops if h.source is not None]
    chosen = [(abs(span), hop) for span, hop in spans if (span > 1 if forward else span < 0)]
    return tuple(hop for _, hop in sorted(chosen, key=lambda pair: pair[0]))


def _box_width(state: State, flow: Flow, locale: Locale, marks: Marks) -> float:
    lines = [title.in_(locale) for title in flow.staying[state.name]]
    if lines:
        lines.append(say(message("diagram-unchanged"), locale))
    lines += (f"{note}　" for note in marks.notes.get(state.name, ()))
    widest = max((text_width(line) for line in lines), default=0)
    return max(SMALLEST_BOX, text_width(state.title.in_(locale)) * 1.2 + 32, widest)


def _label_width(hop: Hop, locale: Locale) -> float:
    return max(text_width(title.in_(locale)) for title in hop.titles)


def _gap(state: State, flow: Flow, index: dict[str, int], locale: Locale) -> float:
    """The gap after a state: wide enough for the label of the step to the next one."""
    here = index[state.name]
    hops = [h for h in flow.hops if h.source == state.name and index[h.target] == here + 1]
    return max([SMALLEST_GAP, *(_label_width(hop, locale) + 24 for hop in hops)])


def _ports(
    lanes: Sequence[Hop], index: dict[str, int], left: dict[str, float], width: dict[str, float]
) -> dict[tuple[Hop, str], float]:
    """Spread the ends of lanes along the edge of each box, ends towards the left on the left."""
    found: dict[tuple[Hop, str], float] = {}
    for side in (True, False):
        mine = [hop for hop in lanes if (index[hop.target] > index[hop.source or ""]) == side]
        for name, here in index.items():
            ends = [hop for hop in mine if name in (hop.source, hop.target)]
            ends.sort(key=lambda hop: _port_order(hop, name, here, index))
            for place, hop in enumerate(ends, 1):
                found[hop, name] = left[name] + width[name] * place / (len(ends) + 1)
    return found


def _port_order(hop: Hop, name: str, here: int, index: dict[str, int]) -> int:
    """Order ends on an edge so that lanes nest: leftwards the near first, rightwards the far."""
    other = index[hop.source or ""] if hop.target == name else index[hop.target]
    return -100 + here - other if other < here else 100 - other


# --- drawing --------------------------------------------------------------------------------------


def _lanes_last(flow: Flow, layout: Layout) -> list[Hop]:
    lanes = {*layout.above, *layout.below}
    return [h for h in flow.hops if h not in lanes] + [h for h in flow.hops if h in lanes]


def _hop(hop: Hop, layout: Layout, locale: Locale) -> str:
    if hop in layout.above:
        return _lane(hop, layout, locale, layout.top, -1 - layout.above.index(hop))
    if hop in layout.below:
        return _lane(hop, layout, locale, layout.top + layout.tall, 1 + layout.below.index(hop))
    return _straight(hop, layout, locale)


def _straight(hop: Hop, layout: Layout, locale: Locale) -> str:
    y = layout.top + layout.tall / 2
    end = layout.left[hop.target]
    start = (
        float(EDGE) if hop.source is None else layout.left[hop.source] + layout.width[hop.source]
    )
    dot = (
        f'<circle cx="{start:g}" cy="{y:g}" r="6" class="tip" fill="#46525f"/>'
        if not hop.source
        else ""
    )
    lines = "".join(
        f'<text class="label" x="{(start + end) / 2:g}" y="{y - 8 - LINE * n:g}">'
        f"{escape(title.in_(locale))}</text>"
        for n, title in enumerate(reversed(hop.titles))
    )
    path = f'<path class="step"{_ENDS} d="M{start:g} {y:g}H{end - 2:g}"/>{lines}'
    return path if hop.source else dot + path


def _lane(hop: Hop, layout: Layout, locale: Locale, edge: float, lane: int) -> str:
    """Draw a step out of one edge, along its lane and back to the same edge of another state."""
    start, end = layout.ports[hop, hop.source or ""], layout.ports[hop, hop.target]
    y, turn = edge + lane * LANE, CORNER if end > start else -CORNER
    bend, tip = (CORNER, -2) if lane < 0 else (-CORNER, 2)
    path = (
        f"M{start:g} {edge:g}V{y + bend:g}Q{start:g} {y:g} {start + turn:g} {y:g}"
        f"H{end - turn:g}Q{end:g} {y:g} {end:g} {y + bend:g}V{edge + tip:g}"
    )
    kind = "step back" if lane > 0 else "step"
    words, middle = listed(hop.titles, locale), (start + end) / 2
    wide = text_width(words) + 12
    return (
        f'<path class="{kind}"{_ENDS} d="{path}"/>'
        f'<rect class="ground" x="{middle - wide / 2:g}" y="{y - 9:g}" width="{wide:g}" '
        f'height="18"{_ON_PAPER}/>'
        f'<text class="label" x="{middle:g}" y="{y + 5:g}">{escape(words)}</text>'
    )


def _state(state: State, flow: Flow, layout: Layout, locale: Locale, marks: Marks) -> str:
    x, width, tall = layout.left[state.name], layout.width[state.name], layout.tall
    notes = marks.notes.get(state.name, ())
    middle, base = x + width / 2, layout.top + (tall - LINE * len(notes)) / 2 + 6
    here = " here" if marks.here == state.name else ""
    box = (
        f'<rect class="state{here}" x="{x:g}" y="{layout.top:g}" width="{width:g}" '
        f'height="{tall:g}" rx="6"/>'
    )
    if state.is_closed:
        box += (
            f'<rect class="rest" x="{x + 5:g}" y="{layout.top + 5:g}" width="{width - 10:g}" '
            f'height="{tall - 10:g}" rx="3"/>'
        )
    name = (
        f'<text class="name{here}" x="{middle:g}" y="{base:g}">'
        f"{escape(state.title.in_(locale))}</text>"
    )
    lines = "".join(
        f'<text class="label note" x="{middle:g}" y="{base + LINE * n:g}">{escape(note)}</text>'
        for n, note in enumerate(notes, 1)
    )
    return box + name + lines + _staying(flow.staying[state.name], x, layout, locale)


def _staying(titles: Sequence[Text], x: float, layout: Layout, locale: Locale) -> str:
    if not titles:
        return ""
    y = layout.top + layout.tall + LANE * len(layout.below) + LINE * 1.5
    head = escape(say(message("diagram-unchanged"), locale))
    lines = "".join(
        f'<text class="stay" x="{x:g}" y="{y + LINE * n:g}">{escape(title.in_(locale))}</text>'
        for n, title in enumerate(titles, 1)
    )
    return f'<text class="head" x="{x:g}" y="{y:g}">{head}</text>{lines}'

"""The table of steps: from which state to which, by whom, with what filled in, and what it needs.

`!` after a state's column means a reason in writing. A field that ends in `?` may be left out. The
names of needs are the public ones that refusals list.
"""

from dataclasses import dataclass

OPEN = ("assigned", "in-resolution", "stabilized")


@dataclass(frozen=True)
class Arc:
    """One line of the table; `to` is None where the state stays."""

    trigger: str
    source: tuple[str, ...]
    to: str | None
    by: tuple[str, ...]
    fields: tuple[str, ...] = ()
    reason: bool = False
    needs: tuple[str, ...] = ()


def _arc(line: str, *, fields: str = "", needs: str = "") -> Arc:
    """Read `trigger[!] | states > state | parties`."""
    trigger, way, by = (part.strip() for part in line.split("|"))
    states, _, to = (part.strip() for part in way.partition(">"))
    source = OPEN if states == "open" else tuple(states.split())
    return Arc(
        trigger.rstrip("!"),
        source,
        to or None,
        tuple(by.split()),
        tuple(fields.split()),
        trigger.endswith("!"),
        tuple(needs.split()),
    )


START = (
    "acknowledged liaison-named officer-of-every-unit plan-adopted measures-complete"
    " no-disposal-pending"
)
STABLE = (
    "no-draft-plan measures-finished measures-proved interim-reply no-unanswered-letter"
    " amounts-recorded"
)
CLOSING = "observation-over final-reply no-open-dispute amounts-agree no-closure-pending"
EXTENSION = "has-promised-date limit-not-passed not-suspended no-extension-pending"
GRANTED = "extension-pending limit-not-passed extension-adds-time extension-within-cap"

ARCS = (
    _arc(
        "assign | registered > assigned | assigner",
        fields="lead_leader lead_unit supporting_units? due",
        needs="no-disposal-pending no-time-won",
    ),
    _arc("acknowledge | assigned | lead-leader", needs="not-yet-acknowledged"),
    _arc(
        "decline! | assigned > registered | lead-leader",
        needs="work-not-started no-disposal-pending",
    ),
    _arc("start | assigned > in-resolution | lead-leader", needs=START),
    _arc("stabilize | in-resolution > stabilized | lead-leader", needs=STABLE),
    _arc("relapse! | stabilized > in-resolution | lead-leader supervision office"),
    _arc("propose-closure | stabilized | lead-leader", fields="outcome summary", needs=CLOSING),
    _arc(
        "close | stabilized > closed | supervision",
        needs="closure-pending proposal-unchanged four-eyes",
    ),
    _arc("return-closure! | stabilized | supervision", needs="closure-pending"),
    _arc(
        "reopen! | closed > in-resolution | supervision head",
        needs="leader-to-return-to reopening-window",
    ),
    _arc("hand-over! | open | lead-leader office", fields="to", needs="no-handover-pending"),
    _arc("accept-handover | open | successor", needs="handover-pending successor-fit"),
    _arc("refuse-handover! | open | successor", needs="handover-pending"),
    _arc(
        "request-extension! | assigned in-resolution | lead-leader",
        fields="due",
        needs=f"{EXTENSION} extension-within-cap",
    ),
    _arc("grant-extension | assigned in-resolution | head", needs=GRANTED),
    _arc("refuse-extension! | assigned in-resolution | head", needs="extension-pending"),
    _arc(
        "request-suspension! | in-resolution | lead-leader",
        fields="review_on",
        needs="not-suspended no-suspension-pending",
    ),
    _arc("grant-suspension | in-resolution | head", needs="suspension-pending"),
    _arc("refuse-suspension! | in-resolution | head", needs="suspension-pending"),
    _arc("resume | in-resolution | lead-leader head", needs="suspended"),
    _arc("refer! | registered assigned | office", fields="body", needs="no-disposal-pending"),
    _arc(
        "refer | registered assigned > closed | supervision",
        needs="referral-pending disposal-unchanged four-eyes",
    ),
    _arc("merge! | registered assigned | office", fields="into", needs="no-disposal-pending"),
    _arc(
        "merge | registered assigned > closed | supervision",
        needs="merger-pending survivor-open disposal-unchanged four-eyes",
    ),
    _arc("void! | registered assigned | office", needs="no-disposal-pending"),
    _arc(
        "void | registered assigned > closed | supervision",
        needs="voiding-pending disposal-unchanged four-eyes",
    ),
    _arc("return-closure! | registered assigned | supervision", needs="disposal-pending"),
)

STATES = ("registered", "assigned", "in-resolution", "stabilized", "closed")
TRIGGERS = tuple(dict.fromkeys(arc.trigger for arc in ARCS))
NEEDS = frozenset(need for arc in ARCS for need in arc.needs)
OUTCOMES = ("resolved", "partly-resolved", "not-upheld")
DISPOSED = {"refer": "referred", "merge": "merged", "void": "void"}
MOST_DECLINES, MOST_EXTENDED, REOPENING_DAYS, SIGHT_DAYS = 2, 30, 90, 90


def arcs(state: str, trigger: str) -> list[Arc]:
    """Give the lines of a trigger from a state."""
    return [arc for arc in ARCS if arc.trigger == trigger and state in arc.source]


def exits(state: str) -> list[str]:
    """Name the triggers of a state."""
    return list(dict.fromkeys(arc.trigger for arc in ARCS if state in arc.source))

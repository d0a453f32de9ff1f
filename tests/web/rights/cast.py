"""An office of which everybody stands in another relation to one case. Nobody here exists."""

from dataclasses import dataclass

from tests.people import Person, Unit

UNITS = (
    Unit("某县", "county"),
    Unit("督办室", "office", "某县"),
    Unit("督查组", "supervision", "某县"),
    Unit("建设系统", "unit", "某县"),
    Unit("建设局", "unit", "建设系统"),
    Unit("工地组", "unit", "建设局"),
    Unit("劳动局", "unit", "某县"),
    Unit("民政局", "unit", "某县"),
    Unit("司法局", "unit", "某县"),
    *(Unit(f"班子{n}", "lead", "某县") for n in "甲乙丙丁戊"),
)
ABOVE = {"建设局": "建设系统", "工地组": "建设局"}
"""Units with another above them that anybody here belongs to."""


def _one(login: str, unit: str, *roles: str) -> Person:
    return Person(login, f"某{login}", "干部", unit, roles)


ADMIN = _one("admin", "督办室", "admin")
CLERK, CLERK2 = _one("clerk", "督办室", "office"), _one("clerk2", "督办室", "office")
LEAD, DEPUTY = _one("lead", "班子甲", "leader"), _one("deputy", "班子乙", "leader")
FORMER, SUCCESSOR = _one("former", "班子丙", "leader"), _one("successor", "班子丁", "leader")
STRANGER = _one("stranger", "班子戊", "leader")
STANDIN = _one("standin", "司法局", "unit")
OFFICER, COLLEAGUE = _one("officer", "建设局", "unit"), _one("colleague", "建设局", "unit")
CHIEF, BELOW = _one("chief", "建设系统", "unit"), _one("below", "工地组", "unit")
SUPPORT, OWNER = _one("support", "劳动局", "unit"), _one("owner", "司法局", "unit")
BEFORE, OUTSIDE = _one("before", "民政局", "unit"), _one("outside", "司法局", "unit")
WATCH, WATCH2 = _one("watch", "督查组", "supervision"), _one("watch2", "督查组", "supervision")
HEAD, AUDITOR = _one("head", "督办室", "head"), _one("auditor", "督办室", "auditor")
DUTY, DUTY2 = _one("duty", "督办室", "duty"), _one("duty2", "督办室", "duty")
BOTH = _one("both", "司法局", "unit", "duty")
GONE = _one("gone", "督办室", "office")
PEOPLE = (
    ADMIN, CLERK, CLERK2, LEAD, DEPUTY, FORMER, SUCCESSOR, STRANGER, STANDIN, OFFICER, COLLEAGUE,
    CHIEF, BELOW, SUPPORT, OWNER, BEFORE, OUTSIDE, WATCH, WATCH2, HEAD, AUDITOR, DUTY, DUTY2, BOTH,
)  # fmt: skip
"""Everybody who is let in; GONE was disabled, with a session and a token still in hand."""
READERS = (CLERK, LEAD, OFFICER, WATCH, ADMIN, DUTY)
"""Those who come with a token of scope `read` as well."""


@dataclass(frozen=True)
class Matter:
    """A case as the rules see it: its people by login, its units, and whether it rests for long."""

    code: str
    lead: str = ""
    deputies: tuple[str, ...] = ()
    had: tuple[str, ...] = ()
    offered: str = ""
    owners: tuple[str, ...] = ()
    registrar: str = ""
    lead_unit: str = ""
    units: tuple[str, ...] = ()
    state: str = "registered"
    is_old: bool = False
    is_there: bool = True


CODES = {"main": "DB-2026-0001", "other": "DB-2026-0002", "old": "DB-2025-0001"}
MAIN = Matter(
    CODES["main"], lead="lead", deputies=("deputy",), had=("former", "standin"),
    offered="successor", owners=("owner",), registrar="duty", lead_unit="建设局",
    units=("建设局", "劳动局", "民政局"), state="in-resolution",
)  # fmt: skip
"""In resolution: declined by FORMER of 民政局, led by LEAD, offered to SUCCESSOR.

DEPUTY stands in for LEAD, STANDIN for FORMER, and sees what FORMER sees."""
OTHER = Matter(CODES["other"], registrar="clerk")
"""Registered, and planned for STRANGER and 司法局: planned parts are none."""
OLD = Matter(
    CODES["old"], had=("lead",), registrar="duty", units=("建设局", "劳动局"), state="closed",
    is_old=True,
)  # fmt: skip
"""Closed for more than 90 days."""
NONE = Matter("DB-2026-0999", is_there=False)
MATTERS = {"main": MAIN, "other": OTHER, "old": OLD, "none": NONE}

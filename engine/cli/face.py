"""How a command comes to the verbs: the installation of the settings, one desk, and who acts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.bootstrap import Application, open_application
from engine.cli.voice import locale, told
from engine.domain.access import Principal
from engine.service import case_room
from engine.service.desk import Desk
from engine.service.operator import OPERATOR, READER
from engine.service.paging import MOST
from engine.service.principals import principal_of
from engine.settings import load_settings

VIA = "cli"


@contextmanager
def opened() -> Iterator[Application]:
    """Open the installation. Raises SettingsError where there is none: `duban init` helps."""
    application = open_application(load_settings())
    try:
        yield application
    finally:
        application.close()


@contextmanager
def writing() -> Iterator[Desk]:
    """Open a desk that writes; all of the block is committed at its end, or nothing of it."""
    with opened() as application:
        with application.writing(VIA, locale()) as desk:
            yield desk
        if not application.database.is_sqlite:
            _place(application)


def _place(application: Application) -> None:
    """Give what was written its place in the log: no server may be running that would."""
    from engine.service.upkeep import place  # noqa: PLC0415  # on SQLite nobody need wait for it

    place(application)


@contextmanager
def reading() -> Iterator[Desk]:
    """Open a desk that reads one consistent state."""
    with opened() as application, application.reading(VIA, locale()) as desk:
        yield desk


def acting(desk: Desk, login: str | None, operator: Principal = OPERATOR) -> Principal:
    """Give who acts: an account by its login, else the operator of this machine.

    Raises NotFoundError for an unknown login, ForbiddenError for a disabled account.
    """
    return operator if login is None else principal_of(desk, login)


def every(read: Callable[[int, str | None], Any], limit: int | None) -> dict[str, Any]:
    """Read all pages of a listing, or so many rows of it; `next` then says where to go on."""
    found: dict[str, Any] = {**read(min(limit or MOST, MOST), None)}
    while found["next"] is not None and (limit is None or len(found["items"]) < limit):
        left = MOST if limit is None else limit - len(found["items"])
        page = read(min(left, MOST), found["next"])
        found = {**page, "items": [*found["items"], *page["items"]]}
    return found


def version_of(desk: Desk, who: Principal, code: str) -> int:
    """Give the present version of a case, where whoever acts does not name the one that was read.

    Raises NotFoundError where it is not theirs to see.
    """
    return case_room.find(desk, who, code).version


@dataclass(frozen=True, slots=True)
class Titles:
    """What states and clocks are called, by name."""

    states: dict[str, str]
    clocks: dict[str, str]
    rungs: dict[str, str]
    steps: list[tuple[str, str | None, str | None, str]]
    """Each step with where it leads from and to, and its title."""

    def step(self, trigger: str | None, start: str | None, end: str | None) -> str | None:
        """Give the title of a step: where two go by one trigger, of the one that led there."""
        named = [step for step in self.steps if step[0] == trigger]
        exact = [step for step in named if step[1] == start and (step[2] or start) == end]
        return next((step[3] for step in (*exact, *named)), None)

    def put_in(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Put words in the place of names, for people."""
        found = dict(item)
        known = (("state", self.states), ("clock", self.clocks), ("rung", self.rungs))
        for name, words in known:
            if name in found:
                found[name] = words.get(found[name], found[name])
        if "pending" in found:
            found["pending"] = [told(f"cli-pending-{kind}") for kind in found["pending"]]
        return found


def titles(desk: Desk) -> Titles:
    """Read them from the workflows in their newest versions."""
    from engine.service.workflows import (  # noqa: PLC0415  # tables alone need it
        list_workflows,
        workflow_of,
    )

    found = Titles({}, {}, {}, [])
    for workflow in list_workflows(desk, READER):
        for state in workflow["states"]:
            found.states.setdefault(state["name"], state["title"][locale()])
        for kind, title in workflow["clocks"].items():
            found.clocks.setdefault(kind, title[locale()])
        flow = workflow_of(desk.conn, workflow["name"], workflow["version"])
        for rung in flow.ladder:
            found.rungs.setdefault(rung.name, rung.title.in_(locale()))
        found.steps.extend(
            (arc.trigger, arc.source, arc.target, arc.title.in_(locale()))
            for arc in flow.transitions
        )
    return found

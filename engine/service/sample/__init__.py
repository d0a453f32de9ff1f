"""The sample office for `duban demo`: invented, and built through the verbs alone at past instants.

`fill` lets some months of an office happen one act after the other, in the order of their
instants, up to now. So the history is real, and `verify` finds nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service import accounts, deputies, imports, issues, units
from engine.service.almanac import calendar_of
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.sample import cast
from engine.service.sample.dailies import dailies
from engine.service.sample.scene import Act, Days, Scene, Story
from engine.service.sample.ways import WAYS
from engine.settings import Settings, office_clock

__all__ = ["SIGN_INS", "beginning", "fill"]

SIGN_INS: tuple[cast.Person, ...] = cast.people()
"""Everybody who can sign in, with login, name, post, roles and the one password."""

_FOUNDED = 95
"""How many working days ago the first account was added."""
_BEFORE = timedelta(days=200)
"""Longer ago than that many working days, whatever holidays there are."""


def beginning(settings: Settings) -> Callable[[], datetime]:
    """Give the clock by which the sample's installation is made, so that its log begins first."""
    now = office_clock(settings)
    return lambda: now() - _BEFORE


def fill(application: Application) -> None:
    """Put the sample into a new installation: all of it, or nothing.

    Raises ConflictError where it is there already.
    """
    with application.writing("web") as desk:
        days = Days(desk.today, desk.zone, calendar_of(desk.conn))
        for act in merge(*_stories(days), key=lambda act: act.at):
            act.do(replace(desk, now=act.at))


def _stories(days: Days) -> Iterator[Story]:
    """Give everything that happens, each story in the order of its instants."""
    codes: dict[str, str] = {}
    numbers = iter(range(1, 1000))
    yield _founding(days)
    yield _deputy(days)
    yield _table(days)
    yield dailies(days)
    for topic in cast.topics():
        opened: dict[str, str] = {}
        yield _opening(days, topic, opened)
        for matter in topic.matters:
            scene = Scene(matter, days, next(numbers), lambda o=opened: o["code"], codes)  # type: ignore[misc]  # bound now
            yield WAYS[matter.way](scene)


def _founding(days: Days) -> Story:
    """Let the operator put units and accounts in."""

    def begin(desk: Desk) -> None:
        for unit in cast.script()["unit"]:
            units.add_unit(
                desk, OPERATOR, unit["name"], unit.get("parent"), unit.get("kind", "unit")
            )

    def admit(person: cast.Person) -> Callable[[Desk], object]:
        order = accounts.NewAccount(
            person.login, person.name, person.unit, person.roles, person.post,
            password=person.password,
        )  # fmt: skip
        return lambda desk: accounts.add_account(desk, OPERATOR, order)

    yield Act(days.at(-_FOUNDED, timedelta()), begin)
    for number, person in enumerate(cast.people(), 1):
        yield Act(days.at(-_FOUNDED, timedelta(minutes=number)), admit(person))


def _deputy(days: Days) -> Story:
    """Let a lead leader name who stands in."""
    found = cast.script()["deputy"]

    def name(desk: Desk) -> None:
        order = deputies.NewDeputy(
            found["principal"], found["deputy"], days.on(-found["began"]), days.on(found["until"]),
            found["reason"],
        )  # fmt: skip
        deputies.name_deputy(desk, principal_of(desk, found["principal"]), order)

    yield Act(days.at(-found["began"], timedelta()), name)


def _table(days: Days) -> Story:
    """Let the office upload a task decomposition table, look at the preview and confirm it."""
    found = cast.script()["table"]
    content = "\n".join((found["header"], *found["rows"], "")).encode()
    kept: list[tuple[int, str]] = []

    def upload(desk: Desk) -> None:
        who = principal_of(desk, cast.holder_of("office"))
        answer = imports.upload(desk, who, imports.ImportOrder(found["file"], content))
        kept.append((answer["id"], answer["sha256"]))

    def confirm(desk: Desk) -> None:
        imports.confirm(desk, principal_of(desk, cast.holder_of("office")), *kept[0])

    yield Act(days.at(-found["began"], timedelta(hours=1)), upload)
    yield Act(days.at(-found["began"], timedelta(hours=1, minutes=4)), confirm)


def _opening(days: Days, topic: cast.Topic, opened: dict[str, str]) -> Story:
    """Let the office open a key issue on the day of its first case."""
    first = max(matter.began for matter in topic.matters)

    def begin(desk: Desk) -> None:
        order = issues.NewIssue(
            topic.title, topic.origin, topic.document_no, days.on(-first - 2), topic.category,
            topic.summary, topic.people_affected,
        )  # fmt: skip
        who = principal_of(desk, cast.holder_of("office"))
        opened["code"] = issues.open_issue(desk, who, order)["code"]

    yield Act(days.at(-first, timedelta()), begin)

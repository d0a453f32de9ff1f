"""What a fresh or upgraded installation needs: workflows, calendar, a first administrator."""

from collections.abc import Iterator
from importlib import resources

from engine.domain.access import OPERATOR
from engine.domain.loader import load
from engine.domain.workflow import Workflow
from engine.service import publishing
from engine.service.accounts import NewAccount, add_account
from engine.service.first import FirstAdministrator
from engine.service.office import Desk
from engine.service.units import add_unit
from engine.store import definitions, passages, people, rows
from engine.words import message, say
from workflows.needs import VOCABULARY


def shipped() -> Iterator[tuple[Workflow, str]]:
    """Read the workflows that ship with Duban, each with its source. Raises DefinitionError."""
    files = sorted(resources.files("workflows").iterdir(), key=lambda found: found.name)
    for file in files:
        if file.name.endswith(".toml"):
            source = file.read_text(encoding="utf-8")
            yield load(source, file.name, VOCABULARY), source


def publish_shipped(desk: Desk) -> list[str]:
    """Publish the shipped workflows that are not yet; give them as `name@version`.

    A workflow of which the office has a version of its own is left to the office. Raises
    ConflictError where a version is published with another content: running cases go by it.
    """
    fresh, owned = [], publishing.owned(desk)
    for workflow, source in shipped():
        if workflow.name not in owned and not publishing.is_there(desk, workflow):
            publishing.keep(desk, OPERATOR, publishing.Brought(workflow, source, own=False))
            fresh.append(workflow.label)
    return fresh


def behind(desk: Desk) -> list[tuple[str, int, int, int]]:
    """List older versions that running cases follow: name, version, newest, how many cases."""
    return definitions.behind(desk.conn)


def make_administrator(desk: Desk, first: FirstAdministrator) -> bool:
    """Make the first administrator, and a unit where there is none; tell whether it was needed.

    Raises InvalidError for an unfit login or password.
    """
    if people.any_administrator(desk.conn):
        return False
    units = rows.fetch(desk.conn, "unit")
    if units:
        top = units[0].name
    else:
        top = add_unit(desk, OPERATOR, say(message("root-unit"), desk.locale), kind="root")["name"]
    name = say(message("first-admin"), desk.locale)
    order = NewAccount(first.login, name, top, ("admin",), password=first.password)
    add_account(desk, OPERATOR, order)
    return True


def rebuild_search(desk: Desk) -> int:
    """Make the index of search anew from what is written; give the number of its passages."""
    return passages.rebuild(desk.conn)

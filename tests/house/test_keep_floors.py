"""Imports only go down, and each foreign library has one home."""

import ast
from collections.abc import Iterator

from tests.house.tree import Import, Module, is_under, modules

FLOORS = {
    "engine.errors": 1, "engine.words": 1, "engine.failpoints": 1, "engine.progress": 1,
    "engine.domain": 2, "engine.settings": 2, "engine.setting_readers": 2,
    "workflows": 3,
    "engine.store": 3, "engine.intake": 3, "engine.output": 3, "engine.channels": 3,
    "engine.service": 4, "engine.bootstrap": 4,
    "engine.cli": 5, "web": 5,
}  # fmt: skip
HOMES = {
    "transitions": ("engine.domain.machine",),
    "sqlmodel": ("engine.store",),
    "sqlalchemy": ("engine.store",),
    "alembic": ("engine.store",),
    "psycopg": ("engine.store",),
    "sqlite3": ("engine.store",),
    "fastapi": ("web",),
    "starlette": ("web",),
    "jinja2": ("web", "engine.output.word"),
    "docxtpl": ("engine.output.word",),
    "http": ("web", "engine.channels"),
    "smtplib": ("engine.channels",),
    "typer": ("engine.cli",),
    "click": ("engine.cli",),
    "docx": ("engine.intake", "engine.output"),
    "python_calamine": ("engine.intake",),
    "xlsxwriter": ("engine.output",),
    "icalendar": ("engine.output",),
    "joserfc": ("engine.channels.id_token",),
}
HANDED_ALONG = "sqlalchemy.Connection"
"""The open transaction, which verbs hand to the store: a name in signatures, no SQL."""

IMPURE = ("io", "os", "pathlib", "socket", "subprocess", "time", "random", "secrets", "sqlite3")
CLOCKS = {"now", "utcnow", "today"}


def floor_of(name: str) -> int | None:
    """Give the floor of a module of ours, the nearest package deciding; None for foreign ones."""
    homes = [home for home in FLOORS if is_under(name, home)]
    return FLOORS[max(homes, key=len)] if homes else None


def climbs(module: Module) -> Iterator[Import]:
    """Give the imports of a module that go up."""
    own = floor_of(module.name)
    for found in module.imports():
        other = floor_of(found.name)
        if own is not None and other is not None and other > own:
            yield found


def strays(module: Module) -> Iterator[Import]:
    """Give the imports of a foreign library outside its home."""
    for found in module.imports():
        homes = HOMES.get(found.name.split(".")[0])
        at_home = homes is None or is_under(module.name, *homes)
        handed = (
            found.name == HANDED_ALONG and (floor_of(module.name) or 0) >= FLOORS["engine.service"]
        )
        if not at_home and not handed:
            yield found


def test_every_module_stands_on_a_floor() -> None:
    homeless = [name for name in modules() if floor_of(name) is None]
    assert homeless == ["engine"]


def test_imports_only_go_down() -> None:
    assert [str(found) for module in modules().values() for found in climbs(module)] == []


def test_each_foreign_library_stays_in_its_home() -> None:
    assert [str(found) for module in modules().values() for found in strays(module)] == []


def test_the_two_faces_do_not_know_each_other() -> None:
    crossings = [
        str(found)
        for module in modules().values()
        for found in module.imports()
        if (is_under(module.name, "web") and is_under(found.name, "engine.cli"))
        or (is_under(module.name, "engine.cli") and is_under(found.name, "web"))
    ]
    assert crossings == []


def test_the_engine_does_not_know_the_shipped_workflows() -> None:
    """An office may bring its own; only the wiring names the vocabulary."""
    knowing = [
        str(found)
        for module in modules().values()
        for found in module.imports()
        if is_under(found.name, "workflows")
        and is_under(module.name, "engine")
        and not is_under(module.name, "engine.bootstrap", "engine.cli", "engine.service")
    ]
    assert knowing == []


def test_the_domain_is_pure() -> None:
    impure = [
        str(found)
        for module in modules().values()
        if is_under(module.name, "engine.domain", "workflows")
        for found in module.imports()
        if is_under(found.name, *IMPURE)
    ]
    assert impure == []


def test_no_rule_reads_a_clock() -> None:
    reads = [
        f"{module.name}:{node.lineno} calls {ast.unparse(node.func)}"
        for module in modules().values()
        if is_under(module.name, "engine.domain", "engine.service", "engine.store", "workflows")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date"}
    ]
    assert reads == []


def test_a_status_of_http_is_known_to_the_web_alone() -> None:
    statuses = [
        f"{module.name}:{node.lineno}"
        for module in modules().values()
        if is_under(module.name, "engine") and not is_under(module.name, "engine.channels")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.keyword) and node.arg == "status_code")
        or (isinstance(node, ast.Attribute) and node.attr == "status_code")
    ]
    assert statuses == []


def test_a_climb_would_be_seen() -> None:
    up = Module("engine.domain.x", next(iter(modules().values())).path,
                ast.parse("from engine.store import rows\nimport sqlalchemy"), 2)  # fmt: skip
    assert [found.name for found in climbs(up)] == ["engine.store.rows"]
    assert [found.name for found in strays(up)] == ["sqlalchemy"]

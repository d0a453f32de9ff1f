"""All that Duban can hold, take in, be asked or say of anything, as names, read off the product.

`python -m tests.house.purpose` prints them, one a line, as `purpose.txt` keeps them. Whoever adds
one asks: could this serve to watch, score or restrain somebody for complaining?
"""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any, get_type_hints, is_typeddict

from typer import Context
from typer.core import TyperGroup
from typer.main import get_command

import engine.service
from engine.cli.root import app
from engine.domain.events import Kind
from engine.domain.fields import FIELDS
from engine.domain.records import RECORDS, columns
from engine.intake.columns import COLUMNS
from engine.store.tables import METADATA
from engine.store.tables.passages import PASSAGES
from engine.words import catalogue
from web.api import everything
from web.app import declarations

FORBIDDEN = frozenset(
    {
        # whoever complains, and people in general
        "petitioner", "petitioners", "complainant", "complainants", "complaint", "complaints",
        "resident", "residents", "citizen", "citizens", "person", "persons", "visitor", "visitors",
        "individual", "household", "family", "relative", "relatives",
        # what would find or reach them
        "phone", "telephone", "mobile", "wechat", "address", "addresses", "idcard", "passport",
        "gender", "birth", "birthday", "ethnicity", "face", "photo", "whereabouts", "location",
        "gps", "latitude", "longitude", "track", "tracks", "travel", "contact", "contacts",
        # what would score or restrain them
        "watch", "watchlist", "blacklist", "risk", "risks", "score", "scores", "rating", "profile",
        "suspect", "visits", "petitions", "repeat", "repeats", "repeated",
        "rank", "ranking", "behaviour", "behavior", "intercept", "surveillance", "monitor",
    }
)  # fmt: skip
"""Words that no name may have among its parts."""

FORBIDDEN_ZH = (
    "信访人", "上访", "来访人", "缠访", "闹访", "非访", "越级", "访民", "重点人", "稳控对象",
    "稳控人员", "劝返", "盯防", "行踪", "轨迹", "黑名单", "画像", "风险等级", "积分", "身份证",
    "证件号", "手机", "住址", "户籍", "民族", "性别", "籍贯", "家庭成员", "亲属", "访次", "人次",
    "电话号码",
)  # fmt: skip
"""Words that no name, header or sentence may contain."""


ARGUED = {
    "PersonAnswer": "an official, as answers name one",
    "sample.cast.Person": "an invented official of the sample office",
    "page field repeated": "the new password, typed once more",
}
"""Names that have a forbidden word and mean something else, each with what it means."""
SAID_AGAINST = {
    "hint-no-person": "asks not to type names and numbers of residents",
    "file-private-number": "refuses a number of a resident in the name of a file",
    "field-private-number": "refuses a number of a resident within a text",
    "import-private-number": "refuses a number of a resident within a cell",
    "import-wants-not-says": "says which columns of a file are not read",
}
"""Sentences that use a forbidden word to forbid it."""


def surface() -> list[str]:
    """List every name, sorted, none twice."""
    return sorted({*_kept(), *_verbs(), *_taken_in(), *_told(), *_asked(), *_commanded()})


def parts(name: str) -> set[str]:
    """Take a name apart into its words."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return set(re.split(r"[^a-z']+", spaced.lower())) - {""}


def is_forbidden(name: str) -> bool:
    """Tell whether a name has a word that stands for what Duban never keeps."""
    for meant in ARGUED:
        name = name.replace(meant, "")
    return not FORBIDDEN.isdisjoint(parts(name)) or any(word in name for word in FORBIDDEN_ZH)


def _kept() -> Iterator[str]:
    """Columns of tables and of records."""
    for table in (*METADATA.tables.values(), PASSAGES):
        yield from (f"table {table.name}.{column.name}" for column in table.columns)
    for record in RECORDS:
        yield from (f"record {record}.{name}" for name in columns(record))


def _verbs() -> Iterator[str]:
    """Fields of what verbs take and give, and the reports there are."""
    for module in _modules(engine.service):
        short = module.__name__.removeprefix("engine.service.")
        if short.startswith("reports."):
            yield f"report {short.removeprefix('reports.')}"
        for name, kind in vars(module).items():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                public = (field for field in _fields(kind) if not field.startswith("_"))
                yield from (f"verbs {short}.{name}.{field}" for field in public)


def _fields(kind: type) -> Iterable[str]:
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return get_type_hints(kind) if is_typeddict(kind) else ()


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _taken_in() -> Iterator[str]:
    """Fields of steps, columns of imports and their headers."""
    yield from (f"step field {name}" for name in FIELDS)
    for column in COLUMNS:
        yield from (f"import column {column.field} {header}" for header in column.headers)


def _told() -> Iterator[str]:
    """Kinds of events."""
    yield from (f"event {kind.value}" for kind in Kind)


def _asked() -> Iterator[str]:
    """Routes, what they may be asked with, and the fields of pages."""
    yield from (f"route {declared.method} {declared.path}" for declared in declarations())
    described = everything.described()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for given in operation.get("parameters", ()):
                yield f"api {method.upper()} {path} {given['in']} {given['name']}"
    for name, schema in described["components"]["schemas"].items():
        yield from (f"api schema {name}.{field}" for field in schema.get("properties", ()))
    labels = (code for code in catalogue("web") if code.startswith("label-"))
    yield from (f"page field {code.removeprefix('label-')}" for code in labels)


def _commanded() -> Iterator[str]:
    """Commands, and their options and arguments."""
    for path, command in commands():
        yield f"command {path}"
        for given in command.params:
            yield from (f"command {path} {spelt}" for spelt in given.opts)


def commands(path: str = "duban", command: Any = None) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # typer's own
    """Give every command and group of the command line by its path."""
    found = command or get_command(app)
    yield path, found
    if isinstance(found, TyperGroup):
        context = Context(found, info_name=path)
        for name in found.list_commands(context):
            yield from commands(f"{path} {name}", found.get_command(context, name))


if __name__ == "__main__":
    print("\n".join(surface()))  # noqa: T201  # this is what it is for

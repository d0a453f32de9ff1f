"""The sample office as its file tells it: units, people, issues and where each case stands."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """An invented official, and how to sign in as that one."""

    login: str
    name: str
    post: str
    unit: str
    roles: tuple[str, ...]
    password: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One case of the sample: what it is about, and how it went.

    `began` is how many working days ago it was registered, `due` in how many from today its date
    is (negative: it has passed). `way` names the story in `ways.py`.
    """

    title: str
    leader: str
    unit: str
    supporting: tuple[str, ...]
    way: str
    began: int
    due: int
    measures: tuple[str, ...] = ()
    measures_due: tuple[int, ...] = ()
    claim: Mapping[str, Any] | None = None
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A key issue of the sample with its cases."""

    title: str
    origin: str
    category: str
    summary: str
    people_affected: int
    matters: tuple[Matter, ...]
    document_no: str | None = None


@cache
def script() -> dict[str, Any]:
    """Read the file once."""
    return tomllib.loads(resources.files(__package__).joinpath("office.toml").read_text("utf-8"))


def people() -> tuple[Person, ...]:
    """Give everybody, one sign-in for each role first."""
    password = script()["password"]
    return tuple(
        Person(**{**found, "roles": tuple(found["roles"]), "password": password})
        for found in script()["person"]
    )


def topics() -> tuple[Topic, ...]:
    """Give the key issues with their cases."""
    return tuple(
        Topic(
            **{name: value for name, value in found.items() if name != "case"},
            matters=tuple(_matter(case) for case in found["case"]),
        )
        for found in script()["issue"]
    )


def officer_of(unit: str) -> str:
    """Give the login of the first officer of a unit."""
    return next(p.login for p in people() if p.unit == unit and "unit" in p.roles)


def holder_of(role: str) -> str:
    """Give the login of the first who holds a role."""
    return next(person.login for person in people() if role in person.roles)


def _matter(found: Mapping[str, Any]) -> Matter:
    lists = {k: tuple(v) for k, v in found.items() if isinstance(v, list)}
    return Matter(**{**found, **lists})

"""Every route of the API is for those whom the one table of acts names, and for nobody else."""

from collections import defaultdict

import pytest

from engine.domain.access import ACTS, ROLES
from tests.people import Person, with_role
from tests.web.api.api_office import Api
from web.app import declarations
from web.routing import OF_A_CASE, PUBLIC, Declared

ROUTES = [declared for declared in declarations() if declared.surface == "api"]
NAMES = defaultdict(
    lambda: "999", code="DB-2026-0999", year="2026", name="key-issue", date="2026-03-03"
)

FINER = {"daily.hand-in"}
"""Acts that depend on the day as well: the duty officer hands in where nobody works."""


def ask(api: Api, person: Person | None, declared: Declared) -> int:
    """Ask for a route, with an empty form and names of nothing; give the status."""
    path = declared.path.removeprefix("/api/v1").format_map(NAMES)
    return api.ask(person, declared.method, path, json={}).status_code


def test_every_route_says_whose_it_is() -> None:
    assert len(ROUTES) > 30
    assert {declared.permission for declared in ROUTES} <= {*ACTS, *OF_A_CASE, PUBLIC}
    assert [d.path for d in ROUTES if d.permission == PUBLIC] == ["/api/v1/openapi.json"]


def test_nobody_comes_in_without_a_token(api: Api) -> None:
    for declared in ROUTES:
        expected = 200 if declared.permission == PUBLIC else 401
        assert ask(api, None, declared) == expected, declared.path


@pytest.mark.parametrize("person", [with_role(role) for role in ROLES], ids=ROLES)
def test_a_route_is_for_its_roles_alone(api: Api, person: Person) -> None:
    """403 wherever the table does not name the caller; never where it does."""
    for declared in ROUTES:
        status = ask(api, person, declared)
        if declared.permission in ACTS:
            theirs = not ACTS[declared.permission].isdisjoint(person.roles)
            ends_here = status == 403 and declared.permission not in FINER
            assert theirs or status == 403, (declared.method, declared.path, status)
            assert not (theirs and ends_here), (declared.method, declared.path, status)
        assert status < 500, declared.path


def test_a_write_tells_which_events_it_may_write() -> None:
    """What is not confirmed or handed in yet writes none; what one has read is one's own matter."""
    silent = {d.path for d in ROUTES if d.method != "GET" and not d.events}
    assert silent <= {"/api/v1/imports", "/api/v1/inbox/read", "/api/v1/reports/daily/{date}/draft"}
    assert not [d.path for d in ROUTES if d.method == "GET" and d.events]

"""No write takes a field that is not its own, be it a column of a table or a word of Python."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest
from httpx2 import Response

from engine.domain.access import ACTS, ROLES
from engine.store.tables import METADATA
from engine.store.tables.columns import Row
from tests.people import BUILDING, CHEN, SUN, ZHANG, ZHAO, Person, with_role
from tests.web.api.api_office import Api, standing
from tests.web.api.story import ASSIGNMENT, MEASURE, TASK_FORCE, registered, started
from web.api.everything import operations
from web.api.operations import Operation
from web.app import declarations

ODD = (
    "__class__", "__dict__", "__init__", "__proto__", "constructor", "prototype", "id", "ID", "Id",
    "_id", "pk", "self", "cls", "who", "desk", "conn", "now", "at", "by", "actor", "on_behalf_of",
    "account_id", "role", "roles", "is_admin", "admin", "password", "password_hash", "token",
    "scope", "permission", "state ", " state", "STATE", "state_id", "to_state", "from_state",
    "case", "case.state", "case[state]", "$set", "$where", "$ne", "version ", "Version", "force",
    "override", "skip_checks", "dry_run", "imported", "waived", "hash", "prev", "index", "seq",
    "idempotency_key", "_csrf", "_method", "method", "", "字段", "name", "phone", "contact",
    "petitioner", "citizen", "id_number", "visits", "count_of_complaints", "watch", "risk",
)  # fmt: skip
FEW = 30
DEPUTY = {
    "principal": ZHANG.login, "deputy": SUN.login, "from": "2026-03-03", "to": "2026-03-04",
    "reason": "出差",
}  # fmt: skip
CLAIM = {"kind": "wages", "people": 1, "owed_fen": 1}
REPLY = {"kind": "final", "text": "一", "delivered_on": "2026-03-03", "means": "letter"}
PROGRESS = {"version": 1, "status": "done", "note": "一", "date": "2026-03-03"}
Write = tuple[Person, str, str, dict[str, Any]]
WRITES: list[Write] = [
    (ZHAO, "POST", "/issues", {"title": "一", "origin": "public"}),
    (ZHAO, "POST", "/issues/{issue}/cases", {"title": "一"}),
    (ZHANG, "POST", "/cases/{code}/steps", {"trigger": "stabilize", "version": 1}),
    (ZHANG, "PUT", "/cases/{code}/task-force", TASK_FORCE | {"version": 1}),
    (SUN, "PUT", "/cases/{code}/plan", {"version": 1, "measures": [MEASURE]}),
    (ZHANG, "POST", "/cases/{code}/plan/adopt", {"version": 1}),
    (SUN, "POST", "/cases/{code}/measures/1/progress", PROGRESS),
    (CHEN, "POST", "/cases/{code}/notes", {"text": "一"}),
    (ZHANG, "POST", "/cases/{code}/claims", CLAIM),
    (ZHANG, "PATCH", "/cases/{code}/claims/1", {"paid_fen": 1}),
    (ZHAO, "POST", "/cases/{code}/replies", REPLY),
    (ZHAO, "POST", "/deputies", DEPUTY),
    (ZHANG, "POST", "/urges/{no}/answer", {"text": "一"}),
    (ZHAO, "POST", "/imports/1/confirm", {"sha256": "0" * 64}),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Give an office; nothing that is asked of it here may leave a trace."""
    with standing(tmp_path_factory.mktemp("fields")) as found:
        yield found


def names() -> list[str]:
    """Give every column of every table, every table, and the odd names."""
    columns = {column.name for table in METADATA.tables.values() for column in table.columns}
    return sorted(columns | set(METADATA.tables) | set(ODD))


def writes() -> list[tuple[Write, frozenset[str]]]:
    """List every write in JSON with its own fields; one that stands above has a good body."""
    good = {(write[1], write[2].replace("{issue}", "{code}")): write for write in WRITES}
    found = []
    for operation in operations():
        if operation.turn.sends == "json":
            path = operation.path.removeprefix("/api/v1").replace("{id}", "1")
            empty: Write = (_whose(operation), operation.method, path, {})
            fields = operation.turn.form.model_fields.items()
            own = frozenset(field.alias or name for name, field in fields)
            found.append((good.pop((operation.method, path), empty), own))
    assert not good, "these writes are no longer there"
    return found


def _whose(operation: Operation) -> Person:
    """Give somebody for whom the door opens; what the verb says comes after the form."""
    permission = next(d.permission for d in declarations() if (d.method, d.path) == (
        operation.method, operation.path,
    ))  # fmt: skip
    roles = ACTS.get(permission, frozenset({"supervision"}))
    return with_role(next(role for role in ROLES if role in roles))


def letter(office: Api, code: str) -> str:
    """Urge about a case by letter: who may not see one learns nothing of its fields."""
    said = {"demands": "落实资金", "answer_by": "2026-03-10", "basis": "会议纪要"}
    no = office.post(CHEN, f"/cases/{code}/urges", said)["no"]
    office.post(CHEN, f"/urges/{no}/issue", {}, 200)
    return str(no)


def some(odd: set[str]) -> Iterator[set[str]]:
    """Give names a few at a time: each is told by itself, and a refusal tells of fifty faults."""
    ordered = sorted(odd)
    for at in range(0, len(ordered), FEW):
        yield set(ordered[at : at + FEW])


def faulty(answer: Response) -> set[str]:
    """Name the fields that a refusal tells to be at fault."""
    return {fault["field"] for fault in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("write", "own"), writes(), ids=[f"{write[1]} {write[2]}" for write, _ in writes()]
)
def test_no_write_takes_a_field_that_is_not_its_own(
    office: Api, write: Write, own: frozenset[str]
) -> None:
    person, method, path, body = write
    code = started(office)
    issue = office.get(ZHAO, f"/cases/{code}")["issue"]["code"]
    no = letter(office, code) if "{no}" in path else None
    address = path.format(code=code, issue=issue, no=no, date=office.today)
    before = office.told()
    for odd in some(set(names()) - own):
        answer = office.ask(person, method, address, json=body | dict.fromkeys(odd, 1))
        assert answer.status_code == 422, answer.text
        assert {name or "body" for name in odd} - faulty(answer) == set()
    assert office.told() == before


def test_no_step_takes_data_that_is_not_its_own(office: Api) -> None:
    code = registered(office)
    before = office.told()
    for odd in some(set(names()) - {*ASSIGNMENT, "due", "supporting_units"}):
        data = ASSIGNMENT | dict.fromkeys(odd, BUILDING.name)
        body = {"trigger": "assign", "version": 1, "data": data}
        answer = office.ask(ZHAO, "POST", f"/cases/{code}/steps", json=body)
        assert answer.status_code == 422, answer.text
        assert {f"data.{name}" for name in odd} - faulty(answer) == set()
    assert office.told() == before


def test_no_listing_takes_a_parameter_that_is_not_its_own(office: Api) -> None:
    told = office.get(None, "/openapi.json")["paths"]["/api/v1/cases"]["get"]["parameters"]
    own = {parameter["name"] for parameter in told}
    for odd in some({name for name in names() if name not in own and name.isascii() and name}):
        answer = office.ask(ZHAO, "GET", "/cases", params=dict.fromkeys(odd, "1"))
        assert answer.status_code == 422, answer.text
        assert odd - faulty(answer) == set()


def parts_of(kind: Any) -> Iterator[Any]:  # noqa: ANN401  # a type
    """Give a type, and every type that it is made of."""
    yield kind
    ours = getattr(kind, "__module__", "").startswith(("web.api", "engine.service"))
    is_class = isinstance(kind, type) and ours and not get_args(kind)
    for inner in get_type_hints(kind).values() if is_class else get_args(kind):
        yield from parts_of(inner)


def test_no_table_stands_in_a_signature_or_an_answer() -> None:
    """A table's class checks nothing: it takes whatever is sent and tells whatever it holds."""
    seen = 0
    for operation in operations():
        for hint in get_type_hints(operation.turn.verb).values():
            for kind in parts_of(hint):
                seen += 1
                assert not (isinstance(kind, type) and issubclass(kind, Row)), operation.path
    assert seen > 500

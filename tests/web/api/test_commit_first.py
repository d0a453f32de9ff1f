"""An answer leaves when the change is committed: a fault on either side of the commit shows it."""

from collections.abc import Iterator

import pytest

from engine.failpoints import arm, read_failpoints
from tests.people import ZHANG
from tests.web.api.api_office import Api
from tests.web.api.story import assigned

KEY = {"Idempotency-Key": "once"}


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    arm([])


def test_a_fault_before_the_commit_leaves_nothing(api: Api) -> None:
    code = assigned(api)
    body, before = {"trigger": "acknowledge", "version": api.version(code)}, api.told()
    arm(read_failpoints("step.before-commit:error"))
    answer = api.ask(ZHANG, "POST", f"/cases/{code}/steps", json=body, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "step.before-commit" not in answer.text
    assert api.told() == before
    arm([])
    again = api.ask(ZHANG, "POST", f"/cases/{code}/steps", json=body, headers=KEY)
    assert again.status_code == 200
    assert api.told() == before + 1


def test_a_fault_after_the_commit_loses_the_answer_and_not_the_step(api: Api) -> None:
    code = assigned(api)
    version, before = api.version(code), api.told()
    body = {"trigger": "acknowledge", "version": version}
    arm(read_failpoints("step.after-commit:error"))
    assert api.ask(ZHANG, "POST", f"/cases/{code}/steps", json=body, headers=KEY).status_code == 500
    assert api.told() == before + 1
    arm([])
    again = api.ask(ZHANG, "POST", f"/cases/{code}/steps", json=body, headers=KEY)
    assert (again.status_code, again.json()["version"]) == (200, version + 1)
    assert api.told() == before + 1

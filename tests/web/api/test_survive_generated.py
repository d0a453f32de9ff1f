"""Thousands of generated requests as every role: no breakdown, nothing that is not described.

`DUBAN_TEST_GENERATED` is the number of requests of each role (400 where it is not set, so that all
roles together send more than 3,000); `--hypothesis-seed` repeats a run.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from tests.people import CHEN, HAN, JIANG, SHEN, SUN, WEI, ZHANG, ZHAO, Person
from tests.web.api.api_office import Api, standing
from tests.web.api.story import planned, registered, stabilized, started
from web.app import declarations

CAST = (ZHAO, ZHANG, SUN, CHEN, WEI, JIANG, SHEN, HAN)
EACH = int(os.environ.get("DUBAN_TEST_GENERATED", "400"))
MOSTLY = (True, True, True, False)
NOT_OURS = {
    "ignored_auth", "use_after_free", "ensure_resource_availability", "positive_data_acceptance",
}  # fmt: skip
"""Checks that send requests of their own, or ask more of a form than a description can say."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Give an office with cases in several states, which all roles work on at once."""
    with standing(tmp_path_factory.mktemp("generated")) as found:
        yield found


@pytest.fixture(scope="module")
def codes(office: Api) -> list[str]:
    """Give the codes of cases that are there, and of one that is not."""
    there = [stage(office) for stage in (registered, planned, started, stabilized)]
    return [*there, "DB-2026-0999"]


@pytest.fixture(scope="module")
def operations(office: Api) -> list[Any]:
    """Read the description as any client would, every answer held to the fields it names."""
    told = office.get(None, "/openapi.json")
    for schema in told["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    told["security"] = []  # who asks is not left to chance: each role asks with its own token
    described: Any = schemathesis.openapi.from_dict(told)
    return [found.ok() for found in described.get_all_operations()]


@dataclass
class Sender:
    """Sends generated requests as somebody, and counts how they were answered."""

    office: Api
    person: Person
    codes: list[str]
    statuses: Counter[int] = field(default_factory=Counter)
    checks: list[Any] = field(default_factory=lambda: [
        check for check in CHECKS.get_all() if check.__name__ not in NOT_OURS
    ])  # fmt: skip

    def send(self, operation: Any, most: int) -> None:  # noqa: ANN401  # of schemathesis
        """Send requests to one operation, fit and unfit, mostly to cases that are there."""

        @settings(
            max_examples=most, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(
            case=_cases(operation),
            code=st.sampled_from(self.codes),
            real=st.sampled_from((True, True, True, False)),
        )
        def each(case: Any, code: str, real: bool) -> None:  # noqa: ANN401, FBT001
            if real and "code" in (case.path_parameters or {}):
                case.path_parameters["code"] = code
            self._ask(case)

        each()

    def _ask(self, case: Any) -> None:  # noqa: ANN401  # of schemathesis
        sent = case.as_transport_kwargs(base_url="http://127.0.0.1:8000")
        sent.pop("cookies", None)
        if isinstance(sent.get("data"), bytes | str):
            sent["content"] = sent.pop("data")
        if sent.get("files"):
            sent["files"] = [(name, _spelt(value)) for name, value in sent["files"]]
        headers = dict(sent.pop("headers", None) or {})
        headers["Authorization"] = f"Bearer {self.office.tokens[self.person.login]}"
        request = self.office.client.build_request(headers=headers, **sent)
        request.read()
        answer = self.office.client.send(request)
        self.statuses[answer.status_code] += 1
        case.validate_response(answer, checks=self.checks)


def _spelt(value: Any) -> Any:  # noqa: ANN401  # whatever was generated for a part of a form
    """Spell what is generated for a part as the bytes that any client would send."""
    if isinstance(value, tuple):
        return (value[0], _spelt(value[1]), *value[2:])
    text = value if isinstance(value, str) else str(value)
    return value if isinstance(value, bytes) else text.encode(errors="replace")


def _cases(operation: Any) -> Any:  # noqa: ANN401  # a strategy
    """Generate requests that the description allows, and such as it does not."""
    fit = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    unfit = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    takes = operation.body or operation.query or operation.path_parameters
    return st.one_of(fit, unfit) if takes else fit


def test_the_description_covers_every_route_of_the_api(operations: list[Any]) -> None:
    told = {(operation.method.upper(), operation.path) for operation in operations}
    served = {(d.method, d.path) for d in declarations() if d.surface == "api"}
    assert told == served


@pytest.mark.parametrize("person", CAST, ids=lambda person: str(person.login))
def test_no_generated_request_breaks_anything(
    office: Api,
    operations: list[Any],
    codes: list[str],
    person: Person,
    request: pytest.FixtureRequest,
) -> None:
    sender = Sender(office, person, codes)
    while (left := EACH - sender.statuses.total()) > 0:
        for operation in operations:
            sender.send(operation, -(-left // len(operations)))
    told = dict(sorted(sender.statuses.items()))
    seed = request.config.option.hypothesis_seed
    print(f"{person.login}: {sender.statuses.total()} requests, seed {seed}: {told}")  # noqa: T201
    assert max(told) < 500

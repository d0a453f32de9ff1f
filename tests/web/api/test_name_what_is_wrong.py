"""Every wrong input of the API is answered in Chinese, with what stands there and what would do.

The routes and their fields are those of the description, so none is left out.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests import patterns
from tests.people import CHEN, SHEN, ZHAO
from tests.web.api import api_office
from tests.web.api.api_office import Api

MOST = int(os.environ.get("DUBAN_TEST_WRONG", "3"))
"""How many wrong inputs of each operation are sent, at most."""
CHINESE = {"Accept-Language": "zh"}
ASKED = ("无此", "2026-13-45", "x" * 300, "-1", "a\x01", "a\x00")
SENT: tuple[object, ...] = (None, "x" * 20_001, 7, True, [], {}, "a\x01b", "", "2026-02-30", "无此")
DATA = re.compile(
    r"“[^”]*”|（[^）]*）|如 \S+|须为其一：.*|可填：.*|须为 true 或 false|JSON|UTC|https?://"
)
"""What may be written in Latin letters: what was given, examples, and names of the data."""


@pytest.fixture
def api(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    """Give an office with an issue and a case."""
    with (
        patterns.copied(request, "sqlite", tmp_path, api_office.pattern) as url,
        api_office.copy(url, tmp_path) as found,
    ):
        yield found


def sentences(problem: dict[str, Any]) -> Iterator[str]:
    """Give all sentences of a problem."""
    yield problem["title"]
    yield problem["detail"]
    yield from (one["message"] for one in problem.get("errors", ()))
    yield from (word for one in problem.get("unmet", ()) for word in (one["message"], one["who"]))


def check(problem: dict[str, Any]) -> None:
    """Hold each sentence: Chinese but for data, and no label said twice."""
    for words in sentences(problem):
        assert not re.search(r"[A-Za-z]{2,}", DATA.sub("", words)), words
        assert not re.search(r"(?:^|“)([^：，。“”]{2,})：\1", words), words
        assert "：。" not in words, words


def bodies(schema: dict[str, Any]) -> Iterator[object]:
    """Give wrong bodies: no object, nothing in it, one field more, and each field wrong."""
    names = list(schema.get("properties", ()))
    yield from ([], "x", {}, {"nope": 1})
    yield from ({name: value} for name in names for value in SENT)


def test_wrong_inputs_of_every_route_are_told_in_chinese(api: Api, rng: Random) -> None:
    issue = api.post(ZHAO, "/issues", {"title": "某某小区停工", "origin": "district"})["code"]
    case = api.post(ZHAO, f"/issues/{issue}/cases", {"title": "欠付工资"})["code"]
    told = api.ask(None, "GET", "/openapi.json").json()
    wrong = 0
    for path, operations in told["paths"].items():
        place = path.removeprefix("/api/v1").replace("{code}", case if "cases/" in path else issue)
        place = re.sub(r"\{[^}]*\}", "1", place)
        for method, operation in operations.items():
            who = SHEN if "webhook" in path else CHEN if "urges" in path else ZHAO
            asked = list(_asked(told, method, operation))
            for more in rng.sample(asked, min(len(asked), MOST)):
                answer = api.ask(who, method.upper(), place, headers=CHINESE, **more)
                if answer.status_code >= 400:
                    check(answer.json())
                    wrong += 1
    assert wrong > len(told["paths"])


def _asked(
    told: dict[str, Any], method: str, operation: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    if method == "get":
        names = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        for name in dict.fromkeys((*names, "format", "as_of", "nope")):
            yield from ({"params": {name: value}} for value in ASKED)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None:
        name = content["schema"].get("$ref", "/").rpartition("/")[2]
        schema = told["components"]["schemas"].get(name, content["schema"])
        yield from ({"json": body} for body in bodies(schema))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("/cases?as_of=昨天", "“昨天”不能用：须为带时区的时间，如 2026-04-23T15:00:00+08:00。"),
        ("/reports/overdue?format=pdf", "“pdf”不能用：须为其一：json、csv、xlsx、docx。"),
        ("/cases?limit=很多", "“很多”不能用：须为1至200的整数。"),
        ("/calendar/due?from=2026-02-30&days=3", "“2026-02-30”不能用：须为日期，如 2026-04-23。"),
        ("/me?nope=1", "没有“nope”这一项，这里也不需要填写任何一项。"),
    ],
)
def test_the_value_that_does_not_fit_is_named(api: Api, asked: str, says: str) -> None:
    problem = api.ask(ZHAO, "GET", asked, headers=CHINESE).json()
    assert says in [one["message"] for one in problem["errors"]]

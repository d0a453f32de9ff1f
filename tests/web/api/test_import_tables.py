"""Tables come in over HTTP: previewed, bound to their bytes, imported once."""

from random import Random

import pytest

from tests import planted
from tests.people import QIAN, ZHANG, ZHAO
from tests.planted import Planted
from tests.web.api.api_office import Api, Json

TABLE = (
    "重点问题,任务分解,责任领导,牵头单位,协办单位,化解措施,办结时限\n"
    "某小区停工,推动复工,张三(副镇长),乙建设办,丙劳动所,筹资;复工,2026-06-30\n"
    "某小区停工,清偿工资,李四,丙劳动所,,核实;发放,2026-05-31\n"
)


def uploaded(api: Api, text: str, status: int = 201, **fields: str | list[str]) -> Json:
    """Upload a table; give the answer."""
    files = {"file": ("分解表.csv", text.encode(), "text/csv")}
    answer = api.ask(ZHAO, "POST", "/imports", files=files, data=fields)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


def test_a_table_is_previewed_then_imported_once(api: Api) -> None:
    before = api.told()
    shown = uploaded(api, TABLE)
    assert (shown["total"], shown["new"], shown["state"]) == (2, 2, "previewed")
    assert api.told() == before
    assert api.get(ZHAO, "/cases")["total"] == 0
    path, body = f"/imports/{shown['id']}/confirm", {"sha256": shown["sha256"]}
    made = api.post(ZHAO, path, body, 200)
    assert (made["imported"], made["issues"]) == (2, 1)
    events = api.told()
    assert api.post(ZHAO, path, body, 200) == made
    again = uploaded(api, TABLE)
    assert (again["new"], again["there"]) == (0, 2)
    assert api.post(ZHAO, f"/imports/{again['id']}/confirm", body, 200)["imported"] == 0
    assert api.told() == events
    assert api.get(ZHAO, f"/imports/{shown['id']}")["state"] == "confirmed"
    case = api.get(ZHAO, f"/cases/{made['codes'][0]}")
    assert case["planned"]["lead_leader"]["login"] == ZHANG.login
    assert case["state"] == "registered"


def test_other_bytes_than_those_previewed_are_not_imported(api: Api) -> None:
    shown = uploaded(api, TABLE)
    for digest, status in (("0" * 64, 409), ("", 422), ("x" * 65, 422)):
        answer = api.ask(ZHAO, "POST", f"/imports/{shown['id']}/confirm", json={"sha256": digest})
        assert answer.status_code == status
    assert api.get(ZHAO, "/cases")["total"] == 0


def test_a_wrong_row_is_named_and_nothing_is_imported(api: Api) -> None:
    wrong = TABLE.replace("李四", "无此人")
    shown = uploaded(api, wrong)
    assert not shown["can_confirm"]
    assert [fault["row"] for row in shown["rows"] for fault in row["errors"]] == [3]
    body = {"sha256": shown["sha256"]}
    answer = api.ask(ZHAO, "POST", f"/imports/{shown['id']}/confirm", json=body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["rows.3.lead_leader"]
    assert api.get(ZHAO, "/cases")["total"] == 0
    created = uploaded(api, wrong, create_missing="true")
    assert created["can_confirm"]


def test_a_header_of_the_offices_own_is_mapped(api: Api) -> None:
    own = TABLE.replace("办结时限", "答应的日子").replace("化解措施", "怎么办")
    shown = uploaded(api, own, map=["答应的日子=due", "怎么办=measures"])
    told = {column["field"]: column["header"] for column in shown["columns"]}
    assert (told["due"], told["measures"]) == ("答应的日子", "怎么办")


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"kind": "secret"}, "kind"), ({"map": "due"}, "map"), ({"create_missing": "yes"},
      "create_missing"), ({"colour": "red"}, "colour"), ({"kind": ["ledger", "ledger"]}, "kind")],
)  # fmt: skip
def test_how_a_table_is_read_is_said_rightly(
    api: Api, fields: dict[str, str | list[str]], field: str
) -> None:
    problem = uploaded(api, TABLE, 422, **fields)
    assert [fault["field"].split(".")[0] for fault in problem["errors"]] == [
        field.split(".", maxsplit=1)[0]
    ]


def test_an_upload_is_its_uploaders_own(api: Api) -> None:
    shown = uploaded(api, TABLE)
    body = {"sha256": shown["sha256"]}
    assert api.ask(QIAN, "GET", f"/imports/{shown['id']}").status_code == 404
    assert api.ask(QIAN, "POST", f"/imports/{shown['id']}/confirm", json=body).status_code == 404
    for method, path in (("GET", f"/imports/{shown['id']}"), ("POST", "/imports")):
        assert api.ask(ZHANG, method, path).status_code == 403


def test_a_file_of_another_kind_is_refused(api: Api) -> None:
    for content, status in ((b"%PDF-1.4", 415), (b"", 422), (b"PK\x03\x04junk", 422)):
        files = {"file": ("表.xlsx", content)}
        answer = api.ask(ZHAO, "POST", "/imports", files=files)
        assert answer.status_code in {status, 415, 422}, answer.text
        assert answer.json()["detail"]


def test_a_number_that_belongs_to_somebody_is_answered_and_kept_nowhere(
    api: Api, rng: Random
) -> None:
    numbers, told = Planted(rng), list[str]()
    for name, content in planted.as_files(numbers, planted.wrong_rows(numbers)):
        shown = api.upload(ZHAO, "/imports", name, content)
        body = {"sha256": shown["sha256"]}
        refused = api.ask(ZHAO, "POST", f"/imports/{shown['id']}/confirm", json=body)
        assert refused.status_code == 422
        again = api.ask(ZHAO, "GET", f"/imports/{shown['id']}")
        told += [str(shown), refused.text, again.text]
        mapped = {"file": (name, content)}, {"map": "备注=task"}
        told.append(api.ask(ZHAO, "POST", "/imports", files=mapped[0], data=mapped[1]).text)
    with api.application.reading("api") as desk:
        told += planted.everything(desk.conn)
    assert not planted.leaks(numbers, told)

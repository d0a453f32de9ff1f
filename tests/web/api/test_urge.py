"""Urging letters over HTTP: their life, their lists, their document."""

import io

import docx
import pytest

from tests.people import CHEN, SUN, ZHANG, ZHAO, ZHENG, Person
from tests.web.api.api_office import Api
from tests.web.api.story import assigned

SAID = {"demands": "落实资金", "answer_by": "2026-03-10", "basis": "会议纪要"}


def test_a_letter_goes_its_whole_way(api: Api) -> None:
    draft = api.post(CHEN, f"/cases/{assigned(api)}/urges", SAID)
    path = f"/urges/{draft['no']}"
    assert (draft["status"], draft["number"]) == ("draft", None)
    assert api.put(CHEN, path, {**SAID, "demands": "落实剩余资金"})["demands"] == "落实剩余资金"
    assert api.ask(ZHANG, "GET", path).status_code == 404
    issued = api.post(CHEN, f"{path}/issue", {}, 200)
    assert (issued["status"], issued["number"]) == ("issued", "〔2026〕第1号")
    assert api.ask(CHEN, "PUT", path, json=SAID).status_code == 409
    assert api.post(SUN, f"{path}/sign", {}, 200)["status"] == "signed"
    assert api.post(ZHANG, f"{path}/answer", {"text": "已到账"}, 200)["answer"] == "已到账"
    verdict = {"accepted": False, "text": "缺凭证"}
    assert api.post(CHEN, f"{path}/verdict", verdict, 200)["status"] == "returned"
    listed = api.get(SUN, "/urges?waits_for=answer")
    assert [item["no"] for item in listed["items"]] == [draft["no"]]
    assert api.get(SUN, "/urges")["items"] == listed["items"]
    assert api.get(SUN, "/urges/〔2026〕第1号") == api.get(SUN, path)
    assert api.ask(ZHENG, "GET", "/urges/〔2026〕第1号").status_code == 404
    assert api.ask(SUN, "GET", "/urges/〔2026〕第2号").status_code == 404
    assert api.ask(SUN, "GET", "/urges?waits_for=rain").status_code == 422


@pytest.mark.parametrize(
    ("person", "status"), [(CHEN, 200), (ZHAO, 200), (ZHANG, 404), (ZHENG, 404)]
)
def test_a_draft_is_handed_out_as_a_document_to_who_may_read_it(
    api: Api, person: Person, status: int
) -> None:
    no = api.post(CHEN, f"/cases/{assigned(api)}/urges", SAID)["no"]
    answer = api.ask(person, "GET", f"/urges/{no}?format=docx")
    assert answer.status_code == status
    if status == 200:
        lines = [p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs]
        assert "（草稿）" in lines[1] or "(draft)" in lines[1]
    assert api.ask(CHEN, "GET", f"/urges/{no}?format=pdf").status_code == 422

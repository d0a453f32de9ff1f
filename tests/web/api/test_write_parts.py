"""What is written between steps: task force, plan, progress, notes, files, claims, replies."""

from pathlib import Path
from typing import Any

import pytest

from tests.people import BUILDING, CHEN, HAN, LABOUR, LI, SUN, WEI, WU, ZHANG, ZHAO, Person
from tests.web.api.api_office import Api, opened
from tests.web.api.story import (
    MEASURE,
    PDF,
    TASK_FORCE,
    assigned,
    closed,
    planned,
    proved,
    registered,
    started,
)

CLAIM = {"kind": "wages", "people": 37, "owed_fen": 123_456_00}
REPLY = {"kind": "interim", "text": "已复工", "delivered_on": "2026-03-03", "means": "meeting"}


def test_parts_answer_with_what_was_made(api: Api) -> None:
    code = started(api)
    note = api.post(CHEN, f"/cases/{code}/notes", {"text": "已现场查看\n进度正常"})
    assert (note["text"], note["by"]["login"]) == ("已现场查看\n进度正常", CHEN.login)
    claim = api.post(SUN, f"/cases/{code}/claims", CLAIM)
    assert (claim["owed_fen"], claim["paid_fen"]) == (123_456_00, None)
    reply = api.post(ZHAO, f"/cases/{code}/replies", REPLY)
    assert (reply["kind"], reply["means"]) == ("interim", "meeting")
    shown = api.get(ZHANG, f"/cases/{code}")
    assert [shown[part][-1]["id"] for part in ("notes", "claims", "replies")] == [
        note["id"], claim["id"], reply["id"],
    ]  # fmt: skip


def test_a_claim_is_changed_field_by_field(api: Api) -> None:
    code = started(api)
    path = f"/cases/{code}/claims/{api.post(ZHANG, f'/cases/{code}/claims', CLAIM)['id']}"

    def change(body: object) -> dict[str, Any]:
        answer = api.ask(ZHANG, "PATCH", path, json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    assert change({"paid_fen": 5})["paid_fen"] == 5
    told = change({"difference_reason": "余款分期"})
    assert (told["paid_fen"], told["difference_reason"]) == (5, "余款分期")
    assert change({"paid_fen": None})["paid_fen"] is None
    assert api.ask(ZHANG, "PATCH", path, json={}).status_code == 422
    assert api.ask(ZHANG, "PATCH", path, json={"owed_fen": 1}).status_code == 422
    assert (
        api.ask(ZHANG, "PATCH", f"/cases/{code}/claims/999", json={"paid_fen": 1}).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("owed_fen", 2**53), ("owed_fen", -1), ("owed_fen", 1.5), ("owed_fen", "1"), ("people", 0),
     ("people", 10**8), ("kind", "gift"), ("name", "某某"), ("phone", "13800000000")],
)  # fmt: skip
def test_a_claim_takes_counts_and_fen_and_never_names(api: Api, field: str, value: object) -> None:
    code = started(api)
    answer = api.ask(ZHANG, "POST", f"/cases/{code}/claims", json=CLAIM | {field: value})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_plan_goes_on_with_its_measures(api: Api) -> None:
    code = planned(api)
    first = api.get(SUN, f"/cases/{code}")["plan"]["measures"][0]
    body = {
        "version": api.version(code), "reason": "补充一项",
        "measures": [MEASURE | {"id": first["id"]}, MEASURE | {"title": "办理复工手续"}],
    }  # fmt: skip
    plan = api.put(SUN, f"/cases/{code}/plan", body)["plan"]
    assert plan["adopted_at"] is None
    assert [m["title"] for m in plan["measures"]] == ["筹措复工资金", "办理复工手续"]
    stale = api.ask(SUN, "PUT", f"/cases/{code}/plan", json=body)
    assert stale.json()["code"] == "stale"
    body |= {"version": api.version(code)}
    del body["reason"]
    unreasoned = api.ask(SUN, "PUT", f"/cases/{code}/plan", json=body)
    assert [fault["field"] for fault in unreasoned.json()["errors"]] == ["reason"]


def test_a_measure_says_all_it_has_to_say(api: Api) -> None:
    code = assigned(api)
    short = {key: value for key, value in MEASURE.items() if key != "due"}
    body = {"version": api.version(code), "measures": [short]}
    answer = api.ask(SUN, "PUT", f"/cases/{code}/plan", json=body)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["measures.0.due"]
    body["measures"] = [short | {"due": None}]
    api.put(SUN, f"/cases/{code}/plan", body)


def test_progress_counts_on_the_version_that_its_writer_saw(api: Api) -> None:
    code = started(api)
    measure = api.get(SUN, f"/cases/{code}")["plan"]["measures"][0]["id"]
    report = {
        "version": api.version(code) - 1, "status": "under-way", "note": "已对接",
        "date": "2026-03-03",
    }  # fmt: skip
    path = f"/cases/{code}/measures/{measure}/progress"
    assert api.ask(SUN, "POST", path, json=report).json()["code"] == "stale"
    report["version"] = api.version(code)
    assert api.post(SUN, path, report)["status"] == "under-way"
    proved(api, code)
    assert api.get(SUN, f"/cases/{code}")["plan"]["measures"][0]["proved"]


def test_a_file_is_read_as_an_attachment_that_no_browser_runs(api: Api) -> None:
    code = registered(api)
    name = '证据 "1";\'.pdf'
    made = api.upload(ZHAO, f"/cases/{code}/files", name, PDF)
    assert set(made) >= {"id", "name", "sha256", "size"}
    assert made["size"] == len(PDF)
    found = api.ask(ZHAO, "GET", f"/cases/{code}/files/{made['id']}")
    assert found.content == PDF
    assert found.headers["content-disposition"].startswith("attachment; filename=")
    assert found.headers["content-disposition"].isascii()
    assert found.headers["content-type"] == "application/pdf"
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    assert "'self'" not in found.headers["content-security-policy"]


def test_a_page_in_a_file_is_handed_out_as_plain_text(api: Api) -> None:
    code = registered(api)
    page = b"<!doctype html><script>alert(1)</script>"
    made = api.upload(ZHAO, f"/cases/{code}/files", "page.html", page)["id"]
    found = api.ask(ZHAO, "GET", f"/cases/{code}/files/{made}")
    assert found.headers["content-type"].partition(";")[0] == "text/plain"


def test_an_upload_may_be_as_large_as_the_setting_says(database_url: str, tmp_path: Path) -> None:
    with opened(database_url, tmp_path, max_upload="2MiB", max_body="64KiB") as api:
        code = registered(api)
        path = f"/cases/{code}/files"
        large = PDF + b"%" * (2 * 1024 * 1024 - len(PDF))
        assert api.upload(ZHAO, path, "大.pdf", large)["size"] == len(large)
        files = {"file": ("过大.pdf", large + b"%" * 1024, "application/pdf")}
        answer = api.ask(ZHAO, "POST", path, files=files)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
        note = api.ask(ZHAO, "POST", f"/cases/{code}/notes", json={"text": "x" * 70_000})
        assert (note.status_code, note.json()["code"]) == (413, "too-large")
        assert len(api.get(ZHAO, f"/cases/{code}")["files"]) == 1


def test_what_is_no_file_of_a_known_kind_is_refused(api: Api) -> None:
    code = registered(api)
    path = f"/cases/{code}/files"
    for content, status in ((b"MZ\x90\x00", 415), (b"\x7fELF\x02\x00", 415), (b"", 422)):
        files = {"file": ("证据.pdf", content, "application/pdf")}
        assert api.ask(ZHAO, "POST", path, files=files).status_code == status
    assert api.ask(ZHAO, "POST", path, json={"file": "x"}).status_code == 415
    files = {"file": ("a.pdf", PDF, "application/pdf")}
    extra = api.ask(ZHAO, "POST", path, files=files, data={"media": "text/html"})
    assert [fault["field"] for fault in extra.json()["errors"]] == ["media"]
    assert api.get(ZHAO, f"/cases/{code}")["files"] == []


WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "notes", {"text": "一"}),
    ("POST", "claims", CLAIM),
    ("POST", "replies", REPLY),
    ("PUT", "task-force", TASK_FORCE),
    ("PUT", "plan", {"measures": [MEASURE], "reason": "一"}),
    ("POST", "plan/adopt", {}),
    ("POST", "steps", {"trigger": "stabilize"}),
]
VERSIONED = ("task-force", "plan", "plan/adopt", "steps")


@pytest.mark.parametrize("person", [HAN, WEI, LI])
def test_who_only_reads_a_case_writes_nothing_of_it(api: Api, person: Person) -> None:
    code = started(api)
    before = api.told()
    for method, part, body in WRITES:
        sent = body | ({"version": api.version(code)} if part in VERSIONED else {})
        answer = api.ask(person, method, f"/cases/{code}/{part}", json=sent)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), part
    assert api.told() == before


def test_a_closed_case_takes_notes_and_nothing_else(api: Api) -> None:
    code = closed(api)
    api.post(ZHAO, f"/cases/{code}/notes", {"text": "回访一次"})
    for body, part in ((CLAIM, "claims"), (REPLY, "replies")):
        answer = api.ask(ZHAO, "POST", f"/cases/{code}/{part}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_task_force_has_officers_of_the_units_at_work(api: Api) -> None:
    code = assigned(api)
    body = {
        "version": api.version(code), "liaison": "nobody",
        "members": [
            {"account": SUN.login, "unit": LABOUR.name}, {"account": WU.login, "unit": "月球办"},
        ],
    }  # fmt: skip
    answer = api.ask(ZHANG, "PUT", f"/cases/{code}/task-force", json=body)
    assert {fault["field"] for fault in answer.json()["errors"]} == {
        "liaison", "members.0.account", "members.1.unit",
    }  # fmt: skip
    good = TASK_FORCE | {"version": api.version(code)}
    force = api.put(ZHANG, f"/cases/{code}/task-force", good)["task_force"]
    assert force["liaison"]["login"] == SUN.login
    assert {(m["account"]["login"], m["unit"]["name"]) for m in force["members"]} == {
        (SUN.login, BUILDING.name), (WU.login, LABOUR.name),
    }  # fmt: skip

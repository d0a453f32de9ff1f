"""The daily report, the roster and the inbox over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.people import BUILDING, CHEN, JIANG, QIAN, SUN, ZHANG, ZHAO, ZHOU
from tests.web.api.api_office import Api
from tests.web.api.story import assigned

DAY = "/reports/daily/2026-03-03"
SHAPE = {"date", "status", "text", "figures", "late", "handed_in_at", "handed_in_by"}


def test_a_report_is_drafted_and_handed_in(api: Api) -> None:
    assigned(api)
    draft = api.get(CHEN, DAY)
    assert set(draft) >= SHAPE
    assert (draft["status"], draft["handed_in_at"], draft["late"]) == ("draft", None, False)
    api.post(SUN, f"{DAY}/units", {"text": "验收改约"})
    assert "验收改约" in api.get(CHEN, DAY)["text"]
    done = api.post(ZHAO, f"{DAY}/hand-in", {}, 200)
    assert (done["status"], done["handed_in_by"]["login"]) == ("handed-in", ZHAO.login)
    first = api.ask(CHEN, "GET", DAY).content
    api.passes(days=400)
    assert api.ask(CHEN, "GET", DAY).content == first
    again = api.ask(QIAN, "POST", f"{DAY}/hand-in", json={"text": "再来"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_a_draft_is_saved_in_its_version(api: Api) -> None:
    body = {"text": "第一稿", "version": 0}
    assert api.put(ZHAO, f"{DAY}/draft", body)["draft"]["version"] == 1
    stale = api.ask(QIAN, "PUT", f"{DAY}/draft", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert ZHAO.name in stale.json()["detail"]
    stale = api.ask(QIAN, "POST", f"{DAY}/hand-in", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    done = api.post(QIAN, f"{DAY}/hand-in", {}, 200)
    assert done["written"] == "第一稿"
    assert done["text"].splitlines()[: len(done["counted"])] == done["counted"]


def test_a_whole_text_that_is_sent_back_says_no_figure_twice(api: Api) -> None:
    assigned(api)
    whole = api.get(ZHAO, DAY)["text"]
    done = api.post(ZHAO, f"{DAY}/hand-in", {"text": f"{whole}\n99 open"}, 200)
    assert (done["written"], done["differs"]) == ("99 open", [{"stated": "99 open", "counted": 1}])
    assert len(set(done["text"].splitlines())) == len(done["text"].splitlines())


def test_simultaneous_hand_ins_are_told_in_words(api: Api) -> None:
    line = Barrier(6)

    def hand_in(n: int) -> tuple[int, str]:
        line.wait()
        answer = api.ask(ZHAO, "POST", f"{DAY}/hand-in", json={"text": f"第{n}稿"})
        return answer.status_code, answer.json().get("detail", "")

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(hand_in, range(6)))
    assert [status for status, _ in outcomes] == [200, 409, 409, 409, 409, 409]
    assert all("handed in and stays as it is" in words for _, words in outcomes[1:])


def test_units_are_chased_and_find_it_in_their_inbox(api: Api) -> None:
    assigned(api)
    assert api.post(ZHAO, f"{DAY}/chase", {"unit": BUILDING.name}, 200)["chased"] == 1
    inbox = api.get(ZHOU, "/inbox")
    assert inbox["unread"] == len(inbox["items"])
    assert BUILDING.name in inbox["items"][0]["text"]
    read = {"up_to": inbox["items"][0]["id"]}
    assert api.ask(ZHOU, "POST", "/inbox/read", json=read).status_code == 204
    assert api.get(ZHOU, "/inbox")["unread"] == 0
    assert api.get(SUN, f"{DAY}/units")["report"]["chased"] == 1
    none = api.ask(ZHAO, "POST", f"{DAY}/chase", json={"unit": "没有"})
    assert none.status_code == 404


def test_a_report_is_saved_as_a_file(api: Api) -> None:
    api.post(ZHAO, f"{DAY}/hand-in", {}, 200)
    for ending, begins in (("docx", b"PK"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        answer = api.ask(CHEN, "GET", DAY, params={"format": ending})
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(begins)
        assert answer.headers["content-disposition"].startswith("attachment")
    first, second = (api.ask(CHEN, "GET", DAY, params={"format": "docx"}).content for _ in "ab")
    assert first == second
    assert api.ask(CHEN, "GET", DAY, params={"format": "pdf"}).status_code == 422


def test_no_day_has_no_report_and_leaders_do_not_read_it(api: Api) -> None:
    for day in ("2026-02-30", "x", "20260303"):
        assert api.ask(CHEN, "GET", f"/reports/daily/{day}").status_code == 404
    assert api.ask(CHEN, "GET", "/reports/daily/2026-03-04").status_code == 422
    for person in (ZHANG, SUN):
        assert api.ask(person, "GET", DAY).status_code == 403
    assert api.ask(JIANG, "POST", f"{DAY}/hand-in", json={}).status_code == 403


def test_the_roster_names_who_stands_in(api: Api) -> None:
    body = {"date": "2026-03-07", "account": JIANG.login, "stands_in": QIAN.login}
    named = api.put(ZHAO, "/roster", body)
    assert (named["account"]["login"], named["stands_in"]["login"]) == (JIANG.login, QIAN.login)
    listed = api.get(SUN, "/roster", params={"from": "2026-03-01", "to": "2026-03-31"})
    assert listed["items"] == [named]
    assert api.ask(JIANG, "PUT", "/roster", json=body).status_code == 403

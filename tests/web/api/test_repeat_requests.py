"""A write with an idempotency key does its work once, whoever repeats it, however fast."""

from concurrent.futures import ThreadPoolExecutor

from tests.people import BUILDING, SUN, ZHANG, ZHAO
from tests.web.api.api_office import Api
from tests.web.api.story import PDF, assigned, opened_issue, registered, started

KEY = {"Idempotency-Key": "key-1"}


def test_a_repeated_write_gets_the_first_answer_byte_for_byte(api: Api) -> None:
    code = assigned(api)
    path, body = f"/cases/{code}/steps", {"trigger": "acknowledge", "version": api.version(code)}
    first = api.ask(ZHANG, "POST", path, json=body, headers=KEY)
    events = api.told()
    again = api.ask(ZHANG, "POST", path, json=body, headers=KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert api.told() == events


def test_the_first_answer_stays_though_the_case_went_on(api: Api) -> None:
    code = registered(api)
    path, body = f"/cases/{code}/notes", {"text": "已现场查看"}
    first = api.ask(ZHAO, "POST", path, json=body, headers=KEY)
    api.post(ZHAO, path, {"text": "另一条"})
    assert api.ask(ZHAO, "POST", path, json=body, headers=KEY).content == first.content
    assert len(api.get(ZHAO, f"/cases/{code}")["notes"]) == 2


def test_the_key_with_another_body_is_refused_and_does_nothing(api: Api) -> None:
    code = registered(api)
    api.post(ZHAO, f"/cases/{code}/notes", {"text": "一"}, headers=KEY)
    events = api.told()
    answer = api.ask(ZHAO, "POST", f"/cases/{code}/notes", json={"text": "二"}, headers=KEY)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["Idempotency-Key"]
    assert api.told() == events


def test_another_route_and_another_account_have_keys_of_their_own(api: Api) -> None:
    one, other = registered(api), registered(api)
    for person, code in ((ZHAO, one), (ZHAO, other)):
        api.post(person, f"/cases/{code}/notes", {"text": "一"}, headers=KEY)
    assigned_to = started(api)
    for person in (ZHANG, SUN):
        api.post(person, f"/cases/{assigned_to}/notes", {"text": "一"}, headers=KEY)
    assert len(api.get(ZHANG, f"/cases/{assigned_to}")["notes"]) == 2


def test_a_refused_write_may_come_again_with_its_key(api: Api) -> None:
    code = registered(api)
    body = {"trigger": "acknowledge", "version": 2}
    refused = api.ask(ZHAO, "POST", f"/cases/{code}/steps", json=body, headers=KEY)
    assert refused.json()["code"] == "stale"
    data = {"lead_leader": ZHANG.login, "lead_unit": BUILDING.name, "due": "2026-04-30"}
    api.step(ZHAO, code, "assign", data=data)
    again = api.ask(ZHAO, "POST", f"/cases/{code}/steps", json=body, headers=KEY)
    assert again.json()["code"] == "forbidden"


def test_a_repeated_upload_is_known_by_its_file_not_by_its_boundary(api: Api) -> None:
    code = registered(api)
    answers = []
    for boundary in ("first", "second"):
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        ).encode() + PDF + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip
        media = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answers.append(
            api.ask(ZHAO, "POST", f"/cases/{code}/files", content=body, headers=KEY | media)
        )
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert len(api.get(ZHAO, f"/cases/{code}")["files"]) == 1
    files = {"file": ("a.pdf", PDF + b"%", "application/pdf")}
    other = api.ask(ZHAO, "POST", f"/cases/{code}/files", files=files, headers=KEY)
    assert other.status_code == 422


def test_an_ending_without_content_is_repeated_too(api: Api) -> None:
    order = {"principal": ZHANG.login, "deputy": SUN.login, "from": "2026-03-03",
             "to": "2026-03-09", "reason": "出差"}  # fmt: skip
    made = api.post(ZHAO, "/deputies", order)["id"]
    answers = [api.ask(ZHAO, "DELETE", f"/deputies/{made}", headers=KEY) for _ in range(2)]
    assert [(a.status_code, a.content) for a in answers] == [(204, b"")] * 2
    assert api.ask(ZHAO, "DELETE", f"/deputies/{made}").status_code == 409


def test_a_key_that_is_none_is_refused(api: Api) -> None:
    for key in ("", "x" * 201, "a\tb", "a b"):
        answer = api.ask(
            ZHAO, "POST", "/issues", json={"title": "一", "origin": "public"},
            headers={"Idempotency-Key": key},
        )  # fmt: skip
        assert answer.status_code == 422, key
    assert api.get(ZHAO, "/issues")["total"] == 0


def test_forty_at_once_with_one_key_do_it_once(api: Api) -> None:
    issue = opened_issue(api)
    events = api.told()

    def register(_: int) -> bytes:
        body = {"title": "推动复工"}
        answer = api.ask(ZHAO, "POST", f"/issues/{issue}/cases", json=body, headers=KEY)
        assert answer.status_code == 201, answer.text
        return answer.content

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(register, range(40)))
    assert len(answers) == 1
    assert api.told() == events + 1


def test_fifty_at_one_version_are_one_step_and_49_refusals(api: Api) -> None:
    code = assigned(api)
    now, events = api.version(code), api.told()

    def step(_: int) -> tuple[int, str]:
        body = {"trigger": "acknowledge", "version": now}
        answer = api.ask(ZHANG, "POST", f"/cases/{code}/steps", json=body)
        return answer.status_code, answer.json().get("code", "")

    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(step, range(50)))
    assert answers.count((409, "stale")) == 49
    assert sum(status == 200 for status, _ in answers) == 1
    assert api.told() == events + 1

"""Whatever is uploaded is refused with a sentence, or kept by its hash and handed out to be saved.

`DUBAN_TEST_UPLOADS=all` sends every one of them; otherwise a part, drawn anew each time.
"""

import hashlib
import os
import random
import re
from typing import Any
from urllib.parse import unquote

import pytest

from engine.errors import UnsupportedError
from engine.intake.media import ENDINGS, media_of
from engine.output.filenames import saved_as
from engine.words import catalogue
from tests.people import WU
from tests.web import desk
from tests.web.desk import Browser
from tests.web.hostile import TEXT, Upload, packed_documents, uploads
from tests.web.payloads import Page
from tests.web.story import Story

PART = os.environ.get("DUBAN_TEST_UPLOADS", "60")
REFUSALS = (
    "file-name", "file-kind", "file-empty", "file-runs", "file-encrypted", "file-unpacks-badly",
    "file-unpacks-large", "body-unreadable",
)  # fmt: skip
DISPOSITION = re.compile(
    r"""attachment; filename="([0-9A-Za-z. _-]+)"; filename\*=UTF-8''([\w.~%-]+)""", re.ASCII
)
DEVICES = {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"} | {
    f"{name}{n}" for name in ("com", "lpt") for n in "0123456789¹²³"
}


def some(rng: random.Random) -> list[Upload]:
    """Give those that this run sends."""
    every = uploads()
    return every if PART == "all" else rng.sample(every, int(PART))


def send(browser: Browser, place: str, csrf: str, one: Upload) -> Any:  # noqa: ANN401  # httpx's
    """Send one, byte by byte as it stands."""
    boundary = "x7d1c0f5b2a9e4683"
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Sec-Fetch-Site": "same-origin",
    }
    body = one.body({"_csrf": csrf}, boundary)
    return browser.client.post(place, content=body, headers=headers, follow_redirects=False)


def sentences() -> list[str]:
    """Give how each refusal of a file begins."""
    return [re.split(r"[{：]", catalogue()[code].zh)[0] for code in REFUSALS]


def check_name(name: str, media: str) -> None:
    """Hold a name against what any machine can save without harm."""
    assert name.isprintable()
    assert not set(name) & set('<>:"/\\|?*')
    assert not name.startswith((".", " "))
    assert len(name.encode()) <= 210
    assert name.split(".", maxsplit=1)[0].casefold() not in DEVICES
    assert name.casefold().endswith(ENDINGS[media])


def check_kept(story: Story, browser: Browser, one: Upload) -> None:
    """Hold what was kept of an upload against what was sent, and how it is handed out."""
    kept = story.case()["files"][-1]
    assert kept["sha256"] == hashlib.sha256(one.content).hexdigest()
    assert kept["size"] == len(one.content)
    answer = browser.get(f"/cases/{story.code}/files/{kept['id']}")
    assert answer.content == one.content
    media = answer.headers["content-type"]
    assert media == media_of(one.content)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'; sandbox"
    told = DISPOSITION.fullmatch(answer.headers["content-disposition"])
    assert told, answer.headers["content-disposition"]
    check_name(told[1], media)
    check_name(unquote(told[2], errors="strict"), media)


def test_there_are_more_than_three_hundred_and_no_two_alike() -> None:
    every = uploads()
    assert len({(one.name, one.claims, one.content) for one in every}) > 500


def test_each_is_refused_with_a_sentence_or_kept_by_its_hash(
    story: Story, rng: random.Random
) -> None:
    browser, place = desk.enter(story.application, WU), f"/cases/{story.code}/files"
    csrf, known = browser.form(place).values["_csrf"][0], sentences()
    home = story.application.settings.home
    before = {path.name for path in home.rglob("*")}
    refused, kept = 0, 0
    for one in some(rng):
        answer = send(browser, place, csrf, one)
        if answer.status_code == 303:
            check_kept(story, browser, one)
            kept += 1
            continue
        assert answer.status_code in {415, 422}, (one.what, answer.status_code)
        assert any(words in answer.text for words in known), one.what
        assert Page(answer.text).wrong == [], one.what
        refused += 1
    assert Page(browser.get(f"/cases/{story.code}?history=all").text).wrong == []
    assert {path.name for path in home.rglob("*")} == before
    print(f"uploads={refused + kept} refused={refused} kept={kept}")  # noqa: T201
    assert min(refused, kept) > 0


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("macros of Word", "file-runs"), ("macros of Excel", "file-runs"),
        ("macros in capitals", "file-runs"), ("macros renamed", "file-runs"),
        ("macros renamed, wide", "file-runs"), ("macros of Excel 4", "file-runs"),
        ("controls", "file-runs"),
        ("climbing", "file-unpacks-badly"), ("climbing backwards", "file-unpacks-badly"),
        ("absolute", "file-unpacks-badly"), ("with a drive", "file-unpacks-badly"),
        ("two of one name", "file-unpacks-badly"), ("nothing in a name", "file-unpacks-badly"),
        ("encrypted", "file-encrypted"), ("claims much", "file-unpacks-large"),
        ("a bomb", "file-unpacks-large"), ("too many parts", "file-kind"),
        ("a long list", "file-kind"), ("cut short", "file-kind"),
        ("a list of 64 bits", "file-kind"), ("an archive of others", "file-kind"),
    ],
)  # fmt: skip
def test_a_packed_document_that_does_harm_is_refused_for_what_it_does(what: str, code: str) -> None:
    with pytest.raises(UnsupportedError) as refusal:
        media_of(packed_documents()[what])
    assert refusal.value.code == "unsupported"
    assert refusal.value.message.code == code


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("核对表.txt", "核对表.txt"), ("核对表.TXT", "核对表.TXT"), ("表.csv", "表.csv"),
        ("发票.pdf", "发票.pdf.txt"), ("发票", "发票.txt"), ("a.html", "a.html.txt"),
        ("report\u202etxt.exe", "reporttxt.exe.txt"), ("\u200b.htaccess", "htaccess.txt"),
        ("con", "_con.txt"), ("NUL.txt", "_NUL.txt"), ("a.txt.", "a.txt"),
        ("a.txt::$DATA", "a.txt__$DATA.txt"),
        ("...", "file.txt"), (".txt", "txt.txt"), ("\u3164", "file.txt"), ("a\x07b.txt", "a_b.txt"),
        ("证" * 100 + ".txt", "证" * 66 + ".txt"), ("a" * 300, "a" * 200 + ".txt"),
        ("../../a.txt", "_.._a.txt"),
    ],
)  # fmt: skip
def test_the_name_to_save_under_is_that_of_the_sender_made_harmless(name: str, saved: str) -> None:
    assert saved_as(name, media_of(TEXT)) == saved
    check_name(saved_as(name, media_of(TEXT)), media_of(TEXT))


@pytest.mark.parametrize("name", ["照片.png", "照片"])
def test_a_picture_that_is_called_another_kind_is_saved_as_what_it_is(
    story: Story, name: str
) -> None:
    browser = desk.enter(story.application, WU)
    form = browser.form(f"/cases/{story.code}/files")
    content = b"\xff\xd8\xff\xe0" + bytes(20)
    assert (
        browser.post(form.action, form.values, files={"file": (name, content)}).status_code == 303
    )
    kept = story.case()["files"][-1]
    assert kept["name"] == name
    there = browser.get(f"/cases/{story.code}/files/{kept['id']}").headers["content-disposition"]
    assert unquote(there).endswith(f"{name}.jpg")

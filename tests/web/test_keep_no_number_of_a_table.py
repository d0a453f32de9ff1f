"""What a table holds of residents' numbers is shown, told and kept nowhere, whatever file it was.

`DUBAN_TEST_PLANTED` sets how many tables of each kind of file are drawn.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from engine.bootstrap import Application
from tests import planted
from tests.intake.files import unzipped
from tests.people import ZHAO
from tests.planted import Planted
from tests.web import desk
from tests.web.desk import Browser

TABLES = int(os.environ.get("DUBAN_TEST_PLANTED", "1"))
MARK = "＊" * 11


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Application]:
    """Give an office on either kind of database."""
    application = desk.office_on(database_url, tmp_path / "home")
    yield application
    application.close()


def upload(there: Browser, name: str, content: bytes) -> str:
    """Upload a table; give where it led."""
    form = there.form("/import")
    answer = there.post("/import", form.values, files={"file": (name, content)})
    assert answer.status_code == 303, desk.text_of(answer.text)
    return str(answer.headers["location"])


def read_again(content: bytes) -> str:
    """Read the words of an Excel file or of text."""
    if not content.startswith(b"PK"):
        return content.decode()
    return "".join(part.decode("utf-8", "replace") for part in unzipped(content).values())


def kept(application: Application) -> list[str]:
    """Read all that is kept."""
    with application.reading("cli") as opened:
        rows = list(planted.everything(opened.conn))
    home = application.settings.home
    files = (file for file in home.rglob("*") if file.is_file())
    return [*rows, *(file.name + file.read_bytes().decode("utf-8", "replace") for file in files)]


def test_numbers_in_wrong_rows_are_nowhere(
    office: Application, rng: Random, caplog: pytest.LogCaptureFixture
) -> None:
    numbers, there, told = Planted(rng), desk.enter(office, ZHAO), list[str]()
    assert planted.leaks(numbers, ["-", f"见{numbers.one()}。"])
    for _ in range(TABLES):
        for name, content in planted.as_files(numbers, planted.wrong_rows(numbers)):
            place = upload(there, name, content)
            page = there.get(place).text
            assert "整份表格不能导入" in page
            assert page.count(f"{MARK}") > len(planted.HEAD)
            form = there.form(f"{place}/columns", f"{place}/columns")
            digest = there.form(place, f"{place}/confirm").values
            told += [page, there.get(f"{place}/columns").text]
            told.append(there.post(f"{place}/columns", form.values).text)
            told.append(there.post(f"{place}/confirm", digest).text)
            for kind in ("xlsx", "csv"):
                listed = there.get(f"{place}/errors", params={"format": kind})
                assert listed.status_code == 200
                told += [read_again(listed.content), str(listed.headers)]
                assert told[-2].count(MARK) >= len(planted.HEAD)
    assert not planted.leaks(numbers, [*told, *kept(office), caplog.text])


def test_numbers_in_what_is_not_read_are_gone_with_the_file(
    office: Application, rng: Random, caplog: pytest.LogCaptureFixture
) -> None:
    numbers, there, told = Planted(rng), desk.enter(office, ZHAO), list[str]()
    for _ in range(TABLES):
        for name, content in planted.as_files(numbers, planted.good_rows(numbers)):
            place = upload(there, name, content)
            told += [there.get(place).text, there.get(f"{place}/columns").text]
            with office.reading("cli") as opened:
                told += planted.everything(opened.conn)
            made = there.submit(place, {}, f"{place}/confirm")
            assert made.headers["location"] == f"{place}/done"
            told.append(there.get(f"{place}/done").text)
    for number in numbers.given[:5]:
        assert "没有找到" in there.get("/search", params={"q": number[:100]}).text
    told += [there.get("/cases?view=all").text, there.get("/cases/DB-2026-0001").text]
    assert not planted.leaks(numbers, [*told, *kept(office), caplog.text])

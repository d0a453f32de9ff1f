import json
from pathlib import Path

from tests.cli.conftest import Terminal


def test_a_due_date_comes_with_its_derivation(duban: Terminal) -> None:
    answer = duban.done("calendar", "due", "2024-09-27", "5").json()
    assert (answer["due"], answer["provisional"]) == ("2024-10-10", False)
    assert "make-up working day" in answer["derivation"]
    natural = duban.done("calendar", "due", "2024-09-27", "5", "--unit", "natural-day").json()
    assert natural["due"] == "2024-10-02"


def test_a_year_that_is_shown_can_be_imported_again(duban: Terminal, tmp_path: Path) -> None:
    shown = duban.done("calendar", "show", "2024")
    file = tmp_path / "2024.json"
    file.write_text(shown.out)
    foreseen = duban.done("calendar", "import", str(file), "--dry-run").json()
    done = duban.done("calendar", "import", str(file), "--digest", foreseen["digest"]).json()
    assert done == foreseen
    assert (done["year"], done["moved"]) == (2024, [])
    assert duban.done("calendar", "show", "2024").json()["days"] == shown.json()["days"]
    table = duban.done("calendar", "show", "2024", "--format", "table").out
    assert "2024-02-04  yes" in table


def test_a_notice_comes_on_standard_input_too(duban: Terminal) -> None:
    days = [{"date": "2027-01-01", "name": "元旦", "isOffDay": True}]
    notice = json.dumps({"year": 2027, "papers": [], "days": days}).encode()
    assert duban.done("calendar", "show", "2027").json()["provisional"]
    assert duban.done("calendar", "import", "-", given=notice).json()["year"] == 2027
    assert not duban.done("calendar", "show", "2027").json()["provisional"]


def test_a_local_exception_counts_from_then_on(duban: Terminal) -> None:
    before = duban.done("calendar", "due", "2026-03-06", "1").json()["due"]
    duban.done("calendar", "override", "2026-03-07", "work", "--reason", "补班")
    assert before == "2026-03-09"
    assert duban.done("calendar", "due", "2026-03-06", "1").json()["due"] == "2026-03-07"
    told = duban.done("calendar", "override", "2026-03-07", "off", "--reason", "作罢",
                      "--format", "table").out  # fmt: skip
    assert told == (
        "The calendar of 2026 is changed; 0 running clocks moved.\n"
        "The days by which cases are overdue already stay as they are.\n"
    )


def test_wrong_use_is_told_in_a_sentence(duban: Terminal, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("year = 2027\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\xff\xfe")
    for words, told in (
        (("show", "next"), "a whole number from 0"),
        (("show", "1066"), "1949"),
        (("due", "2026-02-30", "1"), "such as 2026-03-03"),
        (("due", "2026-02-28", "0"), "1"),
        (("due", "2026-02-28", "1", "--unit", "week"), "working-day, natural-day"),
        (("override", "2026-03-02", "off", "--reason", "x"), "past days and today"),
        (("override", "2026-02-28", "maybe", "--reason", "x"), "work, off"),
        (("override", "2026-02-28", "work"), "--reason is missing"),
        (("override", "2026-02-28", "work", "--reason", " "), "reason"),
        (("import", "none.toml"), "none.toml"),
        (("import", str(tmp_path / "broken.toml")), "broken.toml"),
        (("import", str(tmp_path / "picture.png")), "picture.png"),
        (("import", str(tmp_path)), "cannot be used"),
    ):
        assert told in duban.refused("calendar", *words), words


def test_a_dry_run_changes_nothing_and_can_be_confirmed(duban: Terminal) -> None:
    asked = ("calendar", "override", "2027-03-05", "off", "--reason", "停电")
    foreseen = duban.done(*asked, "--dry-run").json()
    assert duban.done("calendar", "show", "2027").json()["overrides"] == []
    table = duban.done(*asked, "--dry-run", "--format", "table").out
    assert f"--digest {foreseen['digest']}" in table
    duban.done(*asked, "--digest", foreseen["digest"])
    assert len(duban.done("calendar", "show", "2027").json()["overrides"]) == 1
    other = ("calendar", "override", "2027-03-08", "off", "--reason", "停电")
    assert "preview" in duban.refused(*other, "--digest", foreseen["digest"])

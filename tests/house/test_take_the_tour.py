"""The tour of the README prints what the README says."""

from pathlib import Path

from tests.house import tour


def test_the_tour_prints_what_the_readme_shows(tmp_path: Path) -> None:
    shown = tour.told()
    really = tour.run([said.command for said in shown], tmp_path)
    assert [said.masked() for said in really] == [said.masked() for said in shown]


def test_the_readme_shows_the_tour_as_it_goes_well() -> None:
    shown = " ".join(said.output for said in tour.told())
    assert "fault" not in shown
    for sentence in (
        "Imported 2 cases",
        "2 were there already",
        "Assigned",
        "still lacks",
        "due_on",
    ):
        assert sentence in shown
    assert shown.index("Intact: all") < shown.index("Not intact")


def test_a_page_is_written_with_what_was_printed() -> None:
    page = "a\n```console\n$ one <<'END'\nx\nEND\nold\n$ two\n```\nb\n"
    said = [tour.Said("one <<'END'\nx\nEND", "new\n"), tour.Said("two", "more\n")]
    assert tour.written(page, said) == (
        "a\n```console\n$ one <<'END'\nx\nEND\nnew\n$ two\nmore\n```\nb\n"
    )

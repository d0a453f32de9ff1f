"""No text about an issue is one for watching or holding up people who complain."""

import pytest

from engine.domain import watching
from engine.errors import DubanError
from engine.service import cases, issues, parts
from engine.service.imports import run_import
from engine.service.issues import NewIssue
from engine.words import say
from tests.people import SUN, ZHAO
from tests.service.case_office import CaseOffice, assert_said
from tests.service.import_office import ledger

MEANT = "把三号村的{word}稳在当地"


@pytest.mark.parametrize("word", watching.WORDS)
def test_each_word_is_found_wherever_it_stands(word: str) -> None:
    assert watching.find(word) == word or str(watching.find(word)) in word
    assert watching.find(f"要求{word}工作") is not None


def test_words_about_issues_and_their_causes_are_left_alone() -> None:
    for text in (
        "化解稳控措施",
        "群众上访反映的欠薪问题",
        "重点问题",
        "接访安排",
        "稳定就业岗位",
        "重点人防工程",
    ):
        assert watching.find(text) is None


def refused(case_office: CaseOffice, *given: object) -> str:
    """Give what is said to whoever is refused, in Chinese."""
    with pytest.raises(DubanError) as refusal:
        case_office.does(*given)  # type: ignore[arg-type]
    assert_said(refusal.value)
    faults = getattr(refusal.value, "faults", ())
    return " ".join(say(fault.message, "zh") for fault in faults)


def test_issues_cases_and_notes_refuse_them(case_office: CaseOffice) -> None:
    word = "盯防"
    text = MEANT.format(word=word)
    code = case_office.started()
    for given in (
        (ZHAO, issues.open_issue, NewIssue(text, "district")),
        (ZHAO, issues.open_issue, NewIssue("停工", "district", category=text)),
        (ZHAO, issues.open_issue, NewIssue("停工", "district", summary=text)),
        (ZHAO, cases.register_case, case_office.issue, cases.NewCase(text)),
        (SUN, parts.add_note, code, text),
    ):
        assert f"请去掉“{word}”" in refused(case_office, *given)


@pytest.mark.parametrize("header", ["任务", "化解措施", "类别"])
def test_an_imported_cell_refuses_them(case_office: CaseOffice, header: str) -> None:
    order = ledger({header: "对缠访的包保", "登记时间": "2025-09-01"}, create_missing=True)
    assert "请去掉“缠访”" in refused(case_office, ZHAO, run_import, order)

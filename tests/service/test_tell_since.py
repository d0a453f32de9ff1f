"""What was done to a case after the version that a form shows, as far as its reader may know."""

import pytest

from engine.errors import NotFoundError
from engine.service import letters, parts
from engine.service.case_since import SinceAnswer, case_since
from engine.service.letters import LetterOrder
from tests.people import CHEN, SUN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.service.case_office import DUE, CaseOffice


def since(office: CaseOffice, who: Person, code: str, version: int) -> SinceAnswer:
    """Give what was done, where something was."""
    found: SinceAnswer | None = office.does(who, case_since, code, version)
    assert found is not None
    return found


def test_it_tells_who_did_what_and_what_it_changed(case_office: CaseOffice) -> None:
    code = case_office.started()
    version = case_office.show(code)["version"]
    case_office.does(ZHAO, parts.add_note, code, "专户余额不足")
    case_office.does(SUN, parts.record_claim, code, parts.ClaimOrder("wages", 3, 500))
    found = since(case_office, ZHANG, code, version)
    assert [event["kind"] for event in found["events"]] == ["note.added", "claim.recorded"]
    told = {(c["place"].partition("/")[0], c["column"]): c["after"] for c in found["changes"]}
    assert told == {("note", "body"): "专户余额不足", ("claim", "people"): 3,
                    ("claim", "owed_fen"): 500}  # fmt: skip
    assert not found["own"]
    last = since(case_office, SUN, code, version + 1)
    assert [event["kind"] for event in last["events"]] == ["claim.recorded"]
    assert last["own"]


@pytest.mark.parametrize("version", [-1, 0, "now", "later"])
def test_of_no_former_version_nothing_is_told(case_office: CaseOffice, version: int | str) -> None:
    code = case_office.registered()
    present = case_office.show(code)["version"]
    asked = {"now": present, "later": present + 1}.get(str(version), version)
    assert case_office.does(ZHAO, case_since, code, asked) is None


def test_the_draft_of_a_letter_is_told_to_those_alone_who_draft(case_office: CaseOffice) -> None:
    code = case_office.started()
    version = case_office.show(code)["version"]
    case_office.does(CHEN, letters.draft_letter, code, LetterOrder("限期落实", DUE, "群访"))
    found = since(case_office, CHEN, code, version)
    assert {"限期落实", "群访"} <= {change["after"] for change in found["changes"]}
    hidden = since(case_office, WU, code, version)
    assert hidden["changes"] == []
    assert "限期落实" not in repr(hidden)


def test_nothing_is_told_to_whoever_does_not_read_the_case(case_office: CaseOffice) -> None:
    code = case_office.started()
    with pytest.raises(NotFoundError):
        case_office.does(ZHENG, case_since, code, 1)

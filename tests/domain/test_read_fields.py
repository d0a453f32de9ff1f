"""What is filled in with a step is read, and every wrong field is named, all of them at once."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.domain import fields
from engine.domain.fields import FIELDS, LONGEST, WrongField
from engine.domain.workflow import FieldUse, Transition
from engine.errors import InvalidError
from engine.words import Text, say
from tests.domain.stage import ASSIGNMENT, Stage, id_of
from tests.people import BUILDING, LABOUR, LI, SUN, ZHANG, ZHAO, Person

TODAY = date(2026, 3, 3)


def arc(*names: str, required: bool = True, reason: bool = False) -> Transition:
    """Give an arc that takes fields."""
    uses = tuple(FieldUse(name, required) for name in names)
    return Transition("x", Text("甲", "x"), "assigned", None, (), uses, reason, (), ())


def wrong(person: Person, trigger: str, stage: Stage, **data: Any) -> set[str]:  # noqa: ANN401  # fields
    """Take a step that is filled in wrongly; name the fields, each said in both languages."""
    with pytest.raises(InvalidError) as refused:
        stage.step(person, trigger, "理由", **data)
    for fault in refused.value.faults:
        assert say(fault.message, "zh") != say(fault.message, "en")
    return {fault.field for fault in refused.value.faults}


@pytest.mark.parametrize(
    "raw", ["", " \n", 5, None, [], True, "长" * (LONGEST + 1), "铃\x07", "半\ud800", "零\x00"]
)
def test_what_is_no_text_is_refused(raw: Any) -> None:  # noqa: ANN401
    with pytest.raises(WrongField):
        fields.text(raw)


def test_text_is_taken_without_the_spaces_around_it() -> None:
    assert fields.text("  已到账\n第二行\t ") == "已到账\n第二行"


@pytest.mark.parametrize(
    "raw", ["2026-02-30", "20260301", "2026-W10-1", "2026-3-1", "", 20260301, None, "1999-12-31",
            "2200-01-01", "2026-03-01T00:00", "２０２６-03-01"],
)  # fmt: skip
def test_what_is_no_day_is_refused(raw: Any) -> None:  # noqa: ANN401
    with pytest.raises(WrongField):
        fields.day(raw)


def test_a_day_is_read() -> None:
    assert fields.day("2026-03-01") == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("lead_leader", "nobody"), ("lead_leader", SUN.login), ("to", 5), ("lead_unit", "无此单位"),
        ("supporting_units", "乙建设办"), ("supporting_units", ["无此单位"]), ("outcome", "void"),
        ("outcome", []), ("into", "DB-2026-9999"), ("body", " "), ("summary", 7), ("due", "soon"),
        ("review_on", True),
    ],
)  # fmt: skip
def test_a_value_that_names_nothing_is_a_fault_of_its_field(name: str, raw: Any) -> None:  # noqa: ANN401
    data, faults = fields.read(arc(name), {name: raw}, Stage())
    assert data == {}
    assert [fault.field for fault in faults] == [f"data.{name}"]


def test_a_disabled_leader_is_none() -> None:
    class Office(Stage):
        def account(self, login: str) -> Any:  # noqa: ANN401  # an account
            found = super().account(login)
            return found and replace(found, enabled=False)

    _, faults = fields.read(arc("to"), {"to": LI.login}, Office())
    assert faults[0].message.code == "field-no-account"


def test_every_field_is_read() -> None:
    raw = ASSIGNMENT | {
        "to": LI.login, "body": "区住建局", "summary": "完成", "outcome": "resolved",
        "into": "DB-2026-0001", "review_on": "2026-04-01",
        "supporting_units": [LABOUR.name, LABOUR.name],
    }  # fmt: skip
    data, faults = fields.read(arc(*FIELDS), raw, Stage())
    assert faults == []
    assert set(data) == set(FIELDS)
    assert len(data["supporting_units"]) == 1


def test_unknown_fields_are_refused_and_missing_ones_named() -> None:
    data, faults = fields.read(arc("to", "body"), {"too": 1, "body": None}, Stage())
    assert data == {}
    assert {fault.field for fault in faults} == {"data.too", "data.to", "data.body"}
    assert fields.read(arc("to", required=False), {}, Stage()) == ({}, [])


def test_a_reason_may_be_blank_only_where_none_is_asked_for() -> None:
    for blank in (None, "", "  "):
        assert fields.read_reason(arc(), blank) == (None, [])
        _, faults = fields.read_reason(arc(reason=True), blank)
        assert [fault.field for fault in faults] == ["reason"]
    assert fields.read_reason(arc(reason=True), " 依据 ") == ("依据", [])
    _, faults = fields.read_reason(arc(), "铃\x07")
    assert [fault.field for fault in faults] == ["reason"]


def test_every_wrong_field_of_a_step_is_named_at_once() -> None:
    found = wrong(ZHAO, "assign", Stage(), lead_leader="nobody", due="2026-03-02", more=1)
    assert found == {"data.lead_leader", "data.lead_unit", "data.due", "data.more"}


def test_a_date_before_today_is_refused_but_for_the_first_one_after_a_decline() -> None:
    assert wrong(ZHAO, "assign", Stage(), **(ASSIGNMENT | {"due": "2026-03-02"})) == {"data.due"}
    declined = Stage().assigned().step(ZHANG, "decline", "不属本级").passes(days=200)
    again = declined.step(ZHAO, "assign", **ASSIGNMENT)
    assert again.facts.case.due_on == again.facts.case.first_due_on


def test_a_lead_unit_does_not_support_as_well() -> None:
    both = ASSIGNMENT | {"supporting_units": [BUILDING.name]}
    assert wrong(ZHAO, "assign", Stage(), **both) == {"data.supporting_units"}


def test_an_extension_ends_later_than_the_present_date() -> None:
    started = Stage().started()
    assert wrong(ZHANG, "request-extension", started, due="2026-05-20") == {"data.due"}


def test_a_review_lies_in_the_future() -> None:
    started = Stage().started()
    today = TODAY.isoformat()
    assert wrong(ZHANG, "request-suspension", started, review_on=today) == {"data.review_on"}


def test_a_case_is_handed_over_to_somebody_else() -> None:
    assigned = Stage().assigned()
    assert wrong(ZHANG, "hand-over", assigned, to=ZHANG.login) == {"data.to"}
    assert assigned.facts.case.lead_id == id_of(ZHANG)


def test_a_case_is_merged_into_another_open_one() -> None:
    stage = Stage()
    assert wrong(ZHAO, "merge", stage, into="DB-2026-0001") == {"data.into"}
    gone = replace(stage.facts.case, id=2, code="DB-2026-0002", closed_at=stage.now)
    stage.cases = {gone.code: gone}
    assert wrong(ZHAO, "merge", stage, into=gone.code) == {"data.into"}


def test_nothing_is_wrong_before_a_step_was_chosen() -> None:
    assert fields.check(Stage().attempt(ZHAO)) == []

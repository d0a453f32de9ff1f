"""Forms take what they name and refuse all else, every wrong field with its sentence."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.errors import FieldFault, InvalidError
from engine.service.office import UNSET
from engine.words import Message, say
from web.api.faults import fill, once
from web.api.forms.calendar import DueForm
from web.api.forms.kinds import Form, Instant
from web.api.forms.matters import IssueForm, StepForm
from web.api.forms.parts import ClaimChangeForm, NoteForm
from web.api.forms.people import DeputyForm
from web.api.forms.plans import PlanForm

ISSUE = {"title": "某小区停工", "origin": "district"}
MEASURE = {
    "title": "筹资", "owner": None, "unit": None, "start": None, "due": None, "evidence": None,
}  # fmt: skip


class Plain(Form):
    """A form with fields of no kind of ours."""

    accepted: bool = False
    share: float = 0.0


class At(Form):
    """A form with an instant."""

    at: Instant


def faults(form: type[Form], values: object) -> list[tuple[str, str]]:
    """Fill a form wrongly; give each wrong field with the code of what is said of it."""
    with pytest.raises(InvalidError) as refused:
        fill(form, values)
    assert all(_is_said(fault) for fault in refused.value.faults)
    return [(fault.field, _code(fault.message)) for fault in refused.value.faults]


def _code(words: Message) -> str:
    """Give the code of what is said, whether or not the value is named with it."""
    says = words.params.get("says")
    return says.code if isinstance(says, Message) else words.code


def _is_said(fault: FieldFault) -> bool:
    return all(say(fault.message, locale) for locale in ("zh", "en"))


def test_a_form_filled_in_rightly_is_an_order() -> None:
    order = fill(IssueForm, ISSUE | {"received_at": "2024-02-29", "people_affected": 0}).order()
    assert (order.title, order.received_at, order.people_affected) == (
        "某小区停工", date(2024, 2, 29), 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": None}, ("title", "field-text")),
        ({"title": 7}, ("title", "field-text")),
        ({"title": "\t \n"}, ("title", "field-blank")),
        ({"title": "x" * 301}, ("title", "field-long")),
        ({"title": "two\nlines"}, ("title", "text-line")),
        ({"title": "bell\x07"}, ("title", "field-control")),
        ({"title": "abc\u202edef"}, ("title", "text-line")),
        ({"title": ["x"]}, ("title", "field-text")),
        ({"origin": "moon"}, ("origin", "field-choice")),
        ({"origin": ["district"]}, ("origin", "field-choice")),
        ({"received_at": "2023-02-29"}, ("received_at", "field-date")),
        ({"received_at": "2024-2-9"}, ("received_at", "field-date")),
        ({"received_at": "20240209"}, ("received_at", "field-date")),
        ({"received_at": "2024-W06-5"}, ("received_at", "field-date")),
        ({"received_at": "٢٠٢٤-٠٢-٠٩"}, ("received_at", "field-date")),
        ({"received_at": "0000-01-01"}, ("received_at", "field-date")),
        ({"received_at": "9999-12-31"}, ("received_at", "field-date-range")),
        ({"received_at": 1709164800}, ("received_at", "field-date")),
        ({"people_affected": -1}, ("people_affected", "field-number")),
        ({"people_affected": 1.0}, ("people_affected", "field-number")),
        ({"people_affected": True}, ("people_affected", "field-number")),
        ({"people_affected": "7"}, ("people_affected", "field-number")),
        ({"people_affected": 10**30}, ("people_affected", "field-number")),
        ({"code": "ZD-2026-001"}, ("code", "field-unknown")),
        ({"id": 777}, ("id", "field-unknown")),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(IssueForm, ISSUE | change) == [expected]


def test_all_wrong_fields_are_named_at_once() -> None:
    assert faults(IssueForm, {"origin": "x", "what": 1}) == [
        ("title", "field-required"), ("origin", "field-choice"), ("what", "field-unknown"),
    ]  # fmt: skip


def test_an_unknown_field_is_told_which_ones_there_are() -> None:
    with pytest.raises(InvalidError) as refused:
        fill(DeputyForm, {"form": "2026-03-01"})
    words = [say(f.message, "en") for f in refused.value.faults if f.field == "form"]
    assert words == ["There is no field “form”; it takes: principal, deputy, from, to, reason."]


@pytest.mark.parametrize("values", [None, 1, "x", [], [ISSUE], True])
def test_what_is_no_object_is_refused_as_such(values: object) -> None:
    assert faults(IssueForm, values) == [("body", "field-object")]


def test_faults_in_a_list_name_the_place() -> None:
    measures = [MEASURE, MEASURE | {"due": "soon", "colour": "red"}, "x"]
    assert faults(PlanForm, {"version": 1, "measures": measures}) == [
        ("measures.1.due", "field-date"),
        ("measures.1.colour", "field-unknown"),
        ("measures.2", "field-object"),
    ]
    assert faults(PlanForm, {"version": 1, "measures": "x"}) == [("measures", "field-list")]
    many = [MEASURE] * 101
    assert faults(PlanForm, {"version": 1, "measures": many}) == [("measures", "field-many")]


def test_a_field_of_any_other_kind_has_its_sentence_too() -> None:
    assert faults(Plain, {"accepted": "yes", "share": "half"}) == [
        ("accepted", "field-truth"), ("share", "field-wrong"),
    ]  # fmt: skip


def test_a_step_leaves_its_data_to_the_workflow() -> None:
    order = fill(StepForm, {"trigger": "__class__", "version": 0, "data": {"x": [1.5]}}).order()
    assert (order.trigger, order.data) == ("__class__", {"x": [1.5]})
    assert fill(StepForm, {"trigger": "", "version": 1, "data": None}).order().data == {}
    assert faults(StepForm, {"trigger": "x", "version": 1, "data": []}) == [
        ("data", "field-object")
    ]


def test_a_change_tells_what_stays_from_what_is_emptied() -> None:
    order = fill(ClaimChangeForm, {"paid_fen": None}).order()
    assert (order.paid_fen, order.difference_reason) == (None, UNSET)


def test_numbers_of_an_address_are_digits() -> None:
    good = {"from": "2026-03-03", "days": "5"}
    assert fill(DueForm, good).days == 5
    for wrong in ("05", "+5", "5.0", "５", "0", "1" * 400, "", " 5", "-1"):
        assert faults(DueForm, good | {"days": wrong}) == [("days", "field-number")]


@pytest.mark.parametrize("text", ["2026-03-03T15:00:00+08:00", "2026-03-03t07:00:00.0z",
                                  "2026-03-03 15:00:00 08:00"])  # fmt: skip
def test_an_instant_is_read_with_its_offset(text: str) -> None:
    assert fill(At, {"at": text}).at == datetime(2026, 3, 3, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-03-03", "2026-03-03T15:00:00", "2026-03-03T25:00:00Z", "2026-02-30T00:00:00Z",
     "2026-03-03T15:00:00+25:00", "0000-03-03T15:00:00Z", "2026-03-03T15:00:00,5Z", ""],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: str) -> None:
    assert faults(At, {"at": text}) == [("at", "field-instant")]


def test_an_instant_out_of_reach_is_refused() -> None:
    for text in ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"):
        assert faults(At, {"at": text}) == [("at", "field-date-range")]
    near = fill(At, {"at": "2199-12-30T00:00:00-12:00"}).at
    assert near.astimezone(UTC) - near < timedelta(1)


def test_a_parameter_stands_once() -> None:
    assert once([("a", "1"), ("b", "2")]) == {"a": "1", "b": "2"}
    with pytest.raises(InvalidError) as refused:
        once([("limit", "1"), ("limit", "1")])
    assert [fault.field for fault in refused.value.faults] == ["limit"]


def test_a_text_is_measured_as_it_was_sent() -> None:
    longest = "字" * 20_000
    assert fill(NoteForm, {"text": f" {longest[:-2]} "}).text == longest[:-2]
    assert faults(NoteForm, {"text": f" {longest}"}) == [("text", "field-long")]


def test_a_control_character_at_the_edge_is_told_of_and_not_dropped() -> None:
    assert faults(NoteForm, {"text": "\x1d到账"}) == [("text", "field-control")]

"""Notes, claims, replies and files: by whom, how they may be wrong, and when no more are taken."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from engine.errors import ConflictError, ForbiddenError, NotFoundError, UnsupportedError
from engine.service import case_files, parts
from engine.service.parts import ClaimChange, ClaimOrder, ReplyOrder
from tests.people import CHEN, HAN, LI, SUN, WU, ZHANG, ZHAO
from tests.service.case_office import PDF, CaseOffice, assert_said, fields_of, needs_of

OWED = ClaimOrder("wages", 12, 100_000)
REPLY = ReplyOrder("interim", "正在协调", date(2026, 3, 3), "meeting")


def test_a_note_stands_in_the_case_and_its_words_are_not_in_the_log(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned()
    note = case_office.does(CHEN, parts.add_note, code, "  已现场核查 ")
    assert (note["text"], note["by"]["login"]) == ("已现场核查", CHEN.login)
    assert case_office.show(code)["notes"] == [note]
    event = case_office.history(code)[-1]
    assert event["after"][f"note/{note['id']}"]["body"] == "已现场核查"
    case_office.assert_intact()


@pytest.mark.parametrize("text", ["", "  ", "\x00", "长" * 20_001])
def test_a_note_says_something(case_office: CaseOffice, text: str) -> None:
    code = case_office.assigned()
    refusal = case_office.refuses(lambda: case_office.does(ZHAO, parts.add_note, code, text), code)
    assert fields_of(refusal) == {"text"}


def test_what_is_owed_is_recorded_paid_and_explained(case_office: CaseOffice) -> None:
    code = case_office.started()
    claim = case_office.does(SUN, parts.record_claim, code, OWED)
    assert claim["paid_fen"] is None
    case_office.finish(code)
    case_office.reply(code, "interim")
    assert needs_of(case_office.refused(ZHANG, code, "stabilize")) == {"amounts-recorded"}
    case_office.does(SUN, parts.change_claim, code, claim["id"], ClaimChange(paid_fen=60_000))
    case_office.step(ZHANG, code, "stabilize")
    case_office.passes(days=16)
    case_office.reply(code, "final")
    closing: dict[str, Any] = {"outcome": "partly-resolved", "summary": "余款分期"}
    refusal = case_office.refused(ZHANG, code, "propose-closure", **closing)
    assert needs_of(refusal) == {"amounts-agree"}
    why = ClaimChange(difference_reason="余款分期")
    changed = case_office.does(SUN, parts.change_claim, code, claim["id"], why)
    assert (changed["paid_fen"], changed["difference_reason"]) == (60_000, "余款分期")
    case_office.step(ZHANG, code, "propose-closure", **closing)
    withdrawn = ClaimChange(difference_reason=None)
    case_office.does(SUN, parts.change_claim, code, claim["id"], withdrawn)
    assert needs_of(case_office.refused(CHEN, code, "close")) == {"proposal-unchanged"}
    case_office.assert_intact()


@pytest.mark.parametrize(
    ("order", "wrong"),
    [
        (ClaimOrder("gifts", 0, -1, 2**53), {"kind", "people", "owed_fen", "paid_fen"}),
        (ClaimOrder("wages", 1.5, "9"), {"people", "owed_fen"}),  # type: ignore[arg-type]  # from a request
        (ClaimOrder("wages", 10_000_001, 1), {"people"}),
    ],
)
def test_every_wrong_field_of_a_claim_is_named(
    case_office: CaseOffice, order: ClaimOrder, wrong: set[str]
) -> None:
    code = case_office.started()
    tried = partial(case_office.does, SUN, parts.record_claim, code, order)
    assert fields_of(case_office.refuses(tried, code)) == wrong


def test_a_reply_from_before_the_case_was_registered_is_refused(case_office: CaseOffice) -> None:
    code = case_office.started()
    begun = date.fromisoformat(case_office.show(code)["registered_at"][:10])
    early = replace(REPLY, delivered_on=begun - timedelta(days=1))
    tried = partial(case_office.does, ZHAO, parts.record_reply, code, early)
    assert fields_of(case_office.refuses(tried, code)) == {"delivered_on"}
    on_the_day = replace(REPLY, delivered_on=begun)
    assert case_office.does(ZHAO, parts.record_reply, code, on_the_day)["kind"] == REPLY.kind


def test_a_claim_that_is_not_there_or_not_changed_is_refused(case_office: CaseOffice) -> None:
    code = case_office.started()
    claim = case_office.does(SUN, parts.record_claim, code, OWED)
    change = partial(case_office.does, SUN, parts.change_claim, code)
    refusal = case_office.refuses(lambda: change(999, ClaimChange(paid_fen=1)), code)
    assert isinstance(refusal, NotFoundError)
    refusal = case_office.refuses(lambda: change(claim["id"], ClaimChange()), code)
    assert fields_of(refusal) == {"paid_fen"}


def test_a_reply_has_its_day_and_its_way(case_office: CaseOffice) -> None:
    code = case_office.started()
    reply = case_office.does(ZHAO, parts.record_reply, code, REPLY)
    assert (reply["delivered_on"], reply["means"]) == ("2026-03-03", "meeting")
    wrong = ReplyOrder("last", "", date(2026, 3, 4), "rumour")
    tried = partial(case_office.does, ZHAO, parts.record_reply, code, wrong)
    refusal = case_office.refuses(tried, code)
    assert fields_of(refusal) == {"kind", "text", "delivered_on", "means"}


def test_a_file_is_kept_by_its_bytes_and_read_by_who_sees_the_case(case_office: CaseOffice) -> None:
    code = case_office.started()
    number = case_office.file(code, SUN)
    for reader in (SUN, WU, ZHANG, ZHAO, HAN):
        name, media, content = case_office.does(reader, case_files.read_file, code, number)
        assert (name, media, content) == ("凭证.pdf", "application/pdf", PDF)
    with pytest.raises(NotFoundError):
        case_office.does(SUN, case_files.read_file, code, 999)
    case_office.assert_intact()


@pytest.mark.parametrize("name", ["", "a/b.pdf", "长" * 201, "\u202e", "a\x00b"])
def test_a_file_has_a_plain_name(case_office: CaseOffice, name: str) -> None:
    code = case_office.started()
    tried = partial(case_office.does, SUN, case_files.add_file, code, name, PDF)
    assert fields_of(case_office.refuses(tried, code)) == {"file"}


def test_a_file_of_no_known_kind_or_without_bytes_is_refused(case_office: CaseOffice) -> None:
    code = case_office.started()
    add = partial(case_office.does, SUN, case_files.add_file, code, "证明.pdf")
    assert fields_of(case_office.refuses(lambda: add(b""), code)) == {"file"}
    assert isinstance(case_office.refuses(lambda: add(b"\x00\x01MZ"), code), UnsupportedError)


def test_who_reads_only_writes_nothing(case_office: CaseOffice) -> None:
    code = case_office.started()
    for tried in (
        partial(case_office.does, HAN, parts.add_note, code, "审计"),
        partial(case_office.does, WU, parts.record_claim, code, OWED),
        partial(case_office.does, LI, parts.record_reply, code, REPLY),
        partial(case_office.does, HAN, case_files.add_file, code, "a.pdf", PDF),
    ):
        assert isinstance(case_office.refuses(tried, code), ForbiddenError)


def test_a_closed_case_takes_notes_and_no_more_changes(case_office: CaseOffice) -> None:
    code = case_office.closed()
    for tried in (
        partial(case_office.does, ZHAO, parts.record_claim, code, OWED),
        partial(case_office.does, ZHAO, parts.record_reply, code, REPLY),
        partial(case_office.does, ZHAO, case_files.add_file, code, "a.pdf", PDF),
    ):
        refusal = case_office.refuses(tried, code)
        assert isinstance(refusal, ConflictError)
        assert code in refusal.say("zh")
        assert_said(refusal)
    case_office.does(ZHAO, parts.add_note, code, "归档")
    assert case_office.show(code)["notes"][0]["text"] == "归档"

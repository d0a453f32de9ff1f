"""Every need of the default workflow, met and unmet, with its sentence and who could meet it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.domain.parties import PARTIES, name_all
from engine.domain.records import Tenure
from engine.errors import Unmet
from engine.words import Message, listed, say
from tests.domain.stage import ACCOUNTS, DUE, Stage, changed, id_of, measure, principal, workflow
from tests.people import BUILDING, CHEN, CHU, LI, SUN, WEI, ZHANG, ZHAO, Person
from workflows.needs import NEEDS, VOCABULARY

Made = Callable[[], Stage]


def _handed_over() -> Stage:
    return Stage().assigned().step(ZHAO, "hand-over", "轮岗", to=LI.login)


def _extension(due: str = "2026-05-25") -> Stage:
    return Stage().started().step(ZHANG, "request-extension", "备案", due=due)


def _suspension() -> Stage:
    return Stage().started().step(ZHANG, "request-suspension", "诉讼", review_on="2026-04-01")


def _suspended() -> Stage:
    return _suspension().step(WEI, "grant-suspension")


def _disposed(trigger: str, **data: str) -> Stage:
    return Stage().step(ZHAO, trigger, "不属本级", **data)


def _merging(*, closed: bool) -> Stage:
    stage = Stage()
    other = replace(stage.facts.case, id=2, code="DB-2026-0002")
    stage.cases = {other.code: other}
    stage.step(ZHAO, "merge", "同一工地", into=other.code)
    return stage.having(survivor=replace(other, closed_at=stage.now if closed else None))


def _unstaffed() -> Stage:
    stage = Stage().assigned().force()
    members = [t for t in stage.facts.tenure if t.account_id != id_of(SUN)]
    return stage.having(tenure=tuple(members))


MET_AND_UNMET: dict[str, tuple[Made, Made]] = {
    "acknowledged": (lambda: Stage().acknowledged(), lambda: Stage().assigned()),
    "amounts-agree": (lambda: Stage().owing(100), lambda: Stage().owing(40)),
    "amounts-recorded": (lambda: Stage().owing(40), lambda: Stage().owing(None)),
    "closure-pending": (lambda: Stage().proposed(), lambda: Stage().stabilized()),
    "disposal-pending": (lambda: _disposed("void"), Stage),
    "disposal-unchanged": (
        lambda: _disposed("void"),
        lambda: _disposed("void").case_is(due_on=date(2026, 9, 1)),
    ),
    "extension-adds-time": (_extension, lambda: _extension().case_is(due_on=date(2026, 5, 25))),
    "extension-pending": (_extension, lambda: Stage().started()),
    "extension-within-cap": (
        lambda: _extension("2026-06-19"),
        lambda: _extension("2026-06-19").case_is(due_on=DUE - timedelta(days=1)),
    ),
    "final-reply": (lambda: Stage().replied("final"), lambda: Stage().replied("interim")),
    "four-eyes": (lambda: Stage().assigned(), lambda: Stage().assigned().deputed(CHEN)),
    "handover-pending": (_handed_over, lambda: Stage().assigned()),
    "has-promised-date": (lambda: Stage().assigned(), Stage),
    "interim-reply": (lambda: Stage().replied("interim"), Stage),
    "leader-to-return-to": (
        lambda: Stage().closed(),
        lambda: Stage().closed().having(people=changed(ZHANG, roles=["unit"])),
    ),
    "liaison-named": (lambda: Stage().assigned().force(), lambda: Stage().assigned()),
    "limit-not-passed": (lambda: Stage().started(), lambda: Stage().started().passes(days=99)),
    "measures-complete": (
        lambda: Stage().assigned().plan(),
        lambda: Stage().assigned().plan(measure(owner_id=None)),
    ),
    "measures-finished": (
        lambda: Stage().started().report("in-force"),
        lambda: Stage().started().report("under-way"),
    ),
    "measures-proved": (
        lambda: Stage().started().report("done", proved=True),
        lambda: Stage().started().report("done"),
    ),
    "merger-pending": (lambda: _merging(closed=False), lambda: _disposed("void")),
    "no-closure-pending": (lambda: Stage().stabilized(), lambda: Stage().proposed()),
    "no-disposal-pending": (Stage, lambda: _disposed("void")),
    "no-draft-plan": (lambda: Stage().planned(), lambda: Stage().planned().plan()),
    "no-extension-pending": (lambda: Stage().started(), _extension),
    "no-handover-pending": (lambda: Stage().assigned(), _handed_over),
    "no-open-dispute": (lambda: Stage().disputed("upheld"), lambda: Stage().disputed()),
    "no-suspension-pending": (lambda: Stage().started(), _suspension),
    "no-time-won": (Stage, lambda: Stage().case_is(first_due_on=date(2026, 3, 4))),
    "no-unanswered-letter": (
        lambda: Stage().urged("accepted"),
        lambda: Stage().urged("returned"),
    ),
    "not-suspended": (lambda: Stage().started(), _suspended),
    "not-yet-acknowledged": (lambda: Stage().assigned(), lambda: Stage().acknowledged()),
    "observation-over": (
        lambda: Stage().stabilized().passes(days=16),
        lambda: Stage().stabilized().passes(days=15),
    ),
    "officer-of-every-unit": (lambda: Stage().assigned().force(), _unstaffed),
    "plan-adopted": (lambda: Stage().planned(), lambda: Stage().planned().plan()),
    "proposal-unchanged": (
        lambda: Stage().proposed(),
        lambda: Stage().proposed().replied("final"),
    ),
    "referral-pending": (
        lambda: _disposed("refer", body="区住建局"),
        lambda: _disposed("void"),
    ),
    "reopening-window": (
        lambda: Stage().closed().passes(days=90),
        lambda: Stage().closed().passes(days=91),
    ),
    "successor-fit": (
        _handed_over,
        lambda: _handed_over().having(people=changed(LI, enabled=False)),
    ),
    "survivor-open": (lambda: _merging(closed=False), lambda: _merging(closed=True)),
    "suspended": (_suspended, lambda: Stage().started()),
    "suspension-pending": (_suspension, lambda: Stage().started()),
    "voiding-pending": (lambda: _disposed("void"), Stage),
    "work-not-started": (
        lambda: Stage().planned(),
        lambda: Stage().planned().report("under-way"),
    ),
}
DATA = {"no-time-won": {"due": DUE}}


def lacking(stage: Stage, name: str, who: Person = CHEN) -> Message | None:
    """Ask a need; give its sentence where it is unmet."""
    need = VOCABULARY.needs[name]
    missing = need.check(stage.attempt(who, DATA.get(name)))
    return None if missing is None else Message(need.sentence, missing)


def test_every_need_is_tried() -> None:
    assert set(MET_AND_UNMET) == set(VOCABULARY.needs)
    assert len(NEEDS) == len(VOCABULARY.needs)


@pytest.mark.parametrize("name", MET_AND_UNMET)
def test_a_need_is_met_or_says_in_both_languages_what_is_missing(name: str) -> None:
    met, unmet = MET_AND_UNMET[name]
    assert lacking(met(), name) is None
    sentence = lacking(unmet(), name)
    assert sentence is not None
    zh, en = say(sentence, "zh"), say(sentence, "en")
    assert zh != en
    assert not {"{", "}"} & {*zh, *en}


@pytest.mark.parametrize("name", MET_AND_UNMET)
def test_a_need_names_who_could_meet_it(name: str) -> None:
    need = VOCABULARY.needs[name]
    assert set(need.suppliers) <= set(PARTIES)
    facts = MET_AND_UNMET[name][1]().facts
    named = Unmet(name, Message(need.sentence, {}), name_all(need.suppliers, facts, workflow()))
    if need.suppliers == ("no-one",):
        assert {say(named.who, "zh"), say(named.who, "en")} == {""}
        return
    assert say(named.who, "zh")
    assert say(named.who, "en") != say(named.who, "zh")


def test_a_difference_that_is_explained_agrees() -> None:
    assert lacking(Stage().owing(40, "余款分期"), "amounts-agree") is None


def test_a_final_reply_is_an_interim_one_too() -> None:
    assert lacking(Stage().replied("final"), "interim-reply") is None


def test_a_member_who_was_disabled_stands_for_no_unit() -> None:
    stage = Stage().assigned().force().having(people=changed(SUN, enabled=False))
    sentence = lacking(stage, "officer-of-every-unit")
    assert sentence is not None
    assert sentence.params["units"] == listed([BUILDING.name])


def test_a_plan_without_any_measure_is_not_complete() -> None:
    sentence = lacking(Stage().assigned(), "measures-complete")
    assert sentence is not None
    assert say(sentence, "en") == "The resolution plan has no measure"


def test_nobody_returns_to_a_case_that_nobody_led() -> None:
    stage = _disposed("void").step(CHEN, "void")
    assert lacking(stage, "leader-to-return-to") is not None


@pytest.mark.parametrize("role", ["lead-unit", "supporting-unit"])
def test_who_belongs_to_a_unit_of_the_case_approves_nothing(role: str) -> None:
    stage, own = Stage().assigned(), principal(CHEN).unit_id
    past = Tenure(1, 77, role, None, own, stage.now, stage.now, "assign")
    stage.having(tenure=(*stage.facts.tenure, past))
    assert lacking(stage, "four-eyes") is not None
    assert lacking(stage, "four-eyes", WEI) is None


def test_who_once_answered_approves_nothing() -> None:
    stage = _handed_over().step(LI, "accept-handover")
    assert ACCOUNTS[id_of(CHU)].enabled
    for former in (ZHANG, LI):
        assert lacking(stage, "four-eyes", former) is not None
    assert lacking(stage, "four-eyes", CHU) is None


def test_each_extension_counts_towards_the_cap() -> None:
    stage = _extension("2026-06-09").step(WEI, "grant-extension")
    data = {"due": date(2026, 6, 20)}
    missing = VOCABULARY.needs["extension-within-cap"].check(stage.attempt(ZHANG, data))
    assert missing == {"cap": 30, "granted": 20, "left": 10, "latest": date(2026, 6, 19)}

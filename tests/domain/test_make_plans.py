"""Plans are versions; a measure goes on under its number, and what is late cannot slip away."""

from datetime import date

from engine.domain import planning
from tests.domain.stage import Stage, id_of, measure
from tests.people import CHEN, SUN, ZHANG, ZHAO

LATER = date(2026, 7, 1)


def kept(stage: Stage, **other: object) -> planning.Wanted:
    """Give the first measure as it goes on."""
    return measure(no=stage.facts.measures[0].no, **other)


def test_a_version_follows_another_and_measures_keep_their_numbers() -> None:
    stage = Stage().assigned().plan()
    number = stage.facts.measures[0].no
    stage.plan(kept(stage, title="改写"), measure(title="新增"))
    assert [plan.version for plan in stage.facts.plan] == [1, 2]
    assert [(m.no == number, m.title) for m in stage.facts.measures] == [
        (True, "改写"), (False, "新增"),
    ]  # fmt: skip
    newest = stage.facts.newest_plan
    assert newest is not None
    assert newest.measures == [m.no for m in stage.facts.measures]
    assert newest.adopted_at is None


def test_a_measure_that_a_version_leaves_out_is_dropped_at_its_adoption() -> None:
    stage = Stage().planned()
    number = stage.facts.measures[0].no
    stage.plan(measure(title="换一项"))
    assert stage.facts.clock_of("measure", number) is not None
    stage.adopt()
    assert stage.facts.clock_of("measure", number) is None
    assert [m.title for m in stage.facts.measures] == ["换一项"]


def test_what_only_a_draft_dropped_may_go_on() -> None:
    stage = Stage().planned()
    number = stage.facts.measures[0].no
    stage.plan(measure(title="换一项"))
    assert number in {m.no for m in planning.going_on(stage.facts)}
    stage.plan(measure(no=number)).adopt()
    assert [m.no for m in stage.facts.measures] == [number]


def test_a_date_binds_from_the_day_it_is_missed() -> None:
    stage = Stage().planned()
    first = stage.facts.measures[0]
    assert planning.bound_date(stage.facts, first, stage.now) is None
    stage.passes(days=40)
    assert planning.is_late(stage.facts, first, stage.now)
    assert planning.bound_date(stage.facts, first, stage.now) == first.due_on


def test_a_date_that_was_missed_binds_after_the_measure_is_finished() -> None:
    stage = Stage().planned().passes(days=40).report("done")
    assert planning.is_late(stage.facts, stage.facts.measures[0], stage.now)
    stage.report("done", proved=True)
    first = stage.facts.measures[0]
    assert not planning.is_late(stage.facts, first, stage.now)
    assert planning.bound_date(stage.facts, first, stage.now) == first.due_on
    in_time = Stage().planned().report("done", proved=True).passes(days=40)
    assert planning.bound_date(in_time.facts, in_time.facts.measures[0], in_time.now) is None


def test_what_became_late_under_a_draft_is_seen_to_escape() -> None:
    for draft in (measure(title="换一项"), None):
        stage = Stage().planned()
        number = stage.facts.measures[0].no
        stage.plan(draft or kept(stage, due_on=LATER))
        assert planning.escaping(stage.facts, stage.now) == ()
        stage.passes(days=40)
        assert [m.no for m in planning.escaping(stage.facts, stage.now)] == [number]
    stage = Stage().planned()
    stage.plan(kept(stage, title="改写")).passes(days=40)
    assert planning.escaping(stage.facts, stage.now) == ()


def test_a_report_carries_its_status_and_its_evidence_over() -> None:
    stage = Stage().planned().report("done")
    first = stage.facts.measures[0]
    assert (first.status, first.proved, first.finished_at) == ("done", False, None)
    stage.passes(days=1).report("in-force", proved=True)
    finished = stage.now
    stage.passes(days=1).report("done")
    first = stage.facts.measures[0]
    assert (first.proved, first.finished_at) == (True, finished)
    stage.report("under-way")
    assert stage.facts.measures[0].finished_at is None
    told = ["done", "in-force", "done", "under-way"]
    assert [row.status for row in stage.facts.progress] == told
    assert {row.by_id for row in stage.facts.progress} == {id_of(SUN)}


def test_a_measure_that_goes_on_after_all_has_its_clock_and_its_date_again() -> None:
    stage = Stage().planned().report("done", proved=True).passes(days=3).report("under-way")
    number = stage.facts.measures[0].no
    clock = stage.facts.clock_of("measure", number)
    assert clock is not None
    assert clock.due_on == stage.facts.measures[0].due_on


def test_a_reopened_case_takes_up_the_clocks_of_what_is_unfinished() -> None:
    stage = Stage().planned(measure(), measure(title="第二项")).report("done", proved=True, place=1)
    unfinished = stage.facts.measures[0].no
    stage.step(ZHAO, "void", "重复").step(CHEN, "void")
    assert {clock.ended_by for clock in stage.facts.clock} == {"stopped"}
    stage.passes(days=60).step(CHEN, "reopen", "并非重复")
    going = {clock.kind: clock.subject for clock in stage.facts.running}
    assert going["measure"] == unfinished
    assert planning.is_late(stage.facts, stage.facts.measures[0], stage.now)
    assert stage.facts.case.lead_id == id_of(ZHANG)

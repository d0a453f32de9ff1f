"""The clocks of product.md: when each starts, when it is due, and what stops it."""

from datetime import date, timedelta

from tests.model.days import day_of, end_of
from tests.model.matter import Asked, Matter, Task, Tick
from tests.model.office import Office

WORKING_DAYS = {
    "assign": 1, "acknowledge": 1, "plan": 3, "handover": 2, "extension": 3, "suspension": 3,
    "closure": 3,
}  # fmt: skip
OBSERVED = 15
DECISIONS = ("handover", "extension", "suspension", "closure")


def begin(office: Office, matter: Matter, kind: str) -> None:
    """Start a clock of so many working days; one that runs is put off, or ends where it is late."""
    n, running = WORKING_DAYS[kind], matter.tick(kind)
    tick = Tick(kind, None, office.now, office.today, office.now, counted=(office.today, n))
    _count(office, tick)
    if running is not None and running.due_on == tick.due_on:
        return
    if running is not None and running.late(office.now):
        end(office, running, "stopped")
    elif running is not None:
        end(office, running, "superseded")
        tick.started, tick.follows = running.started, office.now
    matter.ticks.append(tick)


def _count(office: Office, tick: Tick) -> None:
    if tick.counted is not None:
        start, n = tick.counted
        tick.due_on = office.days.nth(start, n)
        tick.due_at = end_of(tick.due_on)
        tick.provisional = office.days.provisional(start, tick.due_on)


def observe(office: Office, matter: Matter) -> None:
    """Start the observation: a minimum of 15 days, not a limit."""
    due = office.today + timedelta(days=OBSERVED)
    matter.ticks.append(Tick("observe", None, office.now, due, end_of(due), limit=False))


def urge(office: Office, matter: Matter, no: int, until: date, *, signed: bool) -> None:
    """Start the clocks of a letter: for its receipt, unless it was signed for, and its answer."""
    if not signed:
        tick = Tick(
            "urge-receipt", no, office.now, office.today, office.now, counted=(office.today, 1)
        )
        _count(office, tick)
        matter.ticks.append(tick)
    matter.ticks.append(Tick("urge", no, office.now, until, end_of(until)))


def answered(office: Office, matter: Matter, kind: str, no: int) -> None:
    """Stop a clock of a letter."""
    tick = matter.tick(kind, no)
    if tick is not None:
        end(office, tick, "stopped")


def stop(office: Office, matter: Matter, *kinds: str) -> None:
    """Stop clocks by their kinds."""
    for tick in matter.running:
        if tick.kind in kinds:
            end(office, tick, "stopped")


def end(office: Office, tick: Tick, how: str) -> None:
    """End a clock."""
    tick.ended, tick.how = office.now, how


def stop_all(office: Office, matter: Matter) -> None:
    """Stop every clock: the case is closed."""
    stop(office, matter, *{tick.kind for tick in matter.running})


def instead(office: Office, matter: Matter, tick: Tick, due: date, **given: object) -> Tick:
    """Put another clock in the place of a running one; it keeps the start of the first."""
    end(office, tick, "superseded")
    kept = {"limit": tick.limit, "paused": tick.paused, "follows": office.now} | given
    new = Tick(tick.kind, tick.subject, tick.started, due, end_of(due), **kept)  # type: ignore[arg-type]  # by name
    matter.ticks.append(new)
    return new


def promise(office: Office, matter: Matter) -> None:
    """Let the resolve clock run to the case's own date; it never starts anew, it goes on."""
    if matter.due is None:
        return
    running = matter.tick("resolve")
    if running is not None:
        if running.due_on != matter.due:
            instead(office, matter, running, matter.due, paused=None)
        return
    former = [t for t in matter.ticks if t.kind == "resolve"]
    started = former[0].started if former else office.now
    due = matter.due
    matter.ticks.append(Tick("resolve", None, started, due, end_of(due), follows=office.now))


def pause(office: Office, matter: Matter) -> None:
    """Let the resolve clock stand still."""
    tick = matter.tick("resolve")
    if tick is not None and tick.paused is None:
        tick.paused = office.now


def go_on(office: Office, matter: Matter) -> None:
    """Let a paused resolve clock go on: its date moves by the days that it stood still."""
    tick = matter.tick("resolve")
    if tick is None or tick.paused is None:
        return
    days = (office.today - day_of(tick.paused)).days
    matter.due = tick.due_on + timedelta(days=days)
    instead(office, matter, tick, matter.due, paused=None)


def extend(office: Office, matter: Matter, asked: Asked) -> None:
    """Supersede the resolve clock by the date that was granted."""
    tick = matter.tick("resolve")
    if tick is None or asked.new_due is None:
        return
    days = (asked.new_due - tick.due_on).days
    matter.due = asked.new_due
    instead(office, matter, tick, asked.new_due, why="extension", days=days)


def extended(matter: Matter) -> int:
    """Count the days of all extensions granted so far."""
    return sum(tick.days for tick in matter.ticks if tick.why == "extension")


def measure(office: Office, matter: Matter, task: Task) -> None:
    """Let a measure's clock run to the measure's own date, or stop where it is finished."""
    running = matter.tick("measure", task.id)
    if task.dropped or task.finished:
        if running is not None:
            end(office, running, "stopped")
    elif task.due is None:
        return
    elif running is None:
        matter.ticks.append(Tick("measure", task.id, office.now, task.due, end_of(task.due)))
    elif running.due_on != task.due:
        instead(office, matter, running, task.due, paused=None)


def recount(office: Office, matter: Matter) -> bool:
    """Follow a change of the calendar; what is past due stays, unless it was provisional."""
    moved = False
    for tick in matter.running:
        if tick.counted is None or (tick.late(office.now) and not tick.provisional):
            continue
        start, n = tick.counted
        due = office.days.nth(start, n)
        provisional = office.days.provisional(start, due)
        if (due, provisional) != (tick.due_on, tick.provisional):
            instead(
                office, matter, tick, due, counted=tick.counted, provisional=provisional,
            )  # fmt: skip
            moved = True
    return moved


def take_over(office: Office, mine: Matter, theirs: Matter) -> None:
    """Let a surviving case take the earlier dates; theirs still run when this is asked."""
    if theirs.due and (mine.due is None or theirs.due < mine.due):
        mine.first_due = min(filter(None, (mine.first_due, theirs.due)))
        mine.due = theirs.due if mine.due else None
    for tick in theirs.running:
        own = mine.tick(tick.kind) if tick.subject is None else None
        if own and tick.limit and tick.kind not in DECISIONS and tick.due_at < own.due_at:
            instead(office, mine, own, tick.due_on)

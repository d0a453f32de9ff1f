"""The outbox, emptied: what is due goes out, is tried again with growing waits, or is laid aside.

A job is claimed under a lease in one transaction, sent with no transaction open, and marked in
another. So a page never waits for a slow mail server, and a node that dies in between leaves a job
that another takes when the lease ends: what goes out may go out twice, under one stable id. What
may not go out yet (after hours, while a robot's pace or a peer's rest asks for it) is given back
without counting as a try.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Any, Protocol

import orjson

from engine.channels import robots, webhooks
from engine.channels.mail import Mail, MailServer
from engine.channels.outbound import ChannelError, Outbound
from engine.channels.webhooks import Delivery
from engine.domain.officehours import half_days
from engine.domain.records import Account
from engine.failpoints import failpoint
from engine.service.desk import Desk
from engine.service.digest import digest_of, subject_of
from engine.service.hooks import body_of
from engine.service.notices import DIGEST, present_half, send_later
from engine.settings import Settings, real_now
from engine.store import hooks, jobs, messages, rows
from engine.store.jobs import Job, Pace
from engine.words import Locale

HOOK, MAIL, ROBOT = "webhook", "mail", "robot"
SHARES = ((DIGEST, MAIL, ROBOT), (HOOK,))
"""What goes out to people and what to systems: each has every other turn, where both wait."""
LEASE = timedelta(minutes=2)
"""More than ten times what an exchange may take: nobody else sends what is still being sent."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MOST_ATTEMPTS = 80
"""After so many tries a job is a dead letter: with the waits between them, three days."""
REST = timedelta(seconds=30)
"""How long a peer that could not be reached is left alone, so that others do not wait for it."""
LONGEST_ERROR = 300


class Office(Protocol):
    """What the outbox needs of the application."""

    @property
    def settings(self) -> Settings:
        """The configuration: where mail goes and what may be reached."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What goes out: to which peer, how, and under which pace of whoever takes it."""

    peer: str
    send: Callable[[datetime], None]
    pace: Pace | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Not now, and not for want of trying: when, and why."""

    until: datetime
    why: str | None = None


@dataclass(slots=True)
class Node:
    """One process that empties the outbox; its name tells its leases from others'."""

    office: Office
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    over: Event = field(default_factory=Event)
    _resting: dict[str, datetime] = field(default_factory=dict)
    _turn: int = 0

    def drain(self) -> int:
        """Send what is due until nothing is, or it is told to stop; give how many were done."""
        done = 0
        while not self.over.is_set() and (job := self._claim()):
            done += self._carry_out(job)
        return done

    def _claim(self) -> Job | None:
        """Take what is due: people's and systems' by turns, so that neither waits for the other."""
        self._turn ^= 1
        with self.office.writing("timer") as desk:
            tries = (SHARES[self._turn], SHARES[self._turn ^ 1])
            taken = (jobs.claim(desk.conn, self.name, desk.now, LEASE, kinds) for kinds in tries)
            claimed = next((job for job in taken if job is not None), None)
        failpoint("outbox.after-claim")
        return claimed

    def _carry_out(self, job: Job) -> bool:
        peer = None
        try:
            packed = self._pack(job)
            if isinstance(packed, Later):
                self._defer(job, packed)
                return False
            if packed is not None:
                peer = packed.peer
                packed.send(real_now())
        except ChannelError as error:
            self._failed(job, error, peer)
            return False
        except Exception as error:  # noqa: BLE001  # one job that cannot be packed stops no other
            self._failed(job, ChannelError(type(error).__name__))
            return False
        failpoint("outbox.after-send")
        with self.office.writing("timer") as desk:
            return jobs.finish(desk.conn, job.key, self.name, desk.now)

    def _defer(self, job: Job, later: Later) -> None:
        with self.office.writing("timer") as desk:
            jobs.defer(desk.conn, job.key, self.name, later.until, later.why)

    def _failed(self, job: Job, error: ChannelError, peer: str | None = None) -> None:
        why = error.why[:LONGEST_ERROR]
        with self.office.writing("timer") as desk:
            if error.unreachable and peer is not None:
                self._resting[peer] = desk.now + REST
            if error.permanent or job.attempts >= MOST_ATTEMPTS:
                jobs.give_up(desk.conn, job.key, self.name, desk.now, why)
            else:
                until = desk.now + wait_after(job.attempts)
                jobs.postpone(desk.conn, job.key, self.name, until, why)

    def _pack(self, job: Job) -> Sending | Later | None:
        """Read what a job is about, in a transaction of its own, and whether it may go out now."""
        if job.attempts > MOST_ATTEMPTS:  # no try before this one came to an end
            raise ChannelError("whoever tried it ended each time", permanent=True)
        with self.office.writing("timer") as desk:
            packed = _PACKS[job.kind](self.office.settings, desk, job)
            return packed if packed is None else self._hold_back(desk, job, packed)

    def _hold_back(self, desk: Desk, job: Job, packed: Sending) -> Sending | Later:
        """Let a peer rest, a robot keep its pace, and nobody be disturbed after hours."""
        opens = desk.now if job.kind == HOOK else opening(desk)
        if opens > desk.now:
            return Later(opens)
        if self._resting.get(packed.peer, desk.now) > desk.now:
            return Later(self._resting[packed.peer], job.last_error)
        turn = packed.pace and jobs.take_turn(desk.conn, packed.pace, real_now())
        return Later(desk.now + turn, "pace") if turn else packed


def opening(desk: Desk) -> datetime:
    """Give when somebody may be disturbed: now, within office hours, else when they begin."""
    return next(half_days(desk.now, desk.calendar, desk.zone)).opens_at


def wait_after(attempts: int) -> timedelta:
    """Give how long to wait after so many tries: it doubles, up to an hour."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def _digest(settings: Settings, desk: Desk, job: Job) -> None:
    """Bind a person's messages of a half day, and have them sent by each way to that person.

    Each way is a job of its own: where one fails and is tried again, the other is not. A half day
    that has passed meanwhile is none to send in: what was to be told then goes into the next one,
    with everything else.
    """
    account = rows.fetch_one(desk.conn, "account", id=job.payload["account"])
    if account is None or not account.enabled:
        return
    if not job.key.endswith(present_half(desk)):
        send_later(desk, account.id)
        return
    messages.bind_unsent(desk.conn, account.id, job.key)
    if not messages.bound(desk.conn, job.key):
        return
    payload = {"account": account.id, "digest": job.key}
    ways = {
        MAIL: account.email and settings.smtp_url and settings.mail_from,
        ROBOT: account.robot,
    }
    for way in filter(ways.get, ways):
        jobs.put(desk.conn, f"{way}:{job.key}", way, desk.now, payload)


def _mail(settings: Settings, desk: Desk, job: Job) -> Sending | None:
    account, text = _written(settings, desk, job)
    if account is None or not account.email:
        return None
    subject = subject_of(desk, messages.bound(desk.conn, job.payload["digest"]))
    server = MailServer(settings.smtp_url or "", settings.mail_from or "", _domain(settings))
    mail = Mail(job.payload["digest"], account.email, subject, text)
    return Sending("mail", lambda at: server.send(mail, at))


def _robot(settings: Settings, desk: Desk, job: Job) -> Sending | None:
    account, text = _written(settings, desk, job)
    if account is None or not account.robot:
        return None
    outbound, address = Outbound(settings.outbound_allow), account.robot
    pace = Pace(robots.identity(address), robots.limits(address))
    peer = outbound.peer(robots.url_of(address))
    return Sending(peer, lambda at: robots.send(outbound, address, text, at), pace)


def _written(settings: Settings, desk: Desk, job: Job) -> tuple[Account | None, str]:
    """Write a digest; nobody gets it whose account was shut meanwhile."""
    account: Account | None = rows.fetch_one(desk.conn, "account", id=job.payload["account"])
    if account is None or not account.enabled:
        return None, ""
    told = messages.bound(desk.conn, job.payload["digest"])
    return account, digest_of(desk, account, told, settings.public_url)


def _hook(settings: Settings, desk: Desk, job: Job) -> Sending | None:
    """Pack one event for one webhook; one that was ended meanwhile gets nothing any more."""
    hook = hooks.find(desk.conn, job.payload["webhook"])
    body = body_of(desk, job.payload["stream"], job.payload["seq"])
    if hook is None or hook.ended_at is not None or body is None:
        return None
    delivery = Delivery(hook.url, hook.secret, _event_id(job.payload), orjson.dumps(body))
    outbound = Outbound(settings.outbound_allow)
    return Sending(outbound.peer(hook.url), lambda at: webhooks.send(outbound, delivery, at))


def _event_id(payload: Mapping[str, Any]) -> str:
    return f"{payload['stream']}-{payload['seq']}"


def _domain(settings: Settings) -> str:
    return (settings.mail_from or "").rpartition("@")[2] or "localhost"


_PACKS: dict[str, Callable[[Settings, Desk, Job], Sending | None]] = {
    DIGEST: _digest,
    MAIL: _mail,
    ROBOT: _robot,
    HOOK: _hook,
}

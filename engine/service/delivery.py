"""The outbox, emptied: what is due goes out, is tried again with growing waits, or is laid aside.

A job is claimed under a lease in one transaction, sent with no transaction open, and marked in
another. So a page never waits for a slow mail server, and a node that dies in between leaves a job
that another takes when the lease ends: what goes out may go out twice, under one stable id.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson

from engine.channels import robots, webhooks
from engine.channels.mail import Mail, MailServer
from engine.channels.outbound import ChannelError, Outbound
from engine.channels.webhooks import Delivery
from engine.failpoints import failpoint
from engine.service.desk import Desk
from engine.service.digest import digest_of, subject_of
from engine.service.hooks import body_of
from engine.service.notices import DIGEST
from engine.settings import Settings, real_now
from engine.store import hooks, jobs, messages, rows
from engine.store.jobs import Job
from engine.words import Locale

HOOK = "webhook"
LEASE = timedelta(minutes=2)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
MOST_ATTEMPTS = 12
"""After so many tries a job is a dead letter: with the waits between them, half a day."""
LONGEST_ERROR = 300


class Office(Protocol):
    """What the outbox needs of the application."""

    @property
    def settings(self) -> Settings:
        """The configuration: where mail goes and what may be reached."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to go out for one job: each of `sends` once, in order. None: nothing to send."""

    sends: tuple[Callable[[datetime], None], ...] = ()


@dataclass(slots=True)
class Node:
    """One process that empties the outbox; its name tells its leases from others'."""

    office: Office
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    def drain(self) -> int:
        """Send what is due until nothing is; give how many jobs were done."""
        done = 0
        while claimed := self._claim():
            done += sum(self._carry_out(job) for job in claimed)
        return done

    def _claim(self) -> list[Job]:
        with self.office.writing("timer") as desk:
            claimed = jobs.claim(desk.conn, self.name, desk.now, LEASE)
        failpoint("outbox.after-claim")
        return claimed

    def _carry_out(self, job: Job) -> bool:
        try:
            for send in self._pack(job).sends:
                send(real_now())
        except ChannelError as error:
            self._failed(job, error)
            return False
        except Exception as error:  # noqa: BLE001  # one job that cannot be packed stops no other
            self._failed(job, ChannelError(type(error).__name__))
            return False
        failpoint("outbox.after-send")
        with self.office.writing("timer") as desk:
            return jobs.finish(desk.conn, job.key, self.name, desk.now)

    def _failed(self, job: Job, error: ChannelError) -> None:
        why = error.why[:LONGEST_ERROR]
        with self.office.writing("timer") as desk:
            if error.permanent or job.attempts >= MOST_ATTEMPTS:
                jobs.give_up(desk.conn, job.key, self.name, desk.now, why)
            else:
                until = desk.now + wait_after(job.attempts)
                jobs.postpone(desk.conn, job.key, self.name, until, why)

    def _pack(self, job: Job) -> Parcel:
        """Read what a job is about, in a transaction of its own."""
        with self.office.writing("timer") as desk:
            return _PACKS[job.kind](self.office.settings, desk, job)


def wait_after(attempts: int) -> timedelta:
    """Give how long to wait after so many tries: it doubles, up to an hour."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def _digest(settings: Settings, desk: Desk, job: Job) -> Parcel:
    """Pack a person's messages of a half day: one mail, one word of the robot, or both."""
    account = rows.fetch_one(desk.conn, "account", id=job.payload["account"])
    told = messages.take_unsent(desk.conn, job.payload["account"], job.key)
    if account is None or not account.enabled or not told:
        return Parcel()
    text, subject = digest_of(desk, account, told, settings.public_url), subject_of(desk, told)
    sends: list[Callable[[datetime], None]] = []
    if account.email and settings.smtp_url and settings.mail_from:
        server = MailServer(settings.smtp_url, settings.mail_from, _domain(settings))
        mail = Mail(job.key, account.email, subject, text)
        sends.append(lambda at: server.send(mail, at))
    if account.robot:
        outbound, address = Outbound(settings.outbound_allow), account.robot
        sends.append(lambda at: robots.send(outbound, address, text, at))
    return Parcel(tuple(sends))


def _hook(settings: Settings, desk: Desk, job: Job) -> Parcel:
    """Pack one event for one webhook; one that was ended meanwhile gets nothing any more."""
    hook = hooks.find(desk.conn, job.payload["webhook"])
    body = body_of(desk, job.payload["stream"], job.payload["seq"])
    if hook is None or hook.ended_at is not None or body is None:
        return Parcel()
    delivery = Delivery(hook.url, hook.secret, _event_id(job.payload), orjson.dumps(body))
    outbound = Outbound(settings.outbound_allow)
    return Parcel((lambda at: webhooks.send(outbound, delivery, at),))


def _event_id(payload: Mapping[str, Any]) -> str:
    return f"{payload['stream']}-{payload['seq']}"


def _domain(settings: Settings) -> str:
    return (settings.mail_from or "").rpartition("@")[2] or "localhost"


_PACKS: dict[str, Callable[[Settings, Desk, Job], Parcel]] = {DIGEST: _digest, HOOK: _hook}

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
from engine.domain.records import Account
from engine.failpoints import failpoint
from engine.service.desk import Desk
from engine.service.digest import digest_of, subject_of
from engine.service.hooks import body_of
from engine.service.notices import DIGEST
from engine.settings import Settings, real_now
from engine.store import hooks, jobs, messages, rows
from engine.store.jobs import Job
from engine.words import Locale

HOOK, MAIL, ROBOT = "webhook", "mail", "robot"
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


Send = Callable[[datetime], None]
"""Sends what one job is about, once."""


@dataclass(slots=True)
class Node:
    """One process that empties the outbox; its name tells its leases from others'."""

    office: Office
    name: str = field(default_factory=lambda: secrets.token_hex(8))

    def drain(self) -> int:
        """Send what is due until nothing is; give how many jobs were done."""
        done = 0
        while job := self._claim():
            done += self._carry_out(job)
        return done

    def _claim(self) -> Job | None:
        with self.office.writing("timer") as desk:
            claimed = jobs.claim(desk.conn, self.name, desk.now, LEASE)
        failpoint("outbox.after-claim")
        return claimed

    def _carry_out(self, job: Job) -> bool:
        try:
            send = self._pack(job)
            if send is not None:
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

    def _pack(self, job: Job) -> Send | None:
        """Read what a job is about, in a transaction of its own."""
        with self.office.writing("timer") as desk:
            return _PACKS[job.kind](self.office.settings, desk, job)


def wait_after(attempts: int) -> timedelta:
    """Give how long to wait after so many tries: it doubles, up to an hour."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def _digest(settings: Settings, desk: Desk, job: Job) -> None:
    """Bind a person's messages of a half day, and have them sent by each way to that person.

    Each way is a job of its own: where one fails and is tried again, the other is not.
    """
    account = rows.fetch_one(desk.conn, "account", id=job.payload["account"])
    if account is None or not account.enabled:
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


def _mail(settings: Settings, desk: Desk, job: Job) -> Send | None:
    account, text = _written(settings, desk, job)
    if account is None or not account.email:
        return None
    subject = subject_of(desk, messages.bound(desk.conn, job.payload["digest"]))
    server = MailServer(settings.smtp_url or "", settings.mail_from or "", _domain(settings))
    mail = Mail(job.payload["digest"], account.email, subject, text)
    return lambda at: server.send(mail, at)


def _robot(settings: Settings, desk: Desk, job: Job) -> Send | None:
    account, text = _written(settings, desk, job)
    if account is None or not account.robot:
        return None
    outbound, address = Outbound(settings.outbound_allow), account.robot
    return lambda at: robots.send(outbound, address, text, at)


def _written(settings: Settings, desk: Desk, job: Job) -> tuple[Account | None, str]:
    """Write a digest; nobody gets it whose account was shut meanwhile."""
    account: Account | None = rows.fetch_one(desk.conn, "account", id=job.payload["account"])
    if account is None or not account.enabled:
        return None, ""
    told = messages.bound(desk.conn, job.payload["digest"])
    return account, digest_of(desk, account, told, settings.public_url)


def _hook(settings: Settings, desk: Desk, job: Job) -> Send | None:
    """Pack one event for one webhook; one that was ended meanwhile gets nothing any more."""
    hook = hooks.find(desk.conn, job.payload["webhook"])
    body = body_of(desk, job.payload["stream"], job.payload["seq"])
    if hook is None or hook.ended_at is not None or body is None:
        return None
    delivery = Delivery(hook.url, hook.secret, _event_id(job.payload), orjson.dumps(body))
    outbound = Outbound(settings.outbound_allow)
    return lambda at: webhooks.send(outbound, delivery, at)


def _event_id(payload: Mapping[str, Any]) -> str:
    return f"{payload['stream']}-{payload['seq']}"


def _domain(settings: Settings) -> str:
    return (settings.mail_from or "").rpartition("@")[2] or "localhost"


_PACKS: dict[str, Callable[[Settings, Desk, Job], Send | None]] = {
    DIGEST: _digest,
    MAIL: _mail,
    ROBOT: _robot,
    HOOK: _hook,
}

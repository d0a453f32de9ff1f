"""Which identity of a provider an account is: links that somebody makes, never the provider.

An identity is the pair of issuer and subject. Names and mail addresses that a provider tells are
not read: whoever may choose theirs there would choose whom they are here. Links are made by an
administrator, or by the official from a session, after a proof of late; each is an event.
"""

import hashlib
from dataclasses import dataclass

from typing_extensions import TypedDict

from engine.channels.id_token import Identity, is_subject
from engine.domain.access import Principal, require
from engine.domain.events import Kind
from engine.errors import ConflictError, ForbiddenError, NotFoundError
from engine.service.notices import notify
from engine.service.office import Desk, account_by_login, instant, tell, wrong
from engine.service.second_factor import is_enrolled
from engine.store import access, identities
from engine.store.identities import Link


class IdentityAnswer(TypedDict):
    """A link of an account to an identity of a provider."""

    login: str
    issuer: str
    subject: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can prove who they are: by a password, at the provider; with a code besides."""

    password: bool
    linked: bool
    code: bool


def ways_of(desk: Desk, account_id: int, issuer: str | None) -> Ways:
    """Give the ways of an account; `issuer` is that of the provider, if there is one."""
    return Ways(
        access.password_hash(desk.conn, account_id) is not None,
        issuer is not None and _of(desk, account_id, issuer) is not None,
        is_enrolled(desk, account_id),
    )


def link_account(
    desk: Desk, who: Principal, login: str, issuer: str, subject: str
) -> IdentityAnswer:
    """Link somebody's account to an identity; they are told in their inbox.

    Raises ForbiddenError, NotFoundError, InvalidError for an unfit subject, ConflictError where
    either is linked already.
    """
    require(who, "identity.link")
    row = account_by_login(desk, login, lock=True)
    link = _link(desk, who, row.id, Identity(issuer, subject.strip()))
    notify(desk, row.id, "identity.linked", {"issuer": issuer})
    return _answer(desk, row.login, link)


def unlink_account(desk: Desk, who: Principal, login: str, issuer: str) -> None:
    """End the link of somebody's account; their sessions end.

    Raises ForbiddenError, NotFoundError.
    """
    require(who, "identity.unlink")
    row = account_by_login(desk, login, lock=True)
    _unlink(desk, who, row.id, issuer)
    notify(desk, row.id, "identity.unlinked", {"issuer": issuer})


def identities_of(desk: Desk, who: Principal, login: str) -> list[IdentityAnswer]:
    """List the links of an account, for its owner and for administrators."""
    row = account_by_login(desk, login)
    require(who, "self.read" if row.id == who.account_id else "identity.link")
    return [_answer(desk, row.login, link) for link in identities.links_of(desk.conn, row.id)]


def link_own(desk: Desk, who: Principal, identity: Identity) -> None:
    """Link one's own account to who one just proved to be at the provider.

    Raises ForbiddenError, ConflictError where either is linked already.
    """
    _link(desk, who, own(who), identity)


def unlink_own(desk: Desk, who: Principal, issuer: str) -> None:
    """End the link of one's own account; all one's sessions end.

    Raises ForbiddenError, NotFoundError, ConflictError where nothing else lets one in.
    """
    account_id = own(who)
    if access.password_hash(desk.conn, account_id) is None:
        raise ConflictError("identity-only-way")
    _unlink(desk, who, account_id, issuer)


def own(who: Principal) -> int:
    """Give the caller's own account. Raises ForbiddenError where there is none that may write."""
    require(who, "self.read")
    if who.account_id is None or not who.may_write:
        raise ForbiddenError("identity-own")
    return who.account_id


def _link(desk: Desk, who: Principal, account_id: int, identity: Identity) -> Link:
    if not is_subject(identity.subject):
        raise wrong("subject", "identity-subject")
    access.only_one(desk.conn, f"identity {identity.issuer}")
    if identities.find(desk.conn, identity.issuer, identity.subject):
        raise ConflictError("identity-taken")
    if _of(desk, account_id, identity.issuer):
        raise ConflictError("identity-there")
    row = Link(0, account_id, identity.issuer, identity.subject, desk.now)
    identities.link(desk.conn, row)
    tell(desk, who, Kind.IDENTITY_LINKED, [], **_facts(row))
    return row


def _unlink(desk: Desk, who: Principal, account_id: int, issuer: str) -> None:
    row = _of(desk, account_id, issuer)
    if row is None:
        raise NotFoundError("identity-none")
    identities.unlink(desk.conn, row.id)
    identities.end_errands(desk.conn, account_id)
    access.end_sessions(desk.conn, account_id)
    tell(desk, who, Kind.IDENTITY_UNLINKED, [], **_facts(row))


def _of(desk: Desk, account_id: int, issuer: str) -> Link | None:
    found = identities.links_of(desk.conn, account_id)
    return next((link for link in found if link.issuer == issuer), None)


def _facts(row: Link) -> dict[str, object]:
    """Say in the log which identity it is without spelling it: whoever knows it can compare."""
    digest = hashlib.sha256(f"{row.issuer}\n{row.subject}".encode()).hexdigest()
    return {"account": row.account_id, "issuer": row.issuer, "subject": digest}


def _answer(desk: Desk, login: str, link: Link) -> IdentityAnswer:
    return {
        "login": login,
        "issuer": link.issuer,
        "subject": link.subject,
        "made_at": instant(link.made_at, desk.zone),
    }

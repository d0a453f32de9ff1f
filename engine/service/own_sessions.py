"""One's own sessions: where one is signed in, and ending that from elsewhere."""

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.errors import NotFoundError
from engine.service.office import Desk, instant
from engine.service.sessions import name_of
from engine.store import access


class SessionAnswer(TypedDict):
    """A session as its owner sees it; `id` names it and opens nothing."""

    id: str
    began: str
    seen: str
    network: str
    device: str
    this: bool


def own_sessions(desk: Desk, who: Principal, secret: str) -> list[SessionAnswer]:
    """List where the caller is signed in, the last used first; `secret` is this session's."""
    require(who, "self.read")
    mine = name_of(secret)
    return [
        {
            "id": hashed.hex(),
            "began": instant(row.created_at, desk.zone),
            "seen": instant(row.seen_at, desk.zone),
            "network": row.network,
            "device": row.device,
            "this": hashed == mine,
        }
        for hashed, row in access.sessions_of(desk.conn, who.account_id or 0)
    ]


def end_one(desk: Desk, who: Principal, session_id: str) -> None:
    """End one of the caller's sessions. Raises NotFoundError where it is none of theirs."""
    require(who, "self.read")
    for hashed, _ in access.sessions_of(desk.conn, who.account_id or 0):
        if hashed.hex() == session_id:
            access.end_session(desk.conn, hashed)
            return
    raise NotFoundError("session-unknown")


def end_others(desk: Desk, who: Principal, secret: str) -> int:
    """End all of the caller's sessions but this one; give how many."""
    require(who, "self.read")
    mine = name_of(secret)
    others = [
        hashed for hashed, _ in access.sessions_of(desk.conn, who.account_id or 0) if hashed != mine
    ]
    for hashed in others:
        access.end_session(desk.conn, hashed)
    return len(others)

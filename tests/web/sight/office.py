"""Opens a furnished random office with sessions and tokens for everybody in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from fastapi import FastAPI

from engine.bootstrap import Application, initialise, open_application
from engine.domain.access import OPERATOR
from engine.service import sessions
from engine.service.tokens import NewToken, create_token
from engine.settings import real_now
from engine.store import access
from engine.store.access import SessionRow
from tests.service.sight.furnish import Full
from tests.service.sight.lay import lay
from tests.store.sight import DAY, NOW, Account
from tests.web import desk
from tests.web.rights.asking import Asking, Caller
from web.app import create_app


@dataclass(frozen=True)
class Served:
    """An office that is served: who may ask as whom, and the token of each one's calendar."""

    full: Full
    application: Application
    app: FastAPI
    pages: dict[int, Caller]
    programs: dict[int, Caller]
    feeds: dict[int, str]

    async def ask(self, account: Account, address: str, form: Any = None) -> tuple[int, bytes]:  # noqa: ANN401  # fields
        """Ask for an address as somebody; give the status and what is answered."""
        asking = Asking(cast("Any", None), self.app)
        callers = self.programs if address.startswith("/api/") else self.pages
        if "token=" in address:
            callers = {account.id: Caller("nobody")}
        method = "GET" if form is None else "POST"
        status, _ = await asking.send(callers[account.id], method, address, form or {})
        return status, asking.body


def model(home: Path) -> Path:
    """Make an installation without anybody in it, to be copied."""
    home.mkdir()
    desk.set_clock(home, NOW)
    initialise(desk.settings_in(home))
    return home


@contextmanager
def served(empty: Path, home: Path, full: Full) -> Iterator[Served]:
    """Serve an office in a copy of an installation."""
    shutil.copytree(empty, home)
    application = open_application(desk.settings_in(home), serving=True)
    pages, programs, feeds = {}, {}, {}
    with application.writing("web", "zh") as at:
        lay(at, full)
        for account in full.office.accounts:
            login = f"u{account}"
            tokens = [create_token(at, OPERATOR, NewToken(login, s)) for s in ("write", "feed")]
            programs[account] = Caller(login, token=tokens[0]["token"])
            feeds[account] = tokens[1]["token"]
            secret, now = f"session-of-{login}", real_now()
            row = SessionRow(
                account, now, now, b"\xcf" * 32, now + DAY, now, "127.0.0.1", "desktop"
            )
            access.keep_session(at.conn, sha256(secret.encode()).digest(), row)
            csrf = sessions.session(at, secret).csrf_token
            pages[account] = Caller(login, cookie=secret, csrf=csrf)
    app = create_app(application)
    try:
        yield Served(full, application, app, pages, programs, feeds)
    finally:
        application.close()
        shutil.rmtree(home)

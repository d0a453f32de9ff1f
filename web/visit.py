"""One request on its way: who asks, in which language, and the doors to the office's verbs."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated

from fastapi import Depends, Path
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from engine.bootstrap import Application
from engine.domain.access import Principal
from engine.errors import UnauthenticatedError
from engine.service.desk import Desk
from engine.service.notices import count_unread
from engine.service.quotas import Writes
from engine.service.sessions import Session, session
from engine.service.tokens import bearer
from engine.words import Locale
from web.routing import Surface


class _RehearsedError(Exception):
    """Ends a rehearsal."""


@dataclass(slots=True)
class Held:
    """A desk that reads, opened by the door, with whom the door found at it."""

    desk: Desk
    who: Principal
    open: ExitStack


@dataclass(slots=True)
class Visit:
    """A request, as endpoints see it. The door fills it in; endpoints only read.

    `address` is the caller's, told apart from trusted proxies. `secret` is the session cookie,
    `token` the bearer's; at most one of them is there. `csrf` is what this visitor's forms carry.
    `done` is the word of what was just done, brought along by a redirect; `unread` counts the
    messages that wait, as of the last reading; `renewed` tells that the session goes on under a new
    secret, which every answer then hands to the browser. `held` is the desk at which the door found
    out who asks: the first reading goes on at it, in the same state of everything.
    `writes` counts what it writes to its account's quota; None where it came to read.
    """

    application: Application
    surface: Surface
    locale: Locale
    path: str
    theme: str = "auto"
    done: str = ""
    address: str = ""
    secret: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    session: Session | None = None
    who: Principal | None = None
    csrf: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    media: str = ""
    form: FormData = field(default_factory=FormData, repr=False)
    unread: int = 0
    renewed: bool = False
    writes: Writes | None = None
    held: Held | None = field(default=None, repr=False)

    @property
    def via(self) -> str:
        """How the log names this face."""
        return "api" if self.surface == "api" else "web"

    @property
    def today(self) -> date:
        """The office's day."""
        return self.application.now().astimezone(self.application.zone).date()

    @contextmanager
    def reading(self) -> Iterator[tuple[Desk, Principal]]:
        """Open a desk that reads, and say who sits at it: its rights are those of this instant."""
        held, self.held = self.held, None
        with held.open if held else ExitStack() as closing:
            if held:
                desk, who = replace(held.desk, locale=self.locale), held.who
            else:
                desk = closing.enter_context(self.application.reading(self.via, self.locale))
                who = self._principal(desk)
            if self.surface == "page":
                self.unread = count_unread(desk, who)
            yield desk, who

    @contextmanager
    def writing(self) -> Iterator[tuple[Desk, Principal]]:
        """Open a desk that writes in one transaction; its rights are read inside that.

        What was written counts to its account's quota. That is done last: the row is one for all
        processes, and whoever holds it then waits for nothing but the commit.
        """
        self.let_go()
        with self.application.writing(self.via, self.locale) as desk:
            who = self._principal(desk)
            yield desk, who
            if self.writes is not None:
                self.writes.count(desk, who)

    @contextmanager
    def rehearsing(self) -> Iterator[tuple[Desk, Principal]]:
        """Open a desk that writes, and undo it all at the end: to see what would come of it."""
        with suppress(_RehearsedError), self.writing() as desk_and_who:
            yield desk_and_who
            raise _RehearsedError

    def let_go(self) -> None:
        """Close the desk that the door holds open, if nobody went on at it."""
        held, self.held = self.held, None
        if held is not None:
            held.open.close()

    def text(self, name: str) -> str:
        """Give a field of the form as text; empty where it is absent or a file."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Give every value of a field that may stand more than once."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def files(self, name: str) -> list[UploadFile]:
        """Give the uploaded files of a field; a control left empty sends one without a name."""
        found = self.form.getlist(name)
        return [item for item in found if isinstance(item, UploadFile) and item.filename]

    def _principal(self, desk: Desk) -> Principal:
        if self.token is not None:
            return bearer(desk, self.token)
        if self.secret is not None:
            return session(desk, self.secret).who
        raise UnauthenticatedError("unauthenticated")


def visit_of(request: Request) -> Visit:
    """Give the visit that the door made."""
    found: Visit = request.state.visit
    return found


async def _handed(request: Request) -> Visit:
    """Give the same to an endpoint; for a plain function FastAPI would go through a thread."""
    return visit_of(request)


Visiting = Annotated[Visit, Depends(_handed)]
"""What an endpoint declares to be handed its visit."""

Number = Annotated[int, Path(ge=1, le=2**53 - 1)]
"""A number in an address; one that no row can have is of nothing that is there."""

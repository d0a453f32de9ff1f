"""Asks the application in this process, past any server, and tells each answer by one word."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import anyio
import orjson
from fastapi import FastAPI

from tests.people import Person
from tests.web.rights.cast import MATTERS, Matter
from tests.web.rights.office import Office
from tests.web.rights.routes import Ask

DAYS = {"date": "2026-03-03", "year": "2026"}
KEPT = {"login": "outside", "name": "key-issue", "key": "nobody-ordered-this", "id": "1"}
_NAMED = re.compile(r"\{(\w+)(?::path)?\}")
_LET_IN = {200, 201, 204, 303, 409, 413, 415, 422}


@dataclass(frozen=True)
class Caller:
    """Who asks: by a session, by a token, or as nobody; `writes` is what the token is good for."""

    name: str
    person: Person | None = None
    cookie: str = ""
    csrf: str = ""
    token: str = ""
    writes: bool = True
    is_good: bool = True


@dataclass
class Asking:
    """Asks the routes of one office."""

    office: Office
    app: FastAPI
    body: bytes = b""
    versions: dict[str, int] = field(default_factory=dict)

    async def cell(self, caller: Caller, route: str, ask: Ask, key: str) -> str | int:
        """Ask for a route as somebody about a matter; give what the answer comes to."""
        method, _, path = route.partition(" ")
        matter = MATTERS[key]
        address = self._address(path, ask, key, matter)
        sent = self._filled(ask.body, key, matter)
        status, where = await self.send(caller, method, address + ask.query, sent)
        return told(status, where)

    async def refusal(
        self, caller: Caller, method: str, route: str, ask: Ask, key: str
    ) -> tuple[int, str]:
        """Ask in whichever method; give the status, and what is said, names taken out of it."""
        matter = MATTERS[key]
        address = self._address(route.partition(" ")[2], ask, key, matter)
        sent = self._filled(ask.body, key, matter)
        status, where = await self.send(caller, method, address + ask.query, sent)
        said = self.body.decode() + where
        names = {address, matter.code, *names_of(self.office.names[key])}
        for name in sorted(names, key=len, reverse=True):
            said = said.replace(name, "…")
        return status, said

    def _address(self, path: str, ask: Ask, key: str, matter: Matter) -> str:
        named = {**DAYS, **KEPT, **self.office.names[key], **ask.names, "code": matter.code}
        if "/issues/" in path:
            named["code"] = named["issue"]
        if "/measures/" in path:
            named["id"] = named["measure"]
        elif "/claims/" in path:
            named["id"] = named["number"] = named["claim"]
        elif "/files/" in path:
            named["id"] = named["number"] = named["file"]
        elif "/import" in path:
            named["id"] = named["number"] = named["import"]
        letter = named[ask.names["letter"]] if "letter" in ask.names else matter.code
        named["no"] = letter
        return _NAMED.sub(lambda found: str(named[found[1]]), path)

    def _filled(self, body: Any, key: str, matter: Matter) -> dict[str, Any]:  # noqa: ANN401
        """Put in what only the office knows: the version of the case, the digest of the upload."""
        own = {"@sha256": self.office.names[key]["sha256"]}
        if matter.is_there and matter.code not in self.versions:
            self.versions[matter.code] = self.office.version(matter.code)
        known = {**own, "@version": self.versions.get(matter.code, 1)}
        return {name: known.get(value, value) if isinstance(value, str) else value
                for name, value in body.items()}  # fmt: skip

    async def send(
        self, caller: Caller, method: str, address: str, sent: dict[str, Any]
    ) -> tuple[int, str]:
        """Send a request; give its status, and where it sends the caller."""
        path, _, query = address.partition("?")
        is_api = path.startswith("/api/")
        headers = {"host": "127.0.0.1:8000", "sec-fetch-site": "same-origin"}
        body = b""
        if method not in {"GET", "DELETE"} or sent:
            form = {**sent, "_csrf": caller.csrf}
            body = orjson.dumps(sent) if is_api else urlencode(form, doseq=True).encode()
            kind = "json" if is_api else "x-www-form-urlencoded"
            headers["content-type"] = f"application/{kind}"
        if caller.token:
            headers["authorization"] = f"Bearer {caller.token}"
        if caller.cookie:
            headers["cookie"] = f"duban={caller.cookie}"
        return await self._call(method, path, query, headers, body)

    async def _call(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, str]:
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "scheme": "http",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        begun: dict[str, Any] = {}
        self.body = b""
        parts = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> dict[str, Any]:
            if parts:
                return parts.pop()
            await anyio.sleep_forever()
            return {}

        async def send(message: Any) -> None:  # noqa: ANN401  # an ASGI message
            if message["type"] == "http.response.start":
                begun.update(message)
            self.body += message.get("body", b"")

        await self.app(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in begun["headers"]}
        return int(begun["status"]), found.get("location", "")


def names_of(named: dict[str, str]) -> set[str]:
    """Give what the issue and the letters of a matter are called."""
    return {named["issue"], named["issued"], named["draft"]}


def told(status: int, where: str) -> str | int:
    """Tell an answer by one word: in, out (to sign in), or the status that refuses."""
    if status == 401 or (status == 303 and where.startswith("/login")):
        return "out"
    return "in" if status in _LET_IN else status

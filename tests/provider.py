"""A real identity provider on loopback: description, authorization, tokens and keys over HTTP.

It keeps to OpenID Connect where a test asks for nothing else, checks redirect address, PKCE and
client as a provider does, and can be made to lie in one thing at a time.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "duban-test", "provider's secret: 100%"
SigningKey = RSAKey | ECKey


@cache
def key_of(kind: str, name: str) -> RSAKey | ECKey:
    """Make a key once for all tests of this process: RSA takes its time."""
    if kind == "EC":
        return ECKey.generate_key("P-256", {"kid": name})
    return RSAKey.generate_key(2048, {"kid": name})


@cache
def short_key() -> rsa.RSAPrivateKey:
    """Make a key that is too short, which no library of tokens does."""
    return rsa.generate_private_key(65537, 1024)  # noqa: S505  # that is the lie


@dataclass
class Lies:
    """In what the provider lies; nothing by itself."""

    description: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    header: dict[str, Any] = field(default_factory=dict)
    key: SigningKey | None = None
    sign: Callable[[bytes], bytes] | None = None
    token: str | None = None
    answer: Mapping[str, Any] | bytes | None = None
    status: int = 200
    keys: Any = None
    sender: str | None = None


@dataclass
class FakeProvider:
    """One provider, at which somebody is signed in already as `subject`."""

    subject: str = "subject-of-zhao"
    kind: str = "RSA"
    key_name: str = "k1"
    secret: str | None = SECRET
    lies: Lies = field(default_factory=Lies)
    mood: str = "well"
    proved_seconds_ago: int | None = None
    base: str = ""
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    over: Event = field(default_factory=Event)

    @contextmanager
    def open(self) -> Iterator["FakeProvider"]:
        """Listen on a free port."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        server.daemon_threads = True
        self.base = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield self
        finally:
            self.over.set()
            server.shutdown()
            server.server_close()

    @property
    def issuer(self) -> str:
        """The exact name; it has a path, as many have."""
        return f"{self.base}/realms/town"

    def settings(self) -> dict[str, str]:
        """Give the variables of an office that uses it."""
        given = {
            "DUBAN_OIDC_ISSUER": self.issuer, "DUBAN_OIDC_CLIENT": CLIENT,
            "DUBAN_OUTBOUND_ALLOW": self.base.removeprefix("http://"),
        }  # fmt: skip
        return given | ({"DUBAN_OIDC_SECRET": self.secret} if self.secret else {})

    def key(self) -> RSAKey | ECKey:
        """Give the key that it signs with now."""
        return key_of(self.kind, self.key_name)

    def agree(self, there: str) -> str:
        """Do what the browser does there: agree, and give the path that it is sent back to."""
        parts = urlsplit(there)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert there.startswith(f"{self.issuer}/authorize?")
        wanted = {"response_type": "code", "scope": "openid", "client_id": CLIENT,
                  "code_challenge_method": "S256"}  # fmt: skip
        assert wanted.items() <= asked.items()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        if self.lies.sender is not None:
            back["iss"] = self.lies.sender
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode(back)}"

    def answer(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Answer one request."""
        self.asked.append(path)
        if path == "/realms/town/.well-known/openid-configuration":
            return 200, self._description()
        if path == "/realms/town/keys":
            told = {"keys": [{**self.key().as_dict(private=False), "use": "sig"}]}
            return 200, told if self.lies.keys is None else self.lies.keys
        if path == "/realms/town/token":
            return self._token(body, headers)
        return 404, {}

    def _description(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "code_challenge_methods_supported": ["S256"],
            **self.lies.description,
        }

    def _token(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or not self._fits(sent, asked, headers):
            return 400, {"error": "invalid_grant"}
        if self.lies.answer is not None:
            return self.lies.status, self.lies.answer
        token = self.lies.token or self.sign(self._claims(asked))
        told = {"access_token": "unused", "token_type": "Bearer", "id_token": token}
        return self.lies.status, told

    def _fits(
        self, sent: Mapping[str, str], asked: Mapping[str, str], headers: Mapping[str, str]
    ) -> bool:
        """Check what a provider checks: who asks, from where, and that it is who began."""
        proof = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        same = sent.get("redirect_uri") == asked["redirect_uri"]
        return same and challenge == asked["code_challenge"] and self._knows(sent, headers)

    def _knows(self, sent: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        if self.secret is None:
            return sent.get("client_id") == CLIENT and "client_secret" not in sent
        if "client_secret" in sent:
            return (sent.get("client_id"), sent["client_secret"]) == (CLIENT, self.secret)
        pair = headers.get("Authorization", "").removeprefix("Basic ")
        name, _, secret = base64.b64decode(pair).decode().partition(":")
        return (unquote(name), unquote(secret)) == (CLIENT, self.secret)

    def _claims(self, asked: Mapping[str, str]) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "nonce": asked["nonce"],
            "iat": now, "exp": now + 60, "name": "赵六", "email": "zhaoliu@example.cn",
        }  # fmt: skip
        if "max_age" in asked:
            claims["auth_time"] = now
        if self.proved_seconds_ago is not None:
            claims["auth_time"] = now - self.proved_seconds_ago
        claims |= self.lies.claims
        return {name: value for name, value in claims.items() if name not in self.lies.drop}

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as it does now."""
        key = self.lies.key or self.key()
        algorithm = {"RSA": "RS256", "EC": "ES256"}[str(key.key_type)]
        header = {"alg": algorithm, "kid": self.key_name, **self.lies.header}
        header = {name: value for name, value in header.items() if value is not None}
        spelt = json.dumps(claims).encode()
        if self.lies.sign is not None:
            return by_hand(header, claims, self.lies.sign)
        return jws.serialize_compact(header, spelt, key, algorithms=[str(header["alg"])])


def by_hand(
    header: Mapping[str, Any], claims: Mapping[str, Any], sign: Callable[[bytes], bytes]
) -> str:
    """Spell a token that is signed as no library would."""
    head, body = (_spelt(json.dumps(part).encode()) for part in (header, claims))
    return f"{head}.{body}.{_spelt(sign(f'{head}.{body}'.encode()))}"


def _spelt(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def short_jwk() -> dict[str, Any]:
    """Spell the public half of the key that is too short."""
    numbers = short_key().public_key().public_numbers()
    return {"kty": "RSA", "kid": "k1", "e": "AQAB", "n": _spelt(numbers.n.to_bytes(128))}


def signed_short(text: bytes) -> bytes:
    """Sign with that key."""
    return short_key().sign(text, padding.PKCS1v15(), SHA256())


def _handler(provider: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._do(b"")

        def do_POST(self) -> None:
            self._do(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _do(self, body: bytes) -> None:
            if provider.mood == "hang":
                provider.over.wait(60)
                return
            status, told = provider.answer(self.path, body, dict(self.headers))
            if provider.mood == "redirect":
                status, told = 302, {}
            spelt = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Location", f"{provider.base}/elsewhere")
            self.send_header("Content-Length", str(len(spelt)))
            self.end_headers()
            self.wfile.write(spelt)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler

"""An identity provider of OpenID Connect: its own description, its keys, and a code made a person.

Sign-in goes by authorization code with PKCE (RFC 7636, S256). What the provider says of itself is
believed only under the very issuer that the settings name, and kept for an hour; a token that names
an unknown key makes us ask for the keys once more. All of it goes out by the one way out.
"""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from engine.channels import id_token
from engine.channels.id_token import Expected, Identity, UnknownKeyError, refused
from engine.channels.outbound import ChannelError, Outbound
from engine.errors import BusyError, SettingsError
from engine.settings import Settings

LOG = logging.getLogger("duban.provider")
KEPT_SECONDS = 3600.0
_WELL_KNOWN = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_FORM = "application/x-www-form-urlencoded"
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sought:
    """What a sign-in at the provider carries along; `since` asks for a fresh proof."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    since: datetime | None = None


class Provider:
    """The provider of the settings. Safe to share between threads."""

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        if settings.oidc_issuer is None or settings.oidc_client is None:
            raise SettingsError("settings-with", name="DUBAN_OIDC_ISSUER", other="DUBAN_OIDC_…")
        self.issuer = settings.oidc_issuer
        self.name = settings.oidc_name
        self.returns_to = f"{settings.public_url}/login/provider"
        self.signed_out_at = f"{settings.public_url}/login"
        self._client, self._secret = settings.oidc_client, settings.oidc_secret
        self._acr = settings.oidc_acr
        self._outbound = Outbound(settings.outbound_allow)
        self._monotonic = monotonic
        self._kept: dict[str, tuple[float, Document]] = {}

    def sends_to(self, sought: Sought) -> str:
        """Give the address at which the provider asks who somebody is.

        Raises BusyError where it cannot be reached, UnauthenticatedError for an unfit description.
        """
        asked = {
            "response_type": "code", "scope": "openid", "client_id": self._client,
            "redirect_uri": self.returns_to, "state": sought.state, "nonce": sought.nonce,
            "code_challenge": challenge_of(sought.verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        if self._acr:
            asked["acr_values"] = " ".join(self._acr)
        if sought.since is not None:
            asked |= {"max_age": "0", "prompt": "login"}
        there = str(self.description()["authorization_endpoint"])
        return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"

    def signs_out_at(self) -> str | None:
        """Give the address at which the provider signs somebody out; None where it has none.

        It leads back to our sign-in page (OpenID Connect RP-Initiated Logout 1.0). The provider is
        told which client asks and not whose session: it knows its own, and Duban keeps no token.
        Raises BusyError, UnauthenticatedError.
        """
        there = self.description().get("end_session_endpoint")
        if not self._is_fit(there):
            return None
        asked = {"client_id": self._client, "post_logout_redirect_uri": self.signed_out_at}
        return f"{there}{'&' if '?' in str(there) else '?'}{urlencode(asked)}"

    def check_sender(self, issuer: str | None) -> None:
        """Refuse an answer that another provider gave (RFC 9207). Raises UnauthenticatedError."""
        tells = self.description().get("authorization_response_iss_parameter_supported") is True
        if issuer != self.issuer and (issuer is not None or tells):
            raise refused("sender")

    def identify(self, code: str, sought: Sought, now: datetime) -> Identity:
        """Exchange a code for a token, and give who it is of.

        Raises UnauthenticatedError with what is wrong, BusyError where the provider is away.
        """
        token = self._token(code, sought)
        expected = Expected(self.issuer, self._client, sought.nonce, self._acr, sought.since)
        try:
            return id_token.read(token, self._keys(), expected, now)
        except UnknownKeyError:
            self._kept.pop("keys", None)
        try:
            return id_token.read(token, self._keys(), expected, now)
        except UnknownKeyError as error:
            raise refused("key") from error

    def description(self) -> Document:
        """Give what the provider says of itself. Raises BusyError, UnauthenticatedError."""
        return self._recalled("description", self._describe)

    def _describe(self) -> Document:
        found = self._fetched(self.issuer.removesuffix("/") + _WELL_KNOWN)
        if found.get("issuer") != self.issuer:
            raise refused("description-issuer")
        if any(not self._is_fit(found.get(name)) for name in _ENDPOINTS):
            raise refused("description")
        methods = found.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" not in methods:
            raise refused("pkce")
        return found

    def _is_fit(self, address: object) -> bool:
        """Secrets go only where TLS holds the name to its certificate, or nowhere off here."""
        try:
            parts = urlsplit(address if isinstance(address, str) else "")
        except ValueError:
            return False
        schemes = {"https", urlsplit(self.issuer).scheme}
        return parts.scheme in schemes and bool(parts.hostname) and not parts.fragment

    def _keys(self) -> list[Any]:
        address = str(self.description()["jwks_uri"])
        found = self._recalled("keys", lambda: self._fetched(address)).get("keys")
        if not isinstance(found, list):
            raise refused("keys")
        return found

    def _token(self, code: str, sought: Sought) -> str:
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.returns_to,
            "code_verifier": sought.verifier,
        }  # fmt: skip
        headers = {"Content-Type": _FORM, "Accept": "application/json"}
        if self._secret is None:
            sent["client_id"] = self._client
        elif self._takes_basic():
            headers["Authorization"] = _basic(self._client, self._secret)
        else:
            sent |= {"client_id": self._client, "client_secret": self._secret}
        address = str(self.description()["token_endpoint"])
        answer = self._asked(lambda: self._outbound.post(address, _form(sent), headers))
        token = _document(answer).get("id_token")
        if not isinstance(token, str):
            raise refused("token")
        return token

    def _takes_basic(self) -> bool:
        methods = self.description().get("token_endpoint_auth_methods_supported")
        return not isinstance(methods, list) or "client_secret_basic" in methods

    def _recalled(self, name: str, fetch: Callable[[], Document]) -> Document:
        kept = self._kept.get(name)
        if kept is None or kept[0] + KEPT_SECONDS <= self._monotonic():
            kept = self._kept[name] = (self._monotonic(), fetch())
        return kept[1]

    def _fetched(self, address: str) -> Document:
        return _document(self._asked(lambda: self._outbound.get(address)))

    def _asked(self, ask: Callable[[], bytes]) -> bytes:
        """Ask the provider; why it did not answer is for the server's log, not for the page."""
        try:
            return ask()
        except ChannelError as error:
            LOG.warning("identity provider: %s", error.why)
            if error.permanent and error.status is not None:
                raise refused("answer") from error
            raise BusyError("provider-away") from error


def challenge_of(verifier: str) -> str:
    """Give the challenge that goes with a verifier (RFC 7636, section 4.2)."""
    return (
        base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    )


def _form(sent: Mapping[str, str]) -> bytes:
    return urlencode(sent).encode()


def _basic(client: str, secret: str) -> str:
    """Spell client and secret as RFC 6749 section 2.3.1 has it."""
    pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _document(answer: bytes) -> Document:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise refused("answer") from error
    if not isinstance(found, dict):
        raise refused("answer")
    return found

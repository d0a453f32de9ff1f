"""What an ID token says, once everything about it was checked (OpenID Connect Core 1.0, 3.1.3.7).

A token is believed where one of the provider's own keys signed it with an algorithm that we name,
and where it was made by this issuer, for this client, for this very sign-in, just now. Keys that a
token brings along or points to are not looked at; neither are names and mail addresses in it: who
somebody is, is the pair of issuer and subject and nothing else.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from engine.errors import UnauthenticatedError
from engine.words import message

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
"""Algorithms that are believed, each with the kind of key that it takes (RFC 8725 section 3.1)."""
LEEWAY = timedelta(seconds=60)
"""How far the clocks of two machines may lie apart."""
OLDEST = timedelta(minutes=10)
"""A token was made for a sign-in that has just come about."""
SHORTEST_RSA = 2048
LONGEST_SUBJECT = 255
"""ASCII characters (OpenID Connect Core 1.0, section 2)."""
Key = RSAKey | ECKey
Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to say.

    `acr` are the ways of proving of which one must have been used, `proved_since` the instant
    since when; empty and None where that is left to the provider.
    """

    issuer: str
    client: str
    nonce: str = field(repr=False)
    acr: tuple[str, ...] = ()
    proved_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to their provider; `proved_at` is when they last proved it, where told."""

    issuer: str
    subject: str
    proved_at: datetime | None = None


class UnknownKeyError(Exception):
    """The token names a key that is not among those that we have; there may be new ones."""


def read(token: str, keys: Sequence[Any], expected: Expected, now: datetime) -> Identity:
    """Check an ID token and give who it is of.

    Raises UnauthenticatedError with what is wrong, UnknownKeyError.
    """
    claims = _signed(token, keys)
    _check_sides(claims, expected)
    _check_times(claims, expected, now)
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(
        given.encode(errors="replace"), expected.nonce.encode()
    ):
        raise refused("nonce")
    if expected.acr and claims.get("acr") not in expected.acr:
        raise refused("acr")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not is_subject(subject):
        raise refused("subject")
    return Identity(expected.issuer, subject, _instant(claims, "auth_time"))


def is_subject(text: str) -> bool:
    """Tell whether a text can be a subject."""
    return 0 < len(text) <= LONGEST_SUBJECT and text.isascii() and text.isprintable()


def refused(why: str) -> UnauthenticatedError:
    """Refuse an answer of the provider, and say what about it is wrong."""
    return UnauthenticatedError("provider-wrong", why=message(f"provider-wrong-{why}"))


def _signed(token: str, keys: Sequence[Any]) -> Claims:
    try:
        header = jws.extract_compact(token.encode(errors="replace")).headers()
    except (JoseError, ValueError) as error:
        raise refused("token") from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise refused("algorithm")
    key = _key(keys, algorithm, header.get("kid"))
    try:
        return jwt.decode(token, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError) as error:
        raise refused("signature") from error


def _key(keys: Sequence[Any], algorithm: str, name: object) -> Key:
    """Find the one key that fits; a token without a name for it leaves no choice among several."""
    fit = [one for one in keys if isinstance(one, dict) and _is_for(one, algorithm, name)]
    if not fit:
        raise UnknownKeyError
    key = _imported(fit[0]) if len(fit) == 1 else None
    if key is None or not _is_strong(key):
        raise refused("key")
    return key


def _imported(one: Mapping[str, Any]) -> Key | None:
    """Read a public key; one that is much too short is not even tried."""
    if one["kty"] == "RSA" and len(str(one.get("n"))) * 6 < SHORTEST_RSA:
        return None
    try:
        key = import_key({part: value for part, value in one.items() if part in _PUBLIC})
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAKey | ECKey) else None


def _is_for(one: Mapping[str, Any], algorithm: str, name: object) -> bool:
    wanted = {"kty": ALGORITHMS[algorithm], "use": "sig", "alg": algorithm}
    told = {"use": "sig", "alg": algorithm, **one}
    fits = all(told.get(part) == value for part, value in wanted.items())
    return fits and (name is None or one.get("kid") == name)


def _is_strong(key: Key) -> bool:
    if isinstance(key, RSAKey):
        return key.public_key.key_size >= SHORTEST_RSA
    return key.curve_name == "P-256"


_PUBLIC = frozenset({"kty", "n", "e", "crv", "x", "y"})
"""What a public key is made of; whatever else a key set says of it was read above."""


def _check_sides(claims: Claims, expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise refused("issuer")
    told = claims.get("aud")
    audience = told if isinstance(told, list) else [told]
    party = claims.get("azp", None if len(audience) > 1 else expected.client)
    if expected.client not in audience or party != expected.client:
        raise refused("audience")


def _check_times(claims: Claims, expected: Expected, now: datetime) -> None:
    ends, made = _instant(claims, "exp"), _instant(claims, "iat")
    if ends is None or ends <= now - LEEWAY:
        raise refused("over")
    if made is None or not now - OLDEST <= made <= now + LEEWAY:
        raise refused("made")
    begins = _instant(claims, "nbf") if "nbf" in claims else made
    if begins is None or begins > now + LEEWAY:
        raise refused("made")
    if expected.proved_since is not None:
        _check_proof(claims, expected.proved_since, now)


def _check_proof(claims: Claims, since: datetime, now: datetime) -> None:
    proved = _instant(claims, "auth_time")
    if proved is None or not since - LEEWAY <= proved <= now + LEEWAY:
        raise refused("proved")


def _instant(claims: Claims, name: str) -> datetime | None:
    """Read seconds since 1970; None for what is none."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None

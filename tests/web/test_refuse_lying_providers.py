"""An identity provider that lies in one thing at a time, or is away, signs nobody in."""

import hmac
import re
import time
from pathlib import Path
from typing import Any

import pytest

from engine.bootstrap import Application
from engine.channels import outbound
from tests.people import ZHAO
from tests.provider import CLIENT, FakeProvider, key_of, short_jwk, signed_short
from tests.web import desk
from tests.web.by_provider import (
    BACK,
    enter,
    leave,
    link,
    refused_by,
)

# --- a provider that lies -----------------------------------------------------------------------

NOW = int(time.time())
WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "issuer": ("claims", {"iss": "https://other.example"}),
    "issuer with a slash": ("claims", {"iss": "SLASH"}),
    "no issuer": ("drop", {"iss": None}),
    "audience": ("claims", {"aud": "another-client"}),
    "audience of many without party": ("claims", {"aud": [CLIENT, "another-client"]}),
    "no audience": ("drop", {"aud": None}),
    "empty audience": ("claims", {"aud": []}),
    "party": ("claims", {"azp": "another-client"}),
    "expired": ("claims", {"exp": NOW - 120}),
    "never expires": ("drop", {"exp": None}),
    "expiry as text": ("claims", {"exp": str(NOW + 60)}),
    "expiry beyond all": ("claims", {"exp": 1e300}),
    "made long ago": ("claims", {"iat": NOW - 3600}),
    "made tomorrow": ("claims", {"iat": NOW + 86400}),
    "not yet good": ("claims", {"nbf": NOW + 86400}),
    "never made": ("drop", {"iat": None}),
    "nonce": ("claims", {"nonce": "another"}),
    "no nonce": ("drop", {"nonce": None}),
    "nonce of another kind": ("claims", {"nonce": 1}),
    "no subject": ("drop", {"sub": None}),
    "subject of another kind": ("claims", {"sub": 7}),
    "subject too long": ("claims", {"sub": "s" * 256}),
}


def test_a_token_that_is_wrong_in_one_thing_signs_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    for what, (how, given) in WRONG.items():
        told = {n: f"{provider.issuer}/" if v == "SLASH" else v for n, v in given.items()}
        provider.lies.claims = told if how == "claims" else {}
        provider.lies.drop = tuple(given) if how == "drop" else ()
        assert refused_by(joined, provider), what
    provider.lies.claims, provider.lies.drop = {}, ()
    assert enter(desk.browser(joined), provider).status_code == 303


def test_a_token_that_nobody_signed_signs_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    provider.lies.header = {"alg": "none"}
    provider.lies.sign = lambda _text: b""
    assert "签名算法" in refused_by(joined, provider)
    for token in ("a.b.c", ".", "..", "a" * 60_000, "ey.ey", "密.密.密"):
        provider.lies.token = token
        refused_by(joined, provider)


def test_a_token_signed_with_what_is_no_private_key_signs_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    public = provider.key().as_pem(private=False)
    for secret in (public, (provider.secret or "").encode(), b""):
        for algorithm in ("HS256", "HS512"):
            provider.lies.header = {"alg": algorithm}
            provider.lies.sign = lambda text, key=secret: hmac.digest(key, text, "sha256")
            assert "签名算法" in refused_by(joined, provider)
        provider.lies.header = {"alg": "RS256"}
        assert "签名不对" in refused_by(joined, provider)


def test_a_key_that_a_token_brings_along_or_points_to_counts_for_nothing(
    joined: Application, provider: FakeProvider
) -> None:
    own = key_of("RSA", "own")
    provider.lies.key = own
    for header in (
        {"jwk": own.as_dict(private=False)},
        {"jku": f"{provider.base}/own-keys"},
        {"kid": None, "x5u": f"{provider.base}/own-keys"},
    ):
        provider.lies.header = header
        refused_by(joined, provider)
    assert "/own-keys" not in provider.asked


def test_a_key_of_another_kind_or_too_short_signs_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    provider.lies.sign, provider.lies.keys = signed_short, {"keys": [short_jwk()]}
    assert "公钥" in refused_by(joined, provider)
    provider.lies.sign = None
    joined.__dict__.pop("provider")
    same = provider.key().as_dict(private=False)
    keys: Any
    for keys in (
        {"keys": [{**same, "use": "enc"}]},
        {"keys": [{**same, "alg": "RS512"}]},
        {"keys": [same, {**key_of("RSA", "own").as_dict(private=False), "kid": "k1"}]},
        {"keys": ["no key", None, {}]},
        {"keys": {}},
        [],
        {"keys": [{"kty": "RSA", "kid": "k1", "n": "!", "e": 3}]},
    ):
        provider.lies.keys = keys
        refused_by(joined, provider)
        joined.__dict__.pop("provider")


def test_a_new_key_of_the_provider_is_found_and_the_old_one_forgotten(
    joined: Application, provider: FakeProvider
) -> None:
    assert enter(desk.browser(joined), provider).status_code == 303
    provider.key_name = "k2"
    assert enter(desk.browser(joined), provider).status_code == 303
    assert provider.asked.count("/realms/town/keys") == 2
    provider.lies.key, provider.lies.header = key_of("RSA", "k1"), {"kid": "k1"}
    refused_by(joined, provider)


def test_an_answer_of_another_provider_signs_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    provider.lies.sender = "https://other.example"
    refused_by(joined, provider)
    assert "/realms/town/token" not in provider.asked
    provider.lies.sender = provider.issuer
    assert enter(desk.browser(joined), provider).status_code == 303


def test_a_provider_that_names_itself_must_do_so(
    joined: Application, provider: FakeProvider
) -> None:
    provider.lies.description = {"authorization_response_iss_parameter_supported": True}
    refused_by(joined, provider)


DESCRIPTIONS: list[dict[str, Any]] = [
    {"issuer": "https://other.example"},
    {"issuer": None},
    {"token_endpoint": None},
    {"token_endpoint": "ftp://127.0.0.1/token"},
    {"jwks_uri": "file:///etc/passwd"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"code_challenge_methods_supported": ["plain"]},
]


def test_an_unfit_description_sends_nobody_anywhere(
    joined: Application, provider: FakeProvider
) -> None:
    for lie in DESCRIPTIONS:
        provider.lies.description = lie
        answer = desk.browser(joined).submit("/login", {}, action=BACK)
        assert answer.status_code == 401, lie
        assert "refresh" not in answer.headers


def test_an_answer_that_is_none_signs_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    for answer in (b"<html>", b"[]", b"[" * 5000, {"id_token": 7}, {}, b"\xff" * 100_000):
        provider.lies.answer = answer
        refused_by(joined, provider)
    provider.lies.answer, provider.lies.status = {"error": "invalid_client"}, 401
    refused_by(joined, provider)


def test_whoever_cancels_there_is_told_so(joined: Application) -> None:
    browser = desk.browser(joined)
    for error, words in (("access_denied", "取消"), ("<script>alert(1)", "没有完成登录")):
        state = re.search(r"state=(\w+)", leave(browser))
        assert state
        answer = browser.get(f"{BACK}?error={error}&state={state[1]}")
        assert answer.status_code == 401
        assert words in answer.text
        assert "<script>alert" not in answer.text


def test_how_strongly_it_was_proved_can_be_insisted_on(home: Path, provider: FakeProvider) -> None:
    more = {"DUBAN_OIDC_ACR": "gold silver"}
    joined = desk.new_office(home, **provider.settings(), **more)
    link(joined, ZHAO.login, provider.subject)
    assert "acr_values=gold+silver" in leave(desk.browser(joined))
    refused_by(joined, provider)
    provider.lies.claims = {"acr": "bronze"}
    assert "强度" in refused_by(joined, provider)
    provider.lies.claims = {"acr": "silver"}
    assert enter(desk.browser(joined), provider).status_code == 303
    joined.close()


# --- a provider that is away --------------------------------------------------------------------


def test_a_provider_that_hangs_holds_nobody_up_for_long(
    joined: Application, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "WHOLE_SECONDS", 0.3)
    provider.mood = "hang"
    browser = desk.browser(joined)
    answer = browser.submit("/login", {}, action=BACK)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "没有应答" in answer.text
    assert browser.sign_in(ZHAO).status_code == 303


def test_a_provider_that_goes_away_on_the_way_signs_nobody_in(
    joined: Application, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "WHOLE_SECONDS", 0.3)
    browser = desk.browser(joined)
    back = provider.agree(leave(browser))
    provider.mood = "hang"
    assert browser.get(back).status_code == 503
    provider.mood = "well"
    assert browser.get(back).status_code == 401
    assert enter(browser, provider).status_code == 303


def test_a_provider_off_the_list_or_that_leads_elsewhere_is_not_asked(
    home: Path, provider: FakeProvider
) -> None:
    settings = {**provider.settings(), "DUBAN_OUTBOUND_ALLOW": "sso.example.cn:443"}
    joined = desk.new_office(home, **settings)
    answer = desk.browser(joined).submit("/login", {}, action=BACK)
    assert (answer.status_code, provider.asked) == (503, [])
    joined.close()


def test_no_redirect_of_the_provider_is_followed(
    joined: Application, provider: FakeProvider
) -> None:
    provider.mood = "redirect"
    assert desk.browser(joined).submit("/login", {}, action=BACK).status_code == 401
    assert "/elsewhere" not in provider.asked

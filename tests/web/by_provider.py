"""What a browser does on its way through an identity provider, and what came of it."""

import re
from typing import Any

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service import identities
from engine.service.sessions import session
from tests.provider import FakeProvider
from tests.web import desk
from tests.web.desk import Browser

BACK = "/login/provider"


def link(office: Application, login: str, subject: str) -> None:
    """Link an account as the person at the machine does."""
    issuer = office.settings.oidc_issuer or ""
    with office.writing("cli") as at:
        identities.link_account(at, OPERATOR, login, issuer, subject)


def leave(browser: Browser, wanted: str = "/login") -> str:
    """Press the button of the sign-in page; give where the browser is sent."""
    return there_of(browser.submit(wanted, {}, action=BACK))


def there_of(answer: Any) -> str:  # noqa: ANN401  # httpx's answer
    """Give where an answer leads on to, by header and by link alike."""
    assert answer.status_code == 200, answer.text
    there = re.search(r'href="(http[^"]+)"', answer.text)
    assert there
    address = there[1].replace("&amp;", "&")
    assert answer.headers["refresh"] == f"0; url={address}"
    return str(address)


def enter(browser: Browser, provider: FakeProvider, wanted: str = "/login") -> Any:  # noqa: ANN401
    """Sign in through the provider; give the last answer."""
    return browser.get(provider.agree(leave(browser, wanted)))


def is_in(browser: Browser) -> bool:
    """Tell whether somebody is signed in."""
    return bool(browser.get("/account").status_code == 200)


def freshness(office: Application, browser: Browser) -> bool:
    """Tell whether the session counts as proved of late."""
    with office.reading("web") as at:
        return session(at, browser.client.cookies["duban"]).fresh


def prove(browser: Browser, wanted: str = "/account") -> str:
    """Ask to prove oneself at the provider; give where the browser is sent."""
    page = f"/account/prove?next={wanted}"
    return there_of(browser.submit(page, {}, action="/account/prove/provider"))


def refused_by(office: Application, provider: FakeProvider, status: int = 401) -> str:
    """Hold that nobody is let in, and give the page."""
    browser = desk.browser(office)
    answer = enter(browser, provider)
    assert answer.status_code == status
    assert "没有登录" in answer.text
    assert not is_in(browser)
    return str(answer.text)

"""The office that pages are tested in."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from anyio.from_thread import start_blocking_portal

from engine.bootstrap import Application
from tests.people import ZHAO
from tests.provider import FakeProvider
from tests.web import desk
from tests.web.by_provider import link
from tests.web.story import Story, model


@pytest.fixture(scope="session", autouse=True)
def _loop() -> Iterator[None]:
    """Answer the requests of all clients in one loop."""
    with start_blocking_portal() as portal:
        desk.LOOPS.append(portal)
        yield
        desk.LOOPS.remove(portal)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give the folder of the office."""
    return tmp_path / "office"


@pytest.fixture
def office(home: Path) -> Iterator[Application]:
    """Open an office with the whole cast in it."""
    application = desk.new_office(home)
    yield application
    application.close()


@pytest.fixture
def story(home: Path) -> Iterator[Story]:
    """Give an office with one case in the middle of its life."""
    application = desk.copy_of(model(), home)
    yield Story(application)
    application.close()


@pytest.fixture(scope="module")
def calm() -> Iterator[Story]:
    """Give one such office for all tests of a file in which nothing may come to change."""
    application = desk.copy_of(model(), Path(mkdtemp(prefix="duban-calm-")) / "office")
    yield Story(application)
    application.close()


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Run an identity provider, at which ZHAO is signed in."""
    with FakeProvider().open() as found:
        yield found


@pytest.fixture
def joined(home: Path, provider: FakeProvider) -> Iterator[Application]:
    """Open an office that has joined it, with ZHAO linked."""
    application = desk.new_office(home, **provider.settings())
    link(application, ZHAO.login, provider.subject)
    yield application
    application.close()


@pytest.fixture
def nobody(office: Application) -> desk.Browser:
    """Give a browser with nobody signed in."""
    return desk.browser(office)

"""A real browser, and a served office for it to look at."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from engine.bootstrap import Application
from tests.browser.window import Site
from tests.conftest import missing
from tests.web import desk
from tests.web.story import model
from web.app import create_app

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium once, with letters for Chinese."""
    found = shutil.which("chromium")
    if found is None:
        missing("chromium", "apt-get install chromium")
    lister = shutil.which("fc-list")
    fonts = lister and subprocess.run([lister, ":lang=zh-cn"], capture_output=True, check=True)
    if not fonts or not fonts.stdout.strip():
        missing("a Chinese font", "apt-get install fontconfig fonts-wqy-microhei")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(application: Application, port: int) -> Iterator[None]:
    """Serve an office on this machine."""
    config = uvicorn.Config(
        create_app(application), host="127.0.0.1", port=port, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield
    server.should_exit = True
    thread.join()


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def opened(home: Path, source: Path | None, chromium: Browser) -> Iterator[Site]:
    """Serve an office, fresh or a copy, and hand out its site."""
    port = free_port()
    address = {"DUBAN_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    if source is None:
        application = desk.new_office(home, **address)
    else:
        application = desk.copy_of(source, home, **address)
    with served(application, port):
        site = Site(application, chromium, address["DUBAN_PUBLIC_URL"])
        yield site
        site.close()
    application.close()


@pytest.fixture
def fresh(chromium: Browser, tmp_path: Path) -> Iterator[Site]:
    """Serve an office in which nothing happened yet."""
    yield from opened(tmp_path / "office", None, chromium)


@pytest.fixture
def site(chromium: Browser, tmp_path: Path) -> Iterator[Site]:
    """Serve an office with one case in the middle of its life."""
    yield from opened(tmp_path / "office", model(), chromium)

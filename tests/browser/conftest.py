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
from playwright.sync_api import sync_playwright
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.bootstrap import Application
from tests.browser.window import AXE, Chromium, Site
from tests.conftest import missing
from tests.web import desk
from tests.web.story import model
from web.app import create_app

CHECKER = Path(__file__).parents[1] / "data" / "axe" / "axe.min.js"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Start Chromium once, with letters for Chinese; it keeps its windows."""
    found = shutil.which("chromium")
    if found is None:
        missing("chromium", "apt-get install chromium")
    lister = shutil.which("fc-list")
    fonts = lister and subprocess.run([lister, ":lang=zh-cn"], capture_output=True, check=True)
    if not fonts or not fonts.stdout.strip():
        missing("a Chinese font", "apt-get install fontconfig fonts-wqy-microhei")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield Chromium(browser)
        browser.close()


def beside_checker(app: ASGIApp) -> ASGIApp:
    """Serve the accessibility checker beside a site: the browser then reads it only once."""
    lasting = {"Cache-Control": "public, max-age=86400, immutable"}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope["type"] == "http" and scope["path"] == AXE
        await (FileResponse(CHECKER, headers=lasting) if wanted else app)(scope, receive, send)

    return answer


@contextmanager
def served(application: Application, port: int) -> Iterator[None]:
    """Serve an office on this machine."""
    config = uvicorn.Config(
        beside_checker(create_app(application)),
        host="127.0.0.1", port=port, log_level="error", lifespan="off",
    )  # fmt: skip
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


def opened(home: Path, source: Path | None, chromium: Chromium) -> Iterator[Site]:
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
def fresh(chromium: Chromium, tmp_path: Path) -> Iterator[Site]:
    """Serve an office in which nothing happened yet."""
    yield from opened(tmp_path / "office", None, chromium)


@pytest.fixture
def site(chromium: Chromium, tmp_path: Path) -> Iterator[Site]:
    """Serve an office with one case in the middle of its life."""
    yield from opened(tmp_path / "office", model(), chromium)

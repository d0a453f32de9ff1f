"""Start a process of our own beside the server, for work that would keep others waiting."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

from engine.settings import Settings

_HOME = Path(__file__).parents[2]
_HANDED = ("database_url", "env", "clock", "time_zone", "locale", "log_origin")


def run_apart(settings: Settings, module: str, number: int) -> None:
    """Let a module of ours do what was begun and committed under a number."""
    process = subprocess.Popen(  # noqa: S603  # our own module, by our own interpreter
        [sys.executable, "-P", "-m", module, str(number)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=_environment(settings),
    )  # fmt: skip
    Thread(target=process.wait, daemon=True).start()


def _environment(settings: Settings) -> Mapping[str, str]:
    """Give it the settings of this process, and nothing else that it could act on."""
    given = {name: getattr(settings, name) for name in _HANDED}
    paths = {"home": settings.home.resolve(), "audit_key_dir": settings.audit_key_dir.resolve()}
    told = {f"DUBAN_{n.upper()}": str(v) for n, v in {**given, **paths}.items() if v is not None}
    return {**told, "PYTHONPATH": os.pathsep.join([str(_HOME), *sys.path])}

import subprocess
import sys
from collections.abc import Iterator

import pytest

from engine import failpoints
from engine.errors import SettingsError
from engine.failpoints import NAMES, Failpoint, FailpointError, arm, failpoint, read_failpoints


@pytest.fixture(autouse=True)
def _disarmed() -> Iterator[None]:
    yield
    arm(())


def test_every_name_and_action_is_read() -> None:
    for name in NAMES:
        assert read_failpoints(f"{name}:crash") == (Failpoint(name, "crash"),)
    assert read_failpoints("import.mid:error:3, erase.mid:sleep(250)") == (
        Failpoint("import.mid", "error", 0, 3),
        Failpoint("erase.mid", "sleep", 250),
    )
    assert read_failpoints("") == ()


@pytest.mark.parametrize(
    "text",
    ["import.mid", "import.mid:burn", "nowhere:crash", "import.mid:error:0", "import.mid:sleep()"],
)
def test_what_is_none_is_refused_with_the_names_there_are(text: str) -> None:
    with pytest.raises(SettingsError, match=r"step\.before-commit"):
        read_failpoints(text)


def test_unarmed_nothing_happens() -> None:
    for name in NAMES:
        failpoint(name)


def test_an_error_comes_at_every_passing_of_its_place_and_nowhere_else() -> None:
    arm(read_failpoints("import.mid:error"))
    failpoint("erase.mid")
    for _ in range(2):
        with pytest.raises(FailpointError, match=r"import\.mid"):
            failpoint("import.mid")


def test_the_nth_passing_alone_is_met() -> None:
    arm(read_failpoints("import.mid:error:2"))
    failpoint("import.mid")
    with pytest.raises(FailpointError):
        failpoint("import.mid")
    failpoint("import.mid")


def test_a_sleep_waits_as_long_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    arm(read_failpoints("erase.mid:sleep(250)"))
    failpoint("erase.mid")
    assert waited == [0.25]


def test_a_crash_ends_the_process_on_the_spot() -> None:
    program = (
        "from engine.failpoints import *\n"
        "arm(read_failpoints('import.mid:crash'))\n"
        "try:\n    failpoint('import.mid')\nfinally:\n    print('tidied up')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == failpoints.CRASH_EXIT
    assert done.stdout == b""

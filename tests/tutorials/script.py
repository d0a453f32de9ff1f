"""A tutorial as a script: what its reader is told, and what is done in the same order.

A tutorial is Markdown. Under each heading stand its words, in which **bold** are the words that
stand on the pages of the product and nothing else, and comments that say what is done:

    <!--
    as: zhangsan             open the sign-in page and fill it in as that person
    menu: 我的事项            follow a word of the menu
    press: 签收              press a button or follow a link, by its words or their beginning
    fill: reason = 不属本单位  fill in a field by its name
    file: upload = 记录.txt   choose a file for a field
    picture: leader-2 main   take a picture, of a tag or an #id of the page
    -->
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

FOLDER = Path(__file__).parents[2] / "docs" / "tutorials"
ROLES = (
    "office", "leader", "unit", "supervision", "group-head", "duty", "auditor", "administrator",
)  # fmt: skip
LOCALES = ("zh", "en")
PHONES = frozenset({"leader"})
"""Whose tutorial is shown on a phone."""
VERBS = frozenset({"as", "menu", "press", "fill", "file", "picture"})


class Deed(NamedTuple):
    """One thing that is done: a verb, what it is done to, and with what."""

    verb: str
    what: str
    value: str = ""


@dataclass
class Step:
    """What stands under one heading."""

    heading: str
    deeds: list[Deed] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


class Hands(Protocol):
    """Somebody who does what a tutorial says."""

    def do(self, deed: Deed) -> None:
        """Do one thing."""

    def seen(self) -> str:
        """Give the words of the page that is open."""


@dataclass(frozen=True)
class Tutorial:
    """A tutorial for one role in one language."""

    role: str
    locale: str

    @property
    def path(self) -> Path:
        """Where it stands."""
        return FOLDER / f"{self.role}.{self.locale}.md"

    def steps(self) -> list[Step]:
        """Read it, heading by heading."""
        found: list[Step] = []
        for part in re.split(r"^#+ ", self.path.read_text(encoding="utf-8"), flags=re.MULTILINE)[
            1:
        ]:
            heading, _, body = part.partition("\n")
            step = Step(heading.strip())
            step.deeds += [deed for comment in _COMMENT.findall(body) for deed in _deeds(comment)]
            words = _COMMENT.sub("", body)
            step.quoted += re.findall(r"\*\*(.+?)\*\*", words)
            step.shown += re.findall(r"!\[[^\]]+\]\(([^)]+)\)", words)
            found.append(step)
        return found


_COMMENT = re.compile(r"<!--\n(.*?)-->", re.DOTALL)


def _deeds(comment: str) -> Iterator[Deed]:
    for line in comment.strip().splitlines():
        verb, colon, rest = line.partition(": ")
        if not colon or verb not in VERBS:
            raise ValueError(f"no deed: {line}")
        what, _, value = rest.partition(" = ") if verb in {"fill", "file"} else (rest, "", "")
        yield Deed(verb, what.strip(), value.strip())


def tutorials() -> list[Tutorial]:
    """Give all of them."""
    return [Tutorial(role, locale) for role in ROLES for locale in LOCALES]


def squeezed(text: str) -> str:
    """Leave out spaces, which pages break elsewhere."""
    return re.sub(r"\s+", "", text)


def follow(tutorial: Tutorial, hands: Hands) -> list[str]:
    """Do all that a tutorial says; tell what it quotes and no page of that step shows."""
    missing, page = [], ""
    for step in tutorial.steps():
        pages = [page]
        for deed in step.deeds:
            hands.do(deed)
            page = squeezed(hands.seen())
            pages.append(page)
        whole = "\n".join(pages)
        missing += [
            f"{step.heading}: {told}" for told in step.quoted if squeezed(told) not in whole
        ]
    return missing

"""A vocabulary for tests of definitions, made of the words that the key-issue workflow uses."""

import tomllib
from dataclasses import replace
from pathlib import Path

from engine.domain.needs import Need, Vocabulary
from engine.words import Text
from workflows.needs import VOCABULARY as SHIPPED

WORKFLOWS = Path(__file__).parents[2] / "workflows"
KEY_ISSUE = (WORKFLOWS / "key-issue.toml").read_text(encoding="utf-8")
PARTIES = (
    "office", "duty", "head", "supervision", "lead-leader",
    "officer", "assigner", "successor", "time", "liaison", "uninvolved", "no-one",
)  # fmt: skip
_ARCS = tomllib.loads(KEY_ISSUE)["transition"]


def _words(key: str) -> tuple[str, ...]:
    return tuple(sorted({word.removesuffix("?") for arc in _ARCS for word in arc.get(key, ())}))


def vocabulary(
    *, suppliers: tuple[str, ...] = ("office",), more: tuple[str, ...] = ()
) -> Vocabulary:
    """Make a vocabulary; `suppliers` stand for every need, `more` are needs besides."""
    names = (*_words("needs"), *more)
    return replace(
        SHIPPED,
        needs={name: Need(name, lambda _a: None, suppliers) for name in names},
        parties=PARTIES,
        fields=_words("fields"),
        effects=_words("effects"),
    )


VOCABULARY = vocabulary()
SENTENCES = {need.sentence: Text("缺", "missing") for need in VOCABULARY.needs.values()}

"""The words of the page on permissions, in Chinese and in English, as the pages say them."""

from collections.abc import Iterable, Mapping

from engine.domain.access import ACTS, FIT, ROLES, SEES, WRITERS
from web.wording import web_catalogue

Said = tuple[str, str]


def _said(prefix: str, names: Iterable[str]) -> Mapping[str, Said]:
    words = {name: web_catalogue()[f"{prefix}-{name.replace('.', '-')}"] for name in names}
    return {name: (text.zh, text.en) for name, text in words.items()}


ROLES_SAID = _said("role", ROLES)
ACTS_SAID = _said("act", ACTS)
PARTS_SAID = _said("part-of", WRITERS)
SIGHT_SAID = _said("sight", SEES)
FIT_SAID = _said("fit", FIT)

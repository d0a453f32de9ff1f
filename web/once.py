"""Parts of a page that are rendered once for the same content, for whoever reads them.

Rows of lists take most of the time of a page, and the same cases stand on the pages of many. A part
is known by all that its macro is handed, the language, the day, the zone and the workflow's titles:
where any of it differs, it is rendered anew, so that nothing has to be told to forget.
"""

from collections.abc import Callable
from threading import Lock

import orjson
from markupsafe import Markup

from web.wording import VOICE

MOST = 4096
"""Parts that are kept, of one or two KB each."""
_KEPT: dict[bytes, Markup] = {}
_TURN = Lock()


def once(name: str, macro: Callable[..., Markup], *given: object) -> Markup:
    """Give what a macro makes of values, all plain ones of an answer; `name` is its own."""
    voice = VOICE.get()
    key = orjson.dumps((name, voice.locale, voice.today, voice.zone.key, voice.sign, given))
    found = _KEPT.get(key)
    if found is None:
        found = macro(*given)
        _keep(key, found)
    return found


def _keep(key: bytes, part: Markup) -> None:
    """Keep a part; the oldest makes room, so that a page of new rows does not cost all others."""
    with _TURN:
        while len(_KEPT) >= MOST:
            del _KEPT[next(iter(_KEPT))]
        _KEPT[key] = part

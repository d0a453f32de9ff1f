"""What pages call the parameters of their addresses: the word that stands on the page for each.

Whoever followed an old bookmark or mended an address by hand never chose the names in it.
"""

from collections.abc import Iterable, Mapping

from engine.errors import FieldFault
from engine.service.reports.asking import GROUPINGS
from engine.words import Locale, Message, listed, say
from web.wording import say_in

EVERYWHERE: Mapping[str, str] = {
    "cursor": "filter-cursor",
    "done": "asked-done",
    "format": "asked-format",
    "next": "asked-next",
    "q": "filter-q",
}
"""Parameters that are called the same on every page that takes them."""
_REPORT: Mapping[str, str] = {
    "as_of": "overdue-day",
    "by": "overdue-by",
    "unit": "case-unit",
    "leader": "case-leader",
    "stage": "report-stage",
    "issue": "report-issue",
    "bucket": "report-bucket",
}
_FILTERS = (
    "q", "state", "unit", "leader", "issue", "due", "origin", "late", "opened", "rested", "as_of",
    "sort", "view", "until", "soon", "acknowledged",
)  # fmt: skip
_LIST: Mapping[str, str] = {
    **{name: f"filter-{name}" for name in _FILTERS},
    "limit": "filter-limit",
    "rows": "filter-limit",
    "more": "asked-more",
    "id": "asked-id",
    "all": "asked-id",
    "page": "asked-id",
}
_PROVIDER = dict.fromkeys(("state", "code", "error", "iss"), "asked-provider")
OF_PAGES: Mapping[str, Mapping[str, str]] = {
    "/reports/": _REPORT,
    "/cases/{code}": {"history": "asked-history"},
    "/cases": _LIST,
    "/calendar/": {"from": "calendar-from", "days": "calendar-n", "unit": "calendar-in"},
    "/roster": {"from": "asked-from"},
    "/import/sample": {"kind": "label-import-kind"},
    "/units": {"unit": "asked-unit"},
    "/search": {"in": "search-within"},
    "/inbox": {"entry": "asked-entry"},
    "/workflows/": {"version": "asked-version"},
    "/supervision": {
        "case": "diff-case", "seq": "asked-event", "a": "diff-from", "b": "diff-to",
        "urge": "asked-letters",
    },
    "/account/prove": {"why": "asked-why"},
    "/login": _PROVIDER,
}  # fmt: skip
"""The others by the beginning of the page's address, the longest first where several begin so."""
OFFERED: Mapping[str, tuple[str, Iterable[str]]] = {"by": ("overdue-by", GROUPINGS)}
"""What may be chosen in a parameter, where that is offered in words: prefix and names."""
LONGEST = 60
"""How much of a wrong part of an address is shown."""


def word_of(path: str, name: str) -> str | None:
    """Give the code of the word for a parameter of a page; None for one that no page takes."""
    pages = [words for begin, words in OF_PAGES.items() if path.startswith(begin) and name in words]
    return pages[0][name] if pages else EVERYWHERE.get(name)


def called(path: str, name: str, locale: Locale) -> str | None:
    """Name a parameter as its page does; None where no page takes it."""
    word = word_of(path, name)
    return None if word is None else say_in(locale, word)


def said_of(path: str, fault: FieldFault, value: str, locale: Locale) -> str:
    """Say what is wrong with a part of an address, with what stands there."""
    shown = {"value": value[:LONGEST], "says": say(_offered(fault, locale), locale)}
    name = called(path, fault.field, locale)
    if name is None:
        return say_in(locale, "refused-asked-unknown", **shown)
    return say_in(locale, "refused-asked", name=name, **shown)


def _offered(fault: FieldFault, locale: Locale) -> Message:
    """Name what may be chosen as the page offers it."""
    prefix, names = OFFERED.get(fault.field, ("", ()))
    if not names or "known" not in fault.message.params:
        return fault.message
    known = listed(say_in(locale, f"{prefix}-{name}") for name in names)
    return Message(fault.message.code, {**fault.message.params, "known": known})

"""How a due date came about: the facts that a clock keeps, and the words made from them.

Facts are JSON values (whole numbers, text, ISO 8601 dates), so that a clock of any past day can be
explained in either language for ever, whatever the calendar says by then.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from engine.words import Locale, Message, message, say

Facts = dict[str, Any]
SHOWN = 8
"""So many exceptions of each sort a derivation names; of more it gives the number."""
_ONE_DAY = timedelta(days=1)
_SEPARATORS: dict[Locale, tuple[str, str]] = {"zh": ("、", "；"), "en": (", ", "; ")}
_PROMISES = frozenset(
    {
        "case-due",
        "measure-due",
        "letter-answer-by",
        "report-day",
        "extension",
        "suspension",
        "import",
    }
)


def grounds(
    listed: Mapping[date, bool],
    overrides: Mapping[date, bool],
    labels: Mapping[int, str],
    first: date,
    last: date,
) -> Facts:
    """Name what in a span of days, both ends included, is not as its weekday says, and by what.

    `listed` are the days of the notices and `overrides` the local exceptions, True for those that
    work; `labels` are the names of the years whose notice is loaded.
    """
    local = {d: overrides[d] for d in sorted(overrides) if first <= d <= last}
    here = [d for d in sorted(listed) if first <= d <= last and d not in local]
    years = range(first.year, last.year + 1)
    found: dict[str, list[Any]] = {
        "make_up": [d.isoformat() for d in here if listed[d]],
        "off": list(_stretches([d for d in here if not listed[d]])),
        "overridden": [[d.isoformat(), works] for d, works in local.items()],
        "calendars": [labels[y] for y in years if y in labels],
        "without_notice": [y for y in years if y not in labels],
    }
    more = sum(max(0, len(items) - SHOWN) for items in found.values())
    shown: Facts = {name: items[:SHOWN] for name, items in found.items() if items}
    return shown | ({"more": more} if more else {})


def _stretches(days: list[date]) -> Iterator[list[str]]:
    """Give runs of days on end as pairs of first and last."""
    breaks = [(a, b) for a, b in pairwise(days) if b - a > _ONE_DAY]
    firsts = [*days[:1], *(b for _, b in breaks)]
    lasts = [*(a for a, _ in breaks), *days[-1:]]
    for first, last in zip(firsts, lasts, strict=True):
        yield [first.isoformat(), last.isoformat()]

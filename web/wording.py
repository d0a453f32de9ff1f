"""How pages write dates, days, money and sizes, in Chinese and in English (`ui/README.md` §5).

Templates hand over plain values of the HTTP API (ISO strings, whole numbers, fen). In which
language, on which day and in which time zone they are read is the `Voice` of the page being
rendered; a context variable holds it, so that filters and macros need not be handed it along.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from hashlib import sha256
from zoneinfo import ZoneInfo

import orjson
from markupsafe import Markup, escape

from engine.words import Locale, Number, Text, catalogue

Words = Mapping[str, Mapping[str, object]]
FEN_PER_YUAN = 100
YUAN_PER_WAN = 10_000
FEN_PER_WAN = FEN_PER_YUAN * YUAN_PER_WAN
BYTES_PER_KB = 1024
HASH_SHOWN = 8  # hex digits of a hash that a reader sees; the whole one is in the title and export


@dataclass(frozen=True)
class Voice:
    """Who is spoken to: language, their today, the office's zone, and the workflow's titles."""

    locale: Locale = "zh"
    today: date | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    words: Words = field(default_factory=dict)

    @cached_property
    def sign(self) -> str:
        """Tell by what these titles are known."""
        return sha256(orjson.dumps(self.words, option=orjson.OPT_SORT_KEYS)).hexdigest()


VOICE: ContextVar[Voice] = ContextVar("VOICE")


class Count(Number):
    """A whole number in a sentence of a page: grouped by thousands."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec or ",")


@cache
def web_catalogue() -> dict[str, Text]:
    """Give the words of pages: the web's own, and the engine's where the web has none."""
    return catalogue("engine") | catalogue("web")


def _counted(params: Mapping[str, object]) -> dict[str, object]:
    return {name: Count(v) if type(v) is int else v for name, v in params.items()}


def say_in(locale: Locale, code: str, /, **params: object) -> str:
    """Say a catalogue code in one language. KeyError for an unknown code or parameter."""
    return web_catalogue()[code].in_(locale).format_map(_counted(params))


_BEFORE: dict[Locale, int] = {"zh": 3, "en": 8}
"""How much may stand before the label in a sentence that begins with it: “这个”, “Enter a”."""


def labelled_in(locale: Locale, label: str, says: str) -> str:
    """Put a field's label before a sentence about it, unless the sentence begins with it."""
    head = says[: len(label) + _BEFORE[locale]]
    if label.casefold() in head.casefold():
        return says
    return say_in(locale, "form-field-says", label=label, says=says)


def labelled(label: str, says: str) -> str:
    """Put a label before a sentence in the page's language, as `labelled_in` does."""
    return labelled_in(VOICE.get().locale, label, says)


def t(code: str, /, **params: object) -> str:
    """Say a catalogue code in the page's language. KeyError for an unknown code or parameter."""
    return say_in(VOICE.get().locale, code, **params)


def told(code: str, fallback: str, /) -> str:
    """Say a code that data names; `fallback` where the catalogue does not know it."""
    return t(code) if code in web_catalogue() else fallback


def rich(code: str, /, **params: object) -> Markup:
    """Say a code whose parameters may be markup; everything that is not markup is escaped."""
    wording = escape(web_catalogue()[code].in_(VOICE.get().locale))
    shown = {
        k: v if isinstance(v, (Count, Markup)) else escape(v) for k, v in _counted(params).items()
    }
    return Markup(str(wording).format_map(shown))  # noqa: S704 - every part was escaped above


def as_instant(value: str | datetime) -> datetime:
    """Read an RFC 3339 instant and give it in the office's zone."""
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(VOICE.get().zone)


def as_date(value: str | date) -> date:
    """Read a date, or the legal day on which an instant falls in the office's zone."""
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return as_instant(value).date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def _parts(value: str | date) -> dict[str, object]:
    d = as_date(value)
    names = t("format-weekdays").split("|")
    months = t("format-months").split("|")
    return {
        "year": str(d.year),
        "month": months[d.month - 1],
        "day": str(d.day),
        "weekday": names[d.weekday()],
    }


def nil() -> str:
    """Give the word for a value that is not there."""
    return t("format-nil")


def _is_this_year(value: str | date) -> bool:
    today = VOICE.get().today
    return today is not None and as_date(value).year == today.year


def day(value: str | date | None) -> str:
    """Write a date as “4月23日” or “23 April”; the year only where it is not this year's."""
    if value is None:
        return nil()
    return t("format-day" if _is_this_year(value) else "format-day-year", **_parts(value))


def day_long(value: str | date | None) -> str:
    """Write a date with its year, whatever year it is now: “2026年4月23日”, “23 April 2026”."""
    return nil() if value is None else t("format-day-year", **_parts(value))


def day_week(value: str | date | None) -> str:
    """Write a date with its weekday, “4月24日（周五）”; with the year if it is another."""
    if value is None:
        return nil()
    return t("format-day-week" if _is_this_year(value) else "format-day-full", **_parts(value))


def day_full(value: str | date | None) -> str:
    """Write a date whole: “2026年4月23日（周四）”, “Thursday 23 April 2026”."""
    return nil() if value is None else t("format-day-full", **_parts(value))


def weekday(value: str | date) -> str:
    """Name the weekday of a date."""
    return str(_parts(value)["weekday"])


def clock_time(value: str | datetime) -> str:
    """Write the time of an instant on a 24-hour clock: “15:00”."""
    return as_instant(value).strftime("%H:%M")


def moment(value: str | datetime | None) -> str:
    """Write day and time of an instant: “4月23日15:00”, “23 April 15:00”."""
    return nil() if value is None else t("format-moment", day=day(value), time=clock_time(value))


def moment_full(value: str | datetime) -> str:
    """Write an instant with its year: “2026年4月23日15:00”, “23 April 2026 15:00”."""
    return t("format-moment", day=day_long(value), time=clock_time(value))


def plain(n: float) -> str:
    """Write a number with a decimal only where it has one: “5”, “5.5”."""
    return f"{n:,.0f}" if n == int(n) else f"{n:,.1f}"


def iso_day(value: str | date) -> str:
    """Give the legal day as ISO 8601, for controls and addresses."""
    return as_date(value).isoformat()


def money(fen: int | None) -> str:
    """Write an amount of fen: “144.2万元”, “¥1,442,000”. Never rounds: odd sums stand in full."""
    if fen is None:
        return nil()
    yuan, cents = divmod(abs(fen), FEN_PER_YUAN)
    sign = "-" if fen < 0 else ""
    if VOICE.get().locale == "zh" and yuan >= YUAN_PER_WAN and abs(fen) % (FEN_PER_WAN // 100) == 0:
        wan = f"{abs(fen) // FEN_PER_WAN:,}.{abs(fen) % FEN_PER_WAN // (FEN_PER_WAN // 100):02d}"
        return t("format-money-wan", amount=sign + wan.rstrip("0").rstrip("."))
    amount = f"{yuan:,}.{cents:02d}" if cents else f"{yuan:,}"
    return t("format-money", amount=amount, sign=sign)


def working_days(n: int) -> str:
    """Write a number of working days: “6个工作日”, “1 working day”."""
    return t("format-working-days", n=n)


def natural_days(n: int) -> str:
    """Write a number of calendar days: “6日”, “6 calendar days”."""
    return t("format-natural-days", n=n)


def duration(seconds: float | None) -> str:
    """Write a length of time by its two largest units of day, hour and minute."""
    if seconds is None:
        return nil()
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return t("format-days-hours", days=days, hours=hours)
    if not hours:
        return t("format-minutes", minutes=rest)
    return t("format-hours-minutes", hours=hours, minutes=rest)


def size(n: int) -> str:
    """Write a number of bytes in KB or MB of 1024, as file managers do."""
    if n < BYTES_PER_KB * BYTES_PER_KB:
        return f"{max(1, round(n / BYTES_PER_KB))} KB"
    return f"{n / BYTES_PER_KB / BYTES_PER_KB:.1f} MB"


def grouped(n: int) -> str:
    """Write a whole number with separators every three digits."""
    return f"{n:,}"


def short_hash(value: str) -> str:
    """Give the first eight hex digits of a hash, as much as a reader compares by eye."""
    return value[:HASH_SHOWN]


def person(account: Mapping[str, str | None] | None) -> str:
    """Name an account with its post: “张三（副主任）”; the word for nobody where there is none."""
    if account is None:
        return t("format-nobody")
    if not account.get("post"):
        return str(account["name"])
    return t("format-person", name=account["name"], post=account["post"])


def names(things: list[Mapping[str, str]]) -> str:
    """List the names of units or accounts, separated as the language does."""
    return t("format-comma").join(thing["name"] for thing in things) or nil()


def sentence(words: str) -> str:
    """Begin words as a sentence does: with a capital letter, in scripts that have them."""
    return words[:1].upper() + words[1:]


def titled(name: str, kind: str) -> str:
    """Give the workflow's own title of a state, trigger, clock or event kind, or its name."""
    found = VOICE.get().words.get(kind, {}).get(name, name)
    return str(found["title"] if isinstance(found, Mapping) else found)


def step_title(trigger: str, moved: bool) -> str:  # noqa: FBT001  # a filter takes it by place
    """Give the title of a step that was taken: of two by one trigger, of the one that moved."""
    found = VOICE.get().words.get("moves", {}).get(trigger) if moved else None
    return str(found) if found else titled(trigger, "triggers")


def pip(state: str) -> int:
    """Give how far along a state is, 1 to 5: the number of filled pips and its tint."""
    found = VOICE.get().words.get("states", {}).get(state)
    step = found.get("step", 1) if isinstance(found, Mapping) else 1
    return max(1, min(5, int(step)))


def percent(part: float, whole: float) -> str:
    """Give a share as an SVG percentage with two decimals; an empty whole gives zero."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"


FILTERS = {
    f.__name__: f
    for f in (
        day, day_long, day_week, day_full, weekday, clock_time, moment, moment_full, plain,
        iso_day, money, working_days, natural_days, duration, size, grouped, short_hash, person,
        names, titled, step_title, sentence, pip, percent,
    )
}  # fmt: skip

"""Words of watching and holding people who complain: no text about an issue needs one.

A free text could make of a case what no field is made for: a note of who is to be watched, held up
or fetched back. Duban tracks issues and the officials who answer for them, never citizens
(`docs/explanation/scope.md`); so a text with one of these words is refused, with a sentence that
says what to write instead. The list is short on purpose: each word means doing something to people
who complain, none a measure against a cause.
"""

WORDS = (
    "重点人员", "重点人头", "稳控对象", "稳控人员", "稳控人头", "包保稳控", "缠访", "闹访",
    "非访人员", "访民", "上访户", "盯防", "盯控", "行踪", "劝返", "截访",
)  # fmt: skip


def find(text: str) -> str | None:
    """Find the first of these words in a text; None where it has none."""
    found = [(at, word) for word in WORDS if (at := text.find(word)) >= 0]
    return min(found)[1] if found else None

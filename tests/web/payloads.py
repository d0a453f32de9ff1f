"""Texts that would run, or break out, if any page or file took them for more than text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_CALL = "duban_ran(7)"
_TAGS = [
    f"<script>{_CALL}</script>", f"<img src=x onerror={_CALL}>", f"<svg onload={_CALL}>",
    f"<body onload={_CALL}>", f"<details open ontoggle={_CALL}>",
    f"<iframe src=javascript:{_CALL}>",
    f"<a href=javascript:{_CALL}>x</a>", f"<math href=javascript:{_CALL}>x</math>",
    f"<object data=javascript:{_CALL}>", f"<embed src=javascript:{_CALL}>",
    f"<style>@import'javascript:{_CALL}'</style>", "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>", "<link href=//evil.ex>",
    f"<form action=javascript:{_CALL}><button>x</button></form>", "<plaintext>", "<noscript><p>",
    f"<div hx-get=/x hx-on:click={_CALL}>", f"<p data-hx-trigger=load hx-post=/logout>{_CALL}</p>",
    f"<xmp><script>{_CALL}</script>", f"<table background=javascript:{_CALL}>",
]  # fmt: skip
_LEAVES = ["", """"'>""", "</textarea>", "</title>", "</script>", "-->", "]]>", "</select>",
           '" autofocus onfocus=duban_ran(7) x="', "' onmouseover=duban_ran(7) x='"]  # fmt: skip
_OTHERS = [
    f"javascript:{_CALL}", f"{{{{{_CALL}}}}}", "{{7*7}}{%raw%}", "{% include 'x' %}", "${7*7}",
    "%3Cscript%3Eduban_ran(7)%3C/script%3E", "&lt;script&gt;duban_ran(7)&lt;/script&gt;",
    "&#60;script&#62;duban_ran(7)&#60;/script&#62;", "＜script＞duban_ran(7)＜/script＞",
    "\\u003cscript\\u003eduban_ran(7)", "<scr<script>ipt>duban_ran(7)</scr</script>ipt>",
    "<!--<img src=x onerror=duban_ran(7)>", "<![CDATA[<script>duban_ran(7)</script>]]>",
    "<w:instrText>DDEAUTO cmd</w:instrText>", "</w:t><w:br/>", '=HYPERLINK("//evil.example")',
    "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "BEGIN:VALARM", "{0.__class__}", "%(x)s",
]  # fmt: skip
PAYLOADS = [f"{leave}{tag}" for tag in _TAGS for leave in _LEAVES[:5]] + [
    f"{leave}{_TAGS[1]}" for leave in _LEAVES[5:]
] + _OTHERS  # fmt: skip
"""Every one is a line of text that any field takes."""
_URLS = frozenset({"href", "src", "action", "formaction", "data", "background", "poster", "ping"})
_NEVER = frozenset(
    {"iframe", "object", "embed", "base", "style", "math", "plaintext", "xmp", "applet"}
)
_REFRESH = re.compile(r"refresh", re.IGNORECASE)


class Page(HTMLParser):
    """Reads a page as a browser does, and notes what in it could run or lead away."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judge one element."""
        given = {name: value or "" for name, value in attrs}
        self.wrong += [f"<{tag} {fault}>" for fault in _faults(tag, given)]
        self.text += given.values()

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        self.text.append(data)


def _faults(tag: str, given: dict[str, str]) -> Iterator[str]:
    if tag in _NEVER or not re.fullmatch("[a-z][a-z0-9]*", tag):
        yield "is none of ours"
    if tag == "script" and not given.get("src", "").startswith("/static/"):
        yield "inline"
    if tag == "link" and not given.get("href", "").startswith("/static/"):
        yield "from elsewhere"
    if tag == "meta" and _REFRESH.search(given.get("http-equiv", "")):
        yield "leads on"
    for name, value in given.items():
        if name.startswith(("on", "hx-on", "data-hx")) or name == "style":
            yield name
        leads = value.strip().partition(":")[0].lower()
        if name in _URLS and (leads in {"javascript", "data", "vbscript"} or value[:2] == "//"):
            yield f"{name}={value[:60]}"

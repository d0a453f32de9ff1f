"""Somebody who follows a tutorial without a browser: the pages' own links and forms are used."""

from typing import Any

from lxml import html as pages

from engine.bootstrap import Application
from tests.tutorials.office import PASSWORDS
from tests.tutorials.script import Deed, squeezed
from tests.web import desk

_FOUND, _SEE_OTHER = 200, 303


class Reader:
    """Follows a tutorial in one language."""

    def __init__(self, application: Application, locale: str) -> None:
        self._browser = desk.browser(application)
        self._browser.client.headers["Accept-Language"] = {"zh": "zh-CN", "en": "en-GB"}[locale]
        self._files: list[tuple[str, tuple[str, bytes, str]]] = []
        self._page: Any = None
        self._at = ""

    def do(self, deed: Deed) -> None:
        """Do one thing."""
        getattr(self, f"_{deed.verb}")(deed)

    def seen(self) -> str:
        """Give the words of the page that is open: its text, and what its controls offer."""
        return str(self._page.text_content())

    def _as(self, deed: Deed) -> None:
        self._browser.client.cookies.clear()
        self._go("/login")
        self._form_with("login").fields["login"] = deed.what
        self._form_with("password").fields["password"] = PASSWORDS[deed.what]

    def _menu(self, deed: Deed) -> None:
        self._go(self._named("//header//nav//a", deed.what).get("href"))

    def _press(self, deed: Deed) -> None:
        found = self._named("//main//a|//main//button|//footer//a", deed.what)
        if found.tag == "a":
            self._go(found.get("href"))
        else:
            self._send(found)

    def _fill(self, deed: Deed) -> None:
        control = self._form_with(deed.what).inputs[deed.what]
        if getattr(control, "type", "") == "checkbox":
            control.checked = True
        elif isinstance(control, pages.CheckboxGroup):
            control.value.add(deed.value)
        else:
            control.value = deed.value

    def _file(self, deed: Deed) -> None:
        assert self._form_with(deed.what).inputs[deed.what].type == "file"
        content = deed.value.encode()
        self._files.append((deed.what, (deed.value, content, "application/octet-stream")))

    def _picture(self, deed: Deed) -> None:
        """Pictures are taken elsewhere; here the part of the page has only to be there."""
        _, _, part = deed.what.partition(" ")
        at = f"//*[@id='{part[1:]}']" if part.startswith("#") else f"//{part}"
        assert not part or self._page.xpath(at), f"{self._at} has no {part}"

    def _named(self, where: str, words: str) -> Any:  # noqa: ANN401  # lxml's own
        wanted, found = squeezed(words), self._page.xpath(where)
        for fits in (str.__eq__, str.startswith):
            for one in found:
                if fits(squeezed(one.text_content()), wanted):
                    return one
        raise AssertionError(f"nothing on {self._at} says {words}")

    def _form_with(self, name: str) -> Any:  # noqa: ANN401  # lxml's own
        for form in self._page.forms:
            if form.xpath("ancestor::main") and name in form.inputs:
                return form
        raise AssertionError(f"no form on {self._at} has a field {name}")

    def _send(self, button: Any) -> None:  # noqa: ANN401  # lxml's own
        form = button.xpath("ancestor::form[1]")[0]
        given = [*form.form_values()]
        if button.get("name"):
            given.append((button.get("name"), button.get("value", "")))
        action = button.get("formaction") or form.action or self._at
        if form.method == "GET":
            self._go(f"{action}?{'&'.join(f'{name}={value}' for name, value in given)}")
            return
        values: dict[str, list[str]] = {}
        for name, value in given:
            values.setdefault(name, []).append(value)
        more = {"files": self._files} if form.get("enctype") else {}
        answer = self._browser.post(action, values, **more)
        self._files = []
        if answer.status_code == _SEE_OTHER:
            self._go(answer.headers["location"])
        else:
            self._take(action, answer)

    def _go(self, path: str) -> None:
        answer = self._browser.get(path.split("#", maxsplit=1)[0])
        while answer.status_code == _SEE_OTHER:
            path = answer.headers["location"]
            answer = self._browser.get(path.split("#")[0])
        self._take(path, answer)

    def _take(self, path: str, answer: Any) -> None:  # noqa: ANN401  # httpx's own
        assert answer.status_code == _FOUND, (path, answer.status_code, desk.text_of(answer.text))
        self._at, self._page = path, pages.document_fromstring(answer.text)

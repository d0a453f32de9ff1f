"""Fills Word templates with values, so that the office can change how its documents look.

A template is a .docx file with fields such as `{{ title }}` (docxtpl). What stands in the values is
text and nothing else: signs of XML and of templates are written as themselves, and a template can
reach no more than the values that it is given.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from engine.errors import DefinitionError, SettingsError
from engine.output.legible import legible

ENDING = ".docx"


def template_of(name: str, folder: Path | None) -> Path | None:
    """Give the office's own template of a document, None where it keeps none."""
    file = None if folder is None else folder / f"{name}{ENDING}"
    return file if file is not None and file.is_file() else None


def fill(template: bytes | Path, values: Mapping[str, object]) -> bytes:
    """Fill a template in. `values` are texts, numbers, and lists and mappings of such.

    Raises DefinitionError where the template is no Word file, is broken, or has a field that this
    document does not know; SettingsError where the extra `docs` is not installed.
    """
    name = template.name if isinstance(template, Path) else ENDING
    try:
        from docxtpl import DocxTemplate  # noqa: PLC0415  # an extra, and slow to import
    except ImportError as error:
        raise SettingsError("paper-no-docxtpl") from error

    class Strict(DocxTemplate):  # type: ignore[misc]  # untyped
        """A template whose outcome must be whole: repaired XML may have lost words."""

        def fix_tables(self, xml: str) -> Any:  # noqa: ANN401  # an element
            etree.fromstring(xml)  # our own text, entities are not loaded
            return super().fix_tables(xml)

    source = io.BytesIO(template) if isinstance(template, bytes) else str(template)
    out = io.BytesIO()
    try:
        document = Strict(source)
        environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        document.render(_texts(values), environment, autoescape=True)
        document.save(out)
    except UndefinedError as error:
        known = ", ".join(sorted(values))
        raise DefinitionError(
            "paper-template-field", file=name, detail=_line(error, source), known=known
        ) from error
    except Exception as error:  # a file of somebody's: anything may be wrong with it
        raise DefinitionError("paper-template", file=name, detail=_line(error, source)) from error
    return without_times(out.getvalue())


def without_times(content: bytes) -> bytes:
    """Give a document whose parts do not say when they were packed: the same words, the same bytes.

    What was archived can so be written again, byte for byte.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w") as again:
        for part in packed.infolist():
            told = zipfile.ZipInfo(part.filename)
            again.writestr(told, packed.read(part), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _line(error: Exception, source: object) -> str:
    """Give what a library says in one line, without the folder of the file."""
    words = " ".join(str(error).replace(str(source), ENDING).split())
    return words[:200] or type(error).__name__


def _texts(value: object) -> Any:  # noqa: ANN401  # as deep as the value
    """Make every text one that is written as it stands, in XML and in templates alike."""
    if isinstance(value, Mapping):
        return {name: _texts(part) for name, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_texts(part) for part in value]
    if value is None:
        return ""
    if isinstance(value, bool | int | float | date | datetime):
        return value
    return _written(str(value))


def _written(text: str) -> Markup:
    """Escape a text. Braces too: docxtpl takes some of them for its own even in values."""
    safe = str(escape(legible(text))).replace("{", "&#123;").replace("}", "&#125;")
    return Markup(safe.replace("%", "&#37;"))  # noqa: S704  # every sign was escaped above

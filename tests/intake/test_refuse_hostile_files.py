import random
import resource
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from engine.errors import DubanError
from tests.intake.files import (
    HEADER,
    ROW,
    SAMPLES,
    cell,
    csv_file,
    docx_file,
    read,
    refusal,
    table,
    unzipped,
    xlsx_file,
    zipped,
)

MOST_MEMORY = 512 * 1024
"""Kibibytes that this process may gain by reading any of them."""
SHEET = "xl/worksheets/sheet1.xml"
DOCUMENT = "word/document.xml"
XLSX = xlsx_file([HEADER, ROW])
DOCX = docx_file(table(HEADER, ROW))
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12)
) + "]>"  # fmt: skip


def changed(content: bytes, part: str, text: bytes) -> bytes:
    """Put another part in the place of one."""
    return zipped({**unzipped(content), part: text})


def declared(content: bytes, part: str, declaration: str) -> bytes:
    """Put a document type before a part's root."""
    whole = unzipped(content)[part]
    begin = whole.index(b"?>") + 2 if whole.startswith(b"<?xml") else 0
    return changed(content, part, whole[:begin] + declaration.encode() + whole[begin:])


def sheet(rows: str, dimension: str = "A1:F2") -> bytes:
    """Put other rows into the sheet of an Excel file."""
    text = (
        f'<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    return changed(XLSX, SHEET, text.encode())


def inline(place: str, text: str) -> str:
    """Write one cell of a sheet."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def forged(content: bytes, size: int) -> bytes:
    """Claim another size of every part in the archive's directory."""
    data, place = bytearray(content), 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 24 : place + 28] = struct.pack("<I", size)
        place += 4
    return bytes(data)


def named(name: str) -> bytes:
    """Add a part under a name."""
    return zipped({**unzipped(XLSX), name: b"x"})


def bomb(megabytes: int) -> bytes:
    """Pack many zeros into little."""
    return zipped({**unzipped(DOCX), "word/media/image1.bin": b"\x00" * (megabytes << 20)})


def nested(depth: int) -> bytes:
    """Write a document whose elements stand inside each other."""
    whole = unzipped(DOCX)[DOCUMENT].replace(
        b"<w:body>", b"<w:body>" + b"<w:sdt>" * depth, 1
    ).replace(b"</w:body>", b"</w:sdt>" * depth + b"</w:body>", 1)  # fmt: skip
    return changed(DOCX, DOCUMENT, whole)


def shared(copies: int) -> bytes:
    """Refer many times to one long shared text."""
    text = f'<sst xmlns="{_MAIN}"><si><t>{"长" * 30_000}</t></si></sst>'
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, copies + 1)
    )
    return changed(changed(XLSX, "xl/sharedStrings.xml", text.encode()), SHEET, (
        f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    ).encode())  # fmt: skip


def encrypted() -> bytes:
    """Say of every part that it is encrypted."""
    data, place = bytearray(XLSX), 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        data[place + 8] |= 1
        place += 4
    return bytes(data)


def twice() -> bytes:
    """Put two parts under one name."""
    out = BytesIO(DOCX)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(DOCUMENT, b"<x/>")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
FAR = inline("A1", "重点问题") + inline("B1", "任务")
HOSTILE = {
    "ole": (OLE, "old format"),
    "ole with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
    "zip with a password": (encrypted(), "password"),
    "pdf": (b"%PDF-1.7\n" + b"x" * 900, "no file that can be imported"),
    "rtf": (b"{\\rtf1 x}", "no file that can be imported"),
    "png": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 90, "no file that can be imported"),
    "jpeg": (b"\xff\xd8\xff\xe0" + b"\x00" * 90, "no file that can be imported"),
    "gzip": (b"\x1f\x8b\x08" + b"\x00" * 90, "no file that can be imported"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"\x00" * 90, "no file that can be imported"),
    "program": (b"\x7fELF" + b"\x00" * 90, "no file that can be imported"),
    "zip of nothing": (b"PK\x05\x06" + b"\x00" * 18, "no file that can be imported"),
    "zip of something else": (zipped({"a.txt": "x"}), "no file that can be imported"),
    "zip without its end": (XLSX[: len(XLSX) // 2], "damaged"),
    "zip of one byte": (b"PK\x03\x04", "damaged"),
    "half a document": (DOCX[:-40], "damaged"),
    "parts twice": (twice(), "damaged"),
    "no main part": (zipped({"word/styles.xml": "<x/>"}), "damaged"),
    "main part is no xml": (changed(DOCX, DOCUMENT, b"\x00\x01"), "damaged"),
    "main part is empty": (changed(DOCX, DOCUMENT, b""), "damaged"),
    "main part breaks off": (changed(DOCX, DOCUMENT, unzipped(DOCX)[DOCUMENT][:-30]), "damaged"),
    "sheet is no xml": (changed(XLSX, SHEET, b"PK"), ""),
    "sheet breaks off": (changed(XLSX, SHEET, unzipped(XLSX)[SHEET][:-60]), ""),
    "workbook is no xml": (changed(XLSX, "xl/workbook.xml", b"<<<"), "damaged"),
    "relations missing": (
        zipped({n: c for n, c in unzipped(XLSX).items() if "rels" not in n}), "damaged",
    ),
    "external entity in word": (declared(DOCX, DOCUMENT, _ENTITY), "no office program"),
    "external entity in excel": (declared(XLSX, SHEET, _ENTITY), "no office program"),
    "billion laughs in word": (declared(DOCX, DOCUMENT, _LAUGHS), "no office program"),
    "billion laughs in excel": (
        declared(XLSX, "xl/sharedStrings.xml", _LAUGHS), "no office program",
    ),
    "document type in utf-16": (
        changed(DOCX, DOCUMENT, f"<?xml version='1.0'?>{_ENTITY}<x/>".encode("utf-16")),
        "no office program",
    ),
    "absolute path": (named("/etc/x.xml"), "no office program"),
    "path outside": (named("../../x.xml"), "no office program"),
    "path outside, other slashes": (named("xl\\..\\..\\x.xml"), "no office program"),
    "drive letter": (named("C:/x.xml"), "no office program"),
    "many parts": (zipped({**unzipped(DOCX), **{f"{n}.x": b"" for n in range(2500)}}), "too large"),
    "bomb of 30 MB": (bomb(30), "too large"),
    "bomb of 90 MB": (bomb(90), "too large"),
    "claims 4 GB": (forged(XLSX, 0xFFFFFFF0), "too large"),
    "claims nothing": (forged(XLSX, 0), ""),
    "claims a little": (forged(DOCX, 9), "damaged"),
    "deep xml of 200": (nested(200), ""),
    "deep xml of 5,000": (nested(5000), "damaged"),
    "deep xml of 100,000": (nested(100_000), "too large"),
    "cell in the last corner": (
        sheet(f'<row r="1">{FAR}</row><row r="1048576">{inline("XFD1048576", "x")}</row>'),
        "memory or time",
    ),
    "cell in the last row": (
        sheet(f'<row r="1">{FAR}</row><row r="1048576">{inline("B1048576", "x")}</row>'), "",
    ),
    "claimed dimension of everything": (
        sheet(f'<row r="1">{FAR}</row>', "A1:XFD1048576"), "nothing below",
    ),
    "huge cell": (
        sheet(f'<row r="1">{FAR}</row><row r="2">{inline("A2", "长" * 3_000_000)}</row>'), "",
    ),
    "rows that go back": (
        sheet(f'<row r="9">{inline("A9", "x")}</row><row r="1">{FAR}</row>'), "",
    ),
    "row of no number": (sheet(f'<row r="x">{inline("A1", "x")}</row>'), ""),
    "cell of no place": (sheet(f'<row r="1">{inline("??", "x")}</row>'), ""),
    "cell past the end": (sheet(f'<row r="1">{inline("ZZZZZZ99999999999", "x")}</row>'), ""),
    "shared text that is not there": (
        sheet('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'), "",
    ),
    "one long text 60,000 times": (shared(60_000), ""),
    "a table in a table in a table": (docx_file("<w:tbl><w:tr><w:tc>" * 60), "damaged"),
    "a row of 100,000 cells": (docx_file(table(["x"] * 100_000)), "too large"),
    "a cell as wide as a number goes": (
        docx_file(table([cell("重点问题", span=999_999_999_999), "任务"], ["甲", "乙"])), "",
    ),
    "continues nothing": (docx_file(table([cell("", "continue")] * 6)), ""),
    "no table": (docx_file("<w:p/>"), "no table"),
    "rows without cells": (docx_file("<w:tbl>" + "<w:tr/>" * 50_000 + "</w:tbl>"), "No header"),
    "csv of one huge field": (b'"' + b"x" * 3_000_000, ""),
    "csv of one huge line": (b"x," * 1_000_000, "No header"),
    "csv of many blank lines": (b"\n" * 3_000_000 + b"x", "No header"),
    "csv of zeros": (b"\x00" * 100_000, "no file that can be imported"),
    "csv of formulas": (csv_file([["=cmd|' /C calc'!A0", "@x"], ["+1", "-1"]]), "No header"),
    "csv of half characters": (b"\xed\xa0\x80," * 500, ""),
}  # fmt: skip
"""Each with what its refusal says; where it is read after all, or refused either way, nothing."""


def test_there_are_more_than_sixty() -> None:
    assert len(HOSTILE) > 60


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_or_read_within_bounds(what: str) -> None:
    content, sentence = HOSTILE[what]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sentence in refusal(content)
    gained = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert gained < MOST_MEMORY


def test_an_entity_is_not_resolved_even_where_it_is_not_seen(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密")
    hidden = f"<!--{' ' * 70_000}--><!DOCTYPE x [<!ENTITY e SYSTEM 'file://{secret}'>]>"
    document = unzipped(DOCX)[DOCUMENT].replace(ROW[0].encode(), b"&e;")
    content = changed(DOCX, DOCUMENT, hidden.encode() + document)
    try:
        rows = read(content).rows
    except DubanError:
        return
    assert "秘密" not in "".join(row.issue for row in rows)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Damage a file: change, drop, double or swap some of its bytes."""
    data = bytearray(content)
    for _ in range(rng.randrange(1, 8)):
        at, length = rng.randrange(len(data)), rng.randrange(1, 60)
        piece = bytes(data[at : at + length])
        data[at : at + length] = rng.choice(
            [b"", piece * 2, piece[::-1], rng.randbytes(len(piece)), b"\x00" * len(piece)]
        )
    return bytes(data)


def mutated_inside(content: bytes, rng: random.Random) -> bytes:
    """Damage the content of one part, and pack it again, so that the damage is reached."""
    parts = unzipped(content)
    name = rng.choice(sorted(parts))
    return zipped({**parts, name: mutated(parts[name] or b"x", rng)})


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".csv", ".gb18030.csv"])
@pytest.mark.parametrize("how", [mutated, mutated_inside])
def test_a_damaged_file_is_read_or_refused_never_worse(
    suffix: str, how: object, rng: random.Random
) -> None:
    content = (SAMPLES / f"decomposition{suffix}").read_bytes()
    damage = mutated if suffix.endswith("csv") else how
    assert callable(damage)
    for _ in range(12):
        refusal(damage(content, rng))

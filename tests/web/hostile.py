"""Uploads that mean harm, by their name, by what they say they are, or by what they are."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.web.payloads import PAYLOADS

_RAN = "duban_ran(7)"
_HTML = f"<!doctype html><body onload={_RAN}><script>{_RAN}</script>".encode()
_JS = f"{_RAN};".encode()
_SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{_RAN}"><script>{_RAN}</script></svg>'
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF, PNG, JPEG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
TEXT = "核对表：金额属实\r\n".encode()


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it is sent: the very bytes of its name, the type that is claimed, its content."""

    what: str
    name: bytes
    claims: str = "text/plain"
    content: bytes = field(default=TEXT, repr=False)

    def body(self, fields: Mapping[str, str], boundary: str) -> bytes:
        """Write the form that carries it."""
        parts = [
            f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
            for name, value in fields.items()
        ]
        head = b'Content-Disposition: form-data; name="file"; filename="' + self.name + b'"\r\n'
        parts.append(head + f"Content-Type: {self.claims}\r\n\r\n".encode() + self.content)
        line = f"--{boundary}\r\n".encode()
        return line + (b"\r\n" + line).join(parts) + f"\r\n--{boundary}--\r\n".encode()


# --- names --------------------------------------------------------------------------------------

_UNSEEN = [
    0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, *range(0x200B, 0x2010),
    *range(0x202A, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x206A), 0x2800, 0x3164, 0xFE00,
    0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFB, 0xE0001, 0xE0041, 0xE0100, 0x2028, 0x2029, 0xE000,
]  # fmt: skip
_CONTROLS = [*range(0x01, 0x09), 0x0B, 0x0C, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9F]
_PATHS = [
    "../../etc/passwd", "..\\..\\windows\\win.ini", "C:\\fakepath\\a.txt", "/etc/passwd", "a/b.txt",
    "....//....//a.txt", "%2e%2e%2fa.txt", "..%c0%afa.txt", "．．／a.txt", ".", "..", "...", "~",
    "~root", "file:///etc/passwd", "\\\\server\\share\\a.txt", "a.txt/.", "duban.db", "../duban.db",
    "a.txt:stream", "a.txt::$DATA", "*?.txt", "|id.txt", "a;b.txt", "a<b>.txt", "  ", " a.txt ",
]  # fmt: skip
_DEVICES = [
    "CON", "con.txt", "PRN.pdf", "Aux.txt", "NUL", "nul.txt.txt", "COM1", "com9.txt", "LPT1.txt",
    "COM¹.txt", "CLOCK$", "CONIN$.txt", "CONOUT$",
]  # fmt: skip
_ENDINGS = [
    ".exe", ".bat", ".cmd", ".com", ".scr", ".js", ".vbs", ".hta", ".lnk", ".url", ".html", ".htm",
    ".xhtml", ".svg", ".xml", ".php", ".jsp", ".asp", ".py", ".sh", ".jar", ".msi", ".ps1", ".reg",
    ".desktop", ".docm", ".xlsm", ".iso", ".chm", ".mhtml", ".pdf.exe", ".txt.", ".txt ", ".TXT",
    ".txt.html", ".", "",
]  # fmt: skip
_ODD = [
    ".htaccess", ".bashrc", "web.config", "desktop.ini", "-rf", "--help", "$(id).txt", "`id`.txt",
    "=cmd|' /C calc'!A0.txt", "=?utf-8?q?a?=.txt", "%00.txt", "a%0d%0aSet-Cookie: x=1.txt",
    "a'.txt",
    "{{7*7}}.txt", "{0.__class__}.txt", "%s%n.txt", "’ or 1=1.txt", "Ａ．ｔｘｔ", "e\u0301.txt",
    "ﬁle.txt",
    "report\u202etxt.exe", "invoice\u2066\u202efdp\u2069.scr", "\u200b.htaccess",
    "🀄" * 40 + ".txt",
    "a" * 196 + ".txt", "a" * 197 + ".txt", "证" * 100 + ".txt", "证" * 300, "a" * 256, "a" * 4000,
    "Z" + "\u0335" * 150 + ".txt", "".join(chr(0xE0020 + n) for n in range(64)) + ".txt",
]  # fmt: skip
_RAW = [
    b"a\x00.txt", b"a.txt\x00.exe", b"\x00",
    b"\xff\xfe.txt", b"\xc0\xae\xc0\xae.txt", b"\xed\xa0\x80",
    "证据.txt".encode("gb18030"), b"a\r\nX-Injected: 1\r\n.txt",
    b"a\nb.txt", b'a"; filename="b.html',
    b'a.txt"; filename*=UTF-8\'\'b.html; x="', b'a\\".txt', b"%22.txt", b"",
]  # fmt: skip


def _names() -> Iterator[Upload]:
    for sign in _UNSEEN:
        yield Upload(f"unseen {sign:x} within", f"核{chr(sign)}对.txt".encode())
        yield Upload(f"unseen {sign:x} before", f"{chr(sign)}.htaccess{chr(sign)}".encode())
    for sign in _CONTROLS:
        yield Upload(f"control {sign:x}", f"a{chr(sign)}b.txt".encode())
    for name in (*_PATHS, *_DEVICES, *_ODD):
        yield Upload(f"name {name[:24]!a}", name.encode())
    for ending in _ENDINGS:
        yield Upload(f"ending {ending}", f"发票{ending}".encode())
    for name in PAYLOADS[::6]:
        yield Upload(f"markup {name[:24]!a}", name.replace('"', "%22").encode())
    for raw in _RAW:
        yield Upload(f"raw {raw[:24]!r}", raw)


# --- contents -----------------------------------------------------------------------------------


def packed(
    parts: Mapping[str, bytes], kind: str = "word/document.xml", comment: bytes = b""
) -> bytes:
    """Pack parts as a document of a kind."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two parts of one name are what some of them are about
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.comment = comment
            for name, content in {"[Content_Types].xml": b"<Types/>", kind: b"<x/>"}.items():
                archive.writestr(name, parts.get(name, content))
            for name, content in parts.items():
                if name not in {"[Content_Types].xml", kind}:
                    archive.writestr(name, content)
    return out.getvalue()


def changed(content: bytes, at: int, form: str, value: int) -> bytes:
    """Change a number in every entry of an archive's list of parts."""
    data, place = bytearray(content), 0
    while (place := data.find(b"PK\x01\x02", place)) >= 0:
        struct.pack_into(form, data, place + at, value)
        place += 4
    return bytes(data)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_MACRO_TYPES = b'<Types><Override ContentType="application/vnd.ms-office.vbaProject"/></Types>'
_WIDE_TYPES = _MACRO_TYPES.decode().encode("utf-16")


@cache
def packed_documents() -> dict[str, bytes]:
    """Give documents that are archives, by what is wrong with them."""
    return {
        "macros of Word": packed({"word/vbaProject.bin": b"x"}),
        "macros of Excel": packed({"xl/vbaProject.bin": b"x"}, "xl/workbook.xml"),
        "macros in capitals": packed({"WORD/VBAPROJECT.BIN": b"x"}),
        "macros renamed": packed({"word/x.bin": b"x", "[Content_Types].xml": _MACRO_TYPES}),
        "macros renamed, wide": packed({"word/x.bin": b"x", "[Content_Types].xml": _WIDE_TYPES}),
        "macros of Excel 4": packed({"xl/macrosheets/sheet1.xml": b"<x/>"}, "xl/workbook.xml"),
        "controls": packed({"word/activeX/activeX1.bin": b"x"}),
        "climbing": packed({"../../etc/cron.d/x": b"x"}),
        "climbing backwards": packed({"..\\..\\x": b"x"}),
        "absolute": packed({"/etc/cron.d/x": b"x"}),
        "with a drive": packed({"C:/x": b"x"}),
        "two of one name": packed({"word/a.xml": b"x", "word/A.xml": b"y"}),
        "nothing in a name": packed({"word/abc.xml": b"x"}).replace(b"/abc.xml", b"/a\x00c.xml"),
        "encrypted": changed(packed({}), 8, "<H", 1),
        "claims much": changed(packed({"word/a.xml": b"x" * 99}), 24, "<L", 0x7FFFFFFF),
        "a bomb": packed({"word/a.xml": bytes(64 * 1024 * 1024)}),
        "too many parts": packed({f"word/{n}.xml": b"" for n in range(5001)}),
        "a long list": packed({f"word/{n:0900}.xml": b"" for n in range(2400)}),
        "cut short": packed({})[:-30],
        "only an end": b"PK\x05\x06" + bytes(18),
        "a list of 64 bits": packed({})[:-22] + b"PK\x06\x07" + bytes(16) + packed({})[-22:],
        "only letters": b"PK", "an archive of others": packed({"a.html": _HTML}, "index.html"),
        "a page after it": packed({}) + _HTML, "a page as its comment": packed({}, comment=_HTML),
        "Word and OFD": packed({"OFD.xml": b"<x/>"}),
        "a program within": packed({"word/a.exe": b"MZ"}),
        "an entity": packed({"word/document.xml": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///'>]><x/>"}),
        "another way to pack": changed(packed({}), 10, "<H", 99),
        "EICAR": packed({"word/e.com": _EICAR}),
    }  # fmt: skip


OTHERS = {
    "a page": _HTML, "a page with a mark": b"\xef\xbb\xbf" + _HTML, "a drawing": _SVG.encode(),
    "a page in UTF-16": _HTML.decode().encode("utf-16"), "a page in UTF-7": b"+ADw-script+AD4-",
    "a page with nothing in it": b"<scr\x00ipt>" + _HTML, "a script": _JS, "EICAR": _EICAR,
    "XHTML": b'<html xmlns="http://www.w3.org/1999/xhtml"><script>duban_ran(7)</script></html>',
    "XML with style": b"<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='#x'?><x/>",
    "MHTML": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + _HTML, "PHP": b"<?php id();",
    "style": b"body{background:url(javascript:duban_ran(7))}", "a shell script": b"#!/bin/sh\nid\n",
    "a link of Windows": b"L\x00\x00\x00\x01\x14\x02\x00", "a link": b"[InternetShortcut]\r\nURL=x",
    "RTF": b"{\\rtf1{\\object\\objautlink}}", "formulas": b"=cmd|' /C calc'!A0,1\r\n",
    "PostScript": b"%!PS\n(%pipe%id) (w) file", "a letter": b"Subject: x\r\n\r\n" + _HTML,
    "PDF and page": PDF + _HTML, "PDF and archive": PDF + packed({"a.html": _HTML}),
    "PDF that runs": PDF + b"1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(7))>>>>endobj",
    "PDF after a page": _HTML + PDF, "PNG and page": PNG + _png_chunk(b"tEXt", b"x\x00" + _HTML),
    "PNG and archive": PNG + packed({}), "JPEG and page": JPEG + b"\xff\xfe\x00\xff" + _HTML,
    "JPEG and script": b"\xff\xd8\xff\xe0/*" + JPEG + b"*/=1;" + _JS,
    "JPEG and PHP": JPEG + b"<?php",
    "JPEG and archive": JPEG + packed({}), "GIF and script": b"GIF89a=1;" + _JS,
    "a program of Windows": b"MZ\x90\x00" + bytes(60),
    "a program of Linux": b"\x7fELF" + bytes(60),
    "Java": b"\xca\xfe\xba\xbe" + bytes(9), "WebAssembly": b"\x00asm\x01\x00\x00\x00",
    "Flash": b"CWS\x0a" + bytes(9), "RAR": b"Rar!\x1a\x07\x01\x00", "7z": b"7z\xbc\xaf\x27\x1c",
    "gzip": b"\x1f\x8b\x08\x00" + bytes(9), "OLE": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99),
    "SQLite": b"SQLite format 3\x00", "WebP": b"RIFF\x00\x00\x00\x00WEBPVP8 ", "TIFF": b"II*\x00",
    "nothing": b"", "one byte": b"\x00", "a mark and nothing": b"\xef\xbb\xbf",
    "blanks": b" \r\n\t",
    "unseen words": "\u200b\u202e".encode(), "half a character": b"\xe6\xa0", "PNG cut": PNG[:5],
}  # fmt: skip
_CLAIMS = (
    ("{}.pdf", "application/pdf"), ("{}.html", "text/html"), ("{}.svg", "image/svg+xml"),
    ("{}.docx", 'text/html"; x="'), ("{}", "application/x-msdownload"),
)  # fmt: skip


def _contents() -> Iterator[Upload]:
    for what, content in {**OTHERS, **packed_documents()}.items():
        for name, claims in _CLAIMS if what in OTHERS else _CLAIMS[:2]:
            yield Upload(f"{what} as {claims}", name.format("证据").encode(), claims, content)


def uploads() -> list[Upload]:
    """Give all of them."""
    return [*_names(), *_contents()]

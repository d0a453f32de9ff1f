"""A table as it was read, kept until it is confirmed in the place of the file that it came in.

A file holds what nobody asked for: columns about residents, other sheets, pictures, comments, who
wrote it. Of all that nothing is kept, and in what is kept numbers that belong to somebody are
masked. It is also read again sooner than the file would be.
"""

from collections.abc import Iterator
from gzip import GzipFile
from io import BufferedReader, BytesIO
from itertools import chain, islice

import orjson

from engine.errors import TooLargeError
from engine.intake.columns import is_personal
from engine.intake.reading import Reading, lines_of
from engine.intake.table import HEADER_WITHIN, MOST_ROWS, Numbered, header_row

_MAGIC = b"\x1f\x8b"
"""What kept tables begin with, and no file that is read as a table."""
_EFFORT = 1


def pack(content: bytes, how: Reading) -> bytes:
    """Read the rows of a file's table, to keep them; columns about residents are left empty.

    The same file read in the same way gives the same bytes. Raises what `read_sheet` raises of the
    file itself; InvalidError where no row could be a header.
    """
    found = lines_of(content, how)
    head = list(islice(found, HEADER_WITHIN))
    header, names = header_row(head, how.mapping or {})
    private = {place for place, name in enumerate(names) if is_personal(name)}
    kept = BytesIO()
    with GzipFile(filename="", mode="wb", compresslevel=_EFFORT, fileobj=kept, mtime=0) as out:
        for number, line in chain(head, found):
            if number - header > MOST_ROWS:
                raise TooLargeError("import-too-many-rows", most=MOST_ROWS)
            hidden = private if number > header else ()
            cells = ["" if place in hidden else cell for place, cell in enumerate(line)]
            out.write(orjson.dumps([number, cells], option=orjson.OPT_APPEND_NEWLINE))
    return kept.getvalue()


def unpack(kept: bytes) -> Iterator[Numbered]:
    """Give the rows of a kept table."""
    with BufferedReader(GzipFile(fileobj=BytesIO(kept))) as lines:
        for line in lines:
            number, cells = orjson.loads(line)
            yield number, cells


def is_kept(content: bytes) -> bool:
    """Tell a kept table from a file, as older versions kept them."""
    return content.startswith(_MAGIC)

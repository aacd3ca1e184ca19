"""The one door for CSV that people and spreadsheet programs have written.

UTF-8 with or without byte order mark, GB 18030, UTF-16; commas, semicolons or tabs; a first line
``sep=;``; empty columns at the end; line ends of every kind, also inside cells. What cannot be read
surely is refused: a quotation mark that is not closed, a cell of more than :data:`LONGEST_CELL`
characters, a file of more than :data:`LARGEST` bytes.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from wpnet import errors
from wpnet.apart import read_apart
from wpnet.errors import UnreadableFile, WpnetError
from wpnet.opening import read_whole
from wpnet.spreadsheets.values import plain

#: Bytes of a file: 200,000 verdicts with their evidence take 250 MB.
LARGEST = 2**30
#: Bytes that are read in this process: decoding and splitting take one step a character.
READ_HERE = 512 * 1024
#: Characters of a cell; Excel holds 32,767.
LONGEST_CELL = 1_000_000
#: A row of a table: the line on which it begins, and its cells.
Row = tuple[int, list[str]]
_SEPARATORS = ",;\t"
_SAID = re.compile(r"\ufeff?\"?sep=(.)\"?\r?(?:\n|$)", re.IGNORECASE)
_LONE_CR = re.compile("\r(?!\n)")
_STANDS_FOR_CR = "\ue00d"
_HEAD = 40  # lines among which the heading stands
csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL + 1))


def read_csv(
    path: Path,
    *,
    names: Collection[str] = (),
    error: type[WpnetError] = WpnetError,
    own: bool = False,
) -> list[Row]:
    """Return the rows of a CSV file, empty ones left out, without empty cells at their ends.

    A file of more than :data:`READ_HERE` bytes is read in a process apart, within its limits.

    Args:
        names: headings to expect; they tell which separator is meant.
        own: the file is one that wpnet writes and keeps: it is read here, however long.
        error: what is raised, in one sentence, where the file cannot be read.
    """
    data, _ = read_whole(path, most=LARGEST, error=error, advice="it is no table of wpnet")
    if own or len(data) <= READ_HERE:
        return parse_csv(data, str(path), names=names, error=error)
    job = f"{__name__}:rows_apart"
    try:
        told = read_apart(job, data, str(path), names=[*names], error=error.__name__)
    except UnreadableFile as fault:
        raise error(str(fault)) from fault
    return [(line, cells) for line, cells in told]


def rows_apart(data: bytes, name: str, names: Collection[str], error: str) -> list[Row]:
    """Return the rows of CSV bytes: the job of the process apart."""
    return parse_csv(data, name, names=names, error=getattr(errors, error))


def parse_csv(
    data: bytes, name: str, *, names: Collection[str] = (), error: type[WpnetError] = WpnetError
) -> list[Row]:
    """Return the rows of CSV bytes; see :func:`read_csv`.

    >>> parse_csv("sep=;\\r\\nplan_id;file;;\\r\\n甲;\\"a;b\\";;\\r\\n".encode("gb18030"), "x.csv")
    [(2, ['plan_id', 'file']), (3, ['甲', 'a;b'])]
    """
    text, _ = decoded(data)
    if text is None:
        raise error(f"{name}: neither UTF-8, GB 18030 nor UTF-16 text; save it as CSV UTF-8")
    said = _SAID.match(text)
    before = 0
    if said:
        text, before = text[said.end() :], 1
    if "\n" in text:  # a carriage return alone stands inside a cell
        text = _LONE_CR.sub(_STANDS_FOR_CR, text)
    mark = said.group(1) if said else _separator(text, names)
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    line = before + 1
    try:
        for cells in reader:
            kept = [cell.replace(_STANDS_FOR_CR, "\n") for cell in cells]
            while kept and not kept[-1].strip():
                kept.pop()
            if any(len(cell) > LONGEST_CELL for cell in kept):
                raise _too_long(error, name, line)
            if kept:
                rows.append((line, kept))
            line = before + reader.line_num + 1
    except csv.Error as fault:
        if "field limit" in str(fault):
            raise _too_long(error, name, line) from fault
        raise error(
            f"{name}: line {line}: a quotation mark is not closed (or stands inside a quoted cell "
            "alone); correct it, or save the table again from the spreadsheet program"
        ) from fault
    return rows


def _too_long(error: type[WpnetError], name: str, line: int) -> WpnetError:
    return error(
        f"{name}: line {line}: a cell of more than {LONGEST_CELL:,} characters; a quotation mark "
        "may not be closed, or the file is no table"
    )


class Dialect(NamedTuple):
    """How a table is written: encoding and separator of a further row, line end, first row."""

    encoding: str
    mark: str
    end: str
    ended: bool
    heading: list[str]


def dialect_of(data: bytes, names: Collection[str]) -> Dialect | None:
    """Return how CSV is written, so that a row can be added; nothing where it cannot be read.

    >>> dialect_of("\\ufefffile;年\\r\\n甲;2025".encode(), ("file",))
    Dialect(encoding='utf-8', mark=';', end='\\r\\n', ended=False, heading=['file', '年'])
    """
    text, encoding = decoded(data)
    if text is None:
        return None
    said = _SAID.match(text)
    rest = text[said.end() :] if said else text
    mark = said.group(1) if said else _separator(rest, names)
    end = "\r\n" if "\r\n" in text else "\n"
    first = next(csv.reader(io.StringIO(rest, newline=""), delimiter=mark), [])
    ended = not text or text.endswith(("\n", "\r"))
    return Dialect(encoding, mark, end, ended, [heading(cell) for cell in first])


def decoded(data: bytes) -> tuple[str | None, str]:
    """Return bytes as text, and the encoding of what may be added; no text where there is none.

    >>> decoded("公开,".encode("utf-16-le")), decoded("公开".encode("gb18030")), decoded(b"\\xff")
    (('公开,', 'utf-16-le'), ('公开', 'gb18030'), (None, ''))
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        little = data.startswith(codecs.BOM_UTF16_LE)
        encodings = ["utf-16-le" if little else "utf-16-be"]
    elif 0 in (head := data[:4000]):  # the other half of a comma, a digit, a letter
        wide = max(("utf-16-le", "utf-16-be"), key=lambda one: _marks(head.decode(one, "ignore")))
        encodings = [wide, "utf-8-sig", "gb18030"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding).removeprefix("\ufeff")
            return text, encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    return None, ""


def _marks(text: str) -> int:
    """Return how many separators, line ends and digits a text holds."""
    return sum(map(text.count, ",;\t\n\r0123456789"))


def _separator(text: str, names: Collection[str]) -> str:
    """Return the separator by which most headings are found, else the commonest of the first line.

    >>> _separator("表;2025,1,2\\nplan_id;file", ("plan_id", "file"))
    ';'
    """
    head = text[: _HEAD * 4000].split("\n")[:_HEAD]
    wanted = {heading(name) for name in names}

    def score(mark: str) -> tuple[int, int]:
        found = (sum(heading(cell) in wanted for cell in line.split(mark)) for line in head)
        return max(found, default=0), head[0].count(mark) if head else 0

    return max(_SEPARATORS, key=score)


def heading(cell: str) -> str:
    """Return a heading as it is compared: quotes, blanks, widths and capitals apart.

    >>> heading(' Plan_ID\\u200b'), heading('"file"')
    ('plan_id', 'file')
    """
    return plain(cell.strip().strip('"')).casefold()


def find_heading(
    rows: Sequence[Row], needed: Collection[str], within: int = _HEAD
) -> tuple[int, dict[str, int]] | None:
    """Return which row is the heading and the place of every column, title rows passed over.

    The names are as :func:`heading` gives them. Nothing where no row holds all that are needed.

    >>> find_heading([(1, ["表"]), (2, ["File", "plan_id"])], ("plan_id", "file"))
    (1, {'file': 0, 'plan_id': 1})
    """
    wanted = {heading(name) for name in needed}
    for at, (_, cells) in enumerate(rows[:within]):
        places: dict[str, int] = {}
        for column, cell in enumerate(cells):
            places.setdefault(heading(cell), column)
        if wanted <= places.keys():
            return at, {name: place for name, place in places.items() if name}
    return None

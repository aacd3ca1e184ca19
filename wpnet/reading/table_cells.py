"""The cells of a task table that is set as text, and what each of them may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from wpnet.model import Role
from wpnet.reading import unit_words
from wpnet.reading.columns import Column
from wpnet.reading.deadlines import is_deadline
from wpnet.reading.markers import NUMERAL
from wpnet.reading.normal_text import NormalText, Paragraph
from wpnet.reading.numbering import read_number
from wpnet.reading.table_lines import PIPE
from wpnet.reading.units import UnitMention, split_units

Span = tuple[int, int]
# "/", "无", "——": a cell that says there is nothing to say.
NOTHING = re.compile(r"[\W_]*|无|暂无")
STOPPED = re.compile("[。；！？!?]")  # a mark of whole sentences
LONGEST_UNITS = 400  # characters of a cell that lists units
LONGEST_TASK = 45
LONGEST_STUMP = 4  # characters of the last name of a list that breaks off
LONGEST_HEADING = 60
IMPOSSIBLE = 50.0
# "…解读。市发展改革委2按月…": behind a full stop the unit, then the next number or the line's end.
GLUED_UNITS = re.compile(
    rf"。(?P<units>[^。；;0-9]{{2,80}}?)(?=\d{{1,2}}[.．、]?[\u4e00-\u9fff]|[（(]{NUMERAL}"
    rf"|{NUMERAL}{{1,3}}、|$)"
)


class CellText(NamedTuple):
    """A filled cell: its stretch of normalised text and how it is set apart from the one before.

    ``pipes`` counts the ``|`` before it, ``new_line`` says whether a line break stands there,
    ``after_heading`` that a heading 一、 or （一） was taken out before it.
    """

    span: Span
    text: str
    pipes: int = 0
    new_line: bool = True
    after_heading: bool = False


class Traits(NamedTuple):
    """What a cell looks like, asked once."""

    digits: bool
    stops: bool
    rank: int
    units: bool
    due: bool
    nothing: bool
    length: int


def read_cells(normal: NormalText, lines: Sequence[Paragraph], *, by_row: bool) -> list[CellText]:
    """Return the filled cells of a table's lines, pipes counted.

    ``by_row`` tells that a line is a row; otherwise a line may hold cells that nothing parts.
    """
    cells: list[CellText] = []
    pipes, new_line = 0, True
    for paragraph in lines:
        new_line = True
        if by_row:
            pipes = 0
        start = paragraph.start
        for place, part in enumerate(PIPE.split(normal.slice(paragraph))):
            pipes += place > 0
            for first, last in _cuts(part) if not by_row else [(0, len(part))]:
                if part[first:last].strip():
                    span = (start + first, start + last)
                    cells.append(CellText(span, part[first:last], pipes, new_line))
                    pipes, new_line = 0, False
            start += len(part) + 1
    return cells


def heading_rank(text: str) -> int:
    """Return 1 for a cell that is a heading 一、, 2 for one that is a heading （一）, else 0.

    A heading is short and holds no whole sentence; the sections and items of a plan stand in them
    whatever column they are printed in.

    Example:
        >>> heading_rank("一、公开规划信息"), heading_rank("（二）做好项目公开。")
        (1, 2)
        >>> heading_rank("（一）公开预算。各部门公布预算。")
        0
    """
    number = read_number(text) if len(text) <= LONGEST_HEADING else None
    if number is None or number.rank > 2 or STOPPED.search(text.rstrip("。.；;：:")):
        return 0
    return number.rank if len(text) > number.length else 0


def without_headings(
    cells: Sequence[CellText], *, has_task: bool, has_section: bool = False
) -> tuple[list[CellText], list[tuple[int, CellText]]]:
    """Return the cells that are no headings, and the headings with their ranks.

    Where nothing stands between 一、 and the sentences, no （一） and no row numbers, and a column
    is for tasks (``has_task``), 一、 is the name of a task. Where a column is for sections as well
    (``has_section``) and no 一、 is there, （一） is one.
    """
    ranks = [heading_rank(cell.text) for cell in cells]
    if has_task and has_section and 1 not in ranks:
        return list(cells), []
    if has_task and 2 not in ranks and not any(traits_of(cell.text).digits for cell in cells):
        return list(cells), []
    rest: list[CellText] = []
    headings: list[tuple[int, CellText]] = []
    after, new_line = False, False
    for cell, rank in zip(cells, ranks, strict=True):
        if rank:
            headings.append((rank, cell))
            after, new_line = True, new_line or cell.new_line
        else:
            rest.append(
                cell._replace(after_heading=after, new_line=cell.new_line or new_line)
                if after
                else cell
            )
            after = new_line = False
    return rest, headings


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Cut a line in which contents and units follow each other with nothing between them."""
    start = 0
    for match in GLUED_UNITS.finditer(text):
        if is_units(match["units"]):
            yield start, match.start("units")
            yield match.start("units"), match.end("units")
            start = match.end("units")
    if start < len(text):
        yield start, len(text)


@lru_cache(maxsize=1024)
def units_in(text: str, role: Role = "responsible") -> tuple[UnitMention, ...]:
    """Return the units of a cell; the same cell stands in many rows.

    Example:
        >>> [mention.name for mention in units_in("各科室、单位")]
        ['各科室、单位']
    """
    return split_units(text, role=role)


def is_units(text: str) -> bool:
    """Tell whether a cell can only be a list of units.

    Example:
        >>> is_units("区发展改革委、区财政局"), is_units("办公室牵头，各科室配合")
        (True, True)
        >>> is_units("公开预算")
        False
    """
    if len(text) > LONGEST_UNITS or read_number(text) or "。" in text[:-1]:
        return False
    names = [mention.name for mention in units_in(text)]
    alike = [unit_words.looks_like_unit(name) for name in names]
    broken_off = len(names) > 1 and len(names[-1]) <= LONGEST_STUMP and all(alike[:-1])
    return bool(names) and (all(alike) or broken_off)


@lru_cache(maxsize=1024)
def traits_of(text: str) -> Traits:
    """Return what a cell looks like.

    Example:
        >>> traits_of("3月底前").due, traits_of("各科室、单位").units, traits_of("12").digits
        (True, True, True)
    """
    number = read_number(text)
    short = len(text) <= LONGEST_UNITS
    return Traits(
        digits=text.isdecimal() and len(text) <= 3,
        stops=STOPPED.search(text) is not None,
        rank=number.rank if number else 0,
        units=short and is_units(text),
        due=short and is_deadline(text),
        nothing=NOTHING.fullmatch(text[:20]) is not None and len(text) <= 20,
        length=len(text),
    )


def cost_of(cell: Traits, column: Column, *, groups: bool) -> float:
    """Return how ill a cell fits a column (0: as made for it).

    ``groups`` says that 一、 stands above the tasks: the table has （一） headings, too, or no pipe
    shows that 一、 shares a row with other cells. The figures order the possibilities; only their
    order matters.
    """
    if cell.digits and column not in ("number", "note", "other"):
        return IMPOSSIBLE
    if column in ("units", "own", "lead", "support"):
        clash = cell.stops or cell.due or cell.rank > 0
        return _fit(cell, fits=cell.units or cell.nothing, clash=clash, else_=2.5)
    if column == "deadline":
        loose = 2.0 if cell.length <= 15 else 5.0
        fits = cell.due or cell.nothing
        return _fit(cell, fits=fits, clash=cell.stops or cell.units, else_=loose)
    if column == "number":
        return 0.0 if cell.digits else IMPOSSIBLE
    if column in ("note", "other"):
        return 0.5 if cell.due or cell.nothing else 1.2 if cell.length <= 30 else 2.6
    if column == "content":
        return _content_cost(cell)
    return _heading_cost(cell, column, groups=groups)


def _fit(cell: Traits, *, fits: bool, clash: bool, else_: float) -> float:
    return 0.0 if fits else 7.0 if clash else else_


def _content_cost(cell: Traits) -> float:
    if cell.stops:
        return 0.0
    if cell.units or cell.due:
        return 3.0
    if cell.rank in (1, 2):
        return 2.0
    return 0.6 if cell.length > 15 or cell.rank else 1.2


def _heading_cost(cell: Traits, column: Column, *, groups: bool) -> float:
    """Fit of a section or task cell: a number and a few words without a full stop."""
    if cell.stops:
        return 3.0
    if cell.due or (cell.units and cell.rank == 0):
        return 2.6
    if column == "section":
        return 0.0 if cell.rank == 1 else 1.0 if cell.length <= 30 else 4.0
    if cell.rank == 1:
        return 1.5 if groups else 0.3
    if cell.rank == 2:
        return 0.0
    return 0.4 if cell.length <= LONGEST_TASK else 1.5

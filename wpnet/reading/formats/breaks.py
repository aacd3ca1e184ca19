"""What a line break means that an author, or a program, set inside a paragraph or cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from wpnet.model import Line
from wpnet.reading import markers
from wpnet.reading.normalise import wrap_width

STOPS = re.compile("[。！？；!?;]")
ENDS = tuple("。！？；!?;：:")
OFFICE = (
    r"[\u4e00-\u9fff]{1,20}(?:科|处|室|局|委|办|厅|司|站|队|所|院|会|府|镇|街道|单位|部门|中心)"
)
#: "就业促进科  职业能力科": blanks between names of offices.
BLANKS = re.compile(rf"(?<=[科处室局委办厅司站队所院会府镇道位门心])[ \xa0\u3000]+(?={OFFICE})")


def cell_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines of one cell, each of which says whether it begins a value of its own.

    A break inside a sentence is layout; in a cell without sentences (units, dates) it separates
    values, and so do blanks between the names of offices.

    >>> [line.starts for line in cell_lines([Line("定期回应群众"), Line("关心的问题。")])]
    [True, None]
    >>> [line.text for line in cell_lines([Line("就业促进科  办公室"), Line("宣传科")])]
    ['就业促进科', '办公室', '宣传科']
    """
    if not any(STOPS.search(line.text) for line in lines):
        return [
            replace(line, text=part, starts=True)
            for line in lines
            for part in BLANKS.split(line.text)
        ]
    found: list[Line] = []
    for line in lines:
        begins = (
            line.starts is True
            or not found
            or found[-1].text.rstrip().endswith(ENDS)
            or markers.NUMBERED.match(line.text) is not None
        )
        found.append(replace(line, starts=True if begins else None))
    return found


def rejoined(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a document whose every printed line was made a paragraph, open to be joined.

    Programs that take text out of a PDF do so. Indented lines still begin a paragraph.

    >>> halves = [Line("围绕社会保障等工作，及时公开服务政策和", starts=True)] * 8
    >>> {line.starts for line in rejoined(tuple(halves))}
    {None}
    """
    if wrap_width(lines) is None:
        return lines
    return tuple(
        line
        if line.cell is not None or line.text[:1] in "\u3000\xa0"
        else replace(line, starts=None)
        for line in lines
    )

"""The ruled lines in the picture of a page, so that recognised words find their table cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wpnet.reading.formats.pdf_lines import Glyph
from wpnet.reading.formats.pdf_tables import Part, boxes_part

if TYPE_CHECKING:
    from PIL.Image import Image

#: A rule is dark without a break for so many pixels; strokes of 16-point hanzi have at most 33.
RUN = 55
#: Pixels darker than this are ink (0 black, 255 white).
INK = 140
#: Pieces of a rule so close together are one; a slanted scan breaks a rule into steps.
STEP = 6
MAX_RULES = 400


def picture_parts(
    image: Image, page: int, words: Sequence[Glyph], scale: float
) -> tuple[list[Part], list[Glyph]]:
    """The ruled tables of a picture of a page, and the words outside them.

    Args:
        image: the page.
        page: its number.
        words: its recognised words.
        scale: points for each pixel.
    """
    import numpy
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells

    ink = numpy.asarray(image.convert("L")) < INK
    level, upright = rules(ink), rules(ink.T)
    if len(level) < 2 or len(upright) < 3 or len(level) + len(upright) > MAX_RULES:
        return [], list(words)
    edges = [_edge("h", a, y, b, y, scale) for y, a, b in level]
    edges += [_edge("v", x, a, x, b, scale) for x, a, b in upright]
    crossings = edges_to_intersections(edges, 10 * scale, 10 * scale)
    rest = list(words)
    parts: list[Part] = []
    for boxes in cells_to_tables(intersections_to_cells(crossings)):
        part, rest = boxes_part(boxes, page, rest)
        if part is not None:
            parts.append(part)
    return parts, rest


def _edge(way: str, x0: float, y0: float, x1: float, y1: float, scale: float) -> dict[str, Any]:
    return {
        "orientation": way,
        "object_type": "line",
        "x0": x0 * scale,
        "x1": x1 * scale,
        "top": y0 * scale,
        "bottom": y1 * scale,
        "width": (x1 - x0) * scale,
        "height": (y1 - y0) * scale,
    }


def rules(ink: Any) -> list[tuple[float, float, float]]:
    """The level rules of a picture: height, first and last column.

    Args:
        ink: a two-dimensional array, true where the picture is dark.
    """
    import numpy

    height, width = ink.shape
    if width <= RUN:
        return []
    sums = numpy.zeros((height, width + 1), dtype=numpy.int32)
    numpy.cumsum(ink, axis=1, out=sums[:, 1:])
    full = sums[:, RUN:] - sums[:, :-RUN] == RUN
    found: list[list[float]] = []
    for row in numpy.flatnonzero(full.any(axis=1)):
        changes = numpy.flatnonzero(numpy.diff(numpy.pad(full[row].astype(numpy.int8), 1)))
        for first, last in zip(changes[::2], changes[1::2], strict=True):
            _add(found, float(row), float(first), float(last) + RUN - 1)
            if len(found) > 4 * MAX_RULES:
                return []
    return [((top + bottom) / 2, first, last) for top, bottom, first, last in found]


def _add(found: list[list[float]], row: float, first: float, last: float) -> None:
    """Lengthen the rule that a piece belongs to, or begin a new one."""
    for rule in reversed(found):
        near = row - rule[1] <= STEP
        if near and first <= rule[3] + STEP and last >= rule[2] - STEP:
            rule[1] = row
            rule[2], rule[3] = min(rule[2], first), max(rule[3], last)
            return
    found.append([row, row, first, last])

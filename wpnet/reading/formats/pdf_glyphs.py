"""The characters of a PDF page in one pass, without the layout analysis of a whole text extraction.

pdfminer.six interprets the page; what it would build into lines, boxes and dictionaries is kept as
one :class:`~wpnet.reading.formats.pdf_lines.Glyph` a character. Drawn rules are only counted: a
page without them holds no ruled table, and nobody need look for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.utils import apply_matrix_rect

from wpnet.reading.formats.pdf_lines import Glyph

if TYPE_CHECKING:
    import pdfplumber.page
    from pdfminer.pdfinterp import PDFResourceManager

#: Characters whose places differ by less (points) are one, printed twice to look bold.
OVERPRINT = 1.0


class PageGlyphs(NamedTuple):
    """The characters of a page in the order of print.

    ``upright`` are those that stand on level lines, each once; ``visible`` and ``printed`` count
    all letters that are no blanks, overprinted ones once and as often as they are printed;
    ``lost`` those without a code; ``slanted`` those that are turned. ``paths`` counts drawn rules.
    """

    upright: list[Glyph]
    visible: int
    printed: int
    lost: int
    slanted: int
    paths: int


class _Printed(NamedTuple):
    """A character as printed: its glyph, its font, and whether it stands on a level line."""

    glyph: Glyph
    font: str
    upright: bool


class _Character(NamedTuple):
    """What a code of a font stands for; ``displacement`` only where the font runs downwards."""

    text: str
    width: float
    displacement: Any
    descent: float
    font: str
    lost: bool


class GlyphReader(PDFTextDevice):
    """Collects the characters of one page after the other."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager)
        self._interpreter = PDFPageInterpreter(manager, self)
        self._known: dict[tuple[Any, int], _Character] = {}
        self._printed: list[_Printed] = []
        self._paths, self._any_lost = 0, False
        self._left = self._top = 0.0

    def read(self, page: pdfplumber.page.Page) -> PageGlyphs:
        """Return the characters of a page, measured from its upper left corner."""
        self._printed, self._paths, self._any_lost = [], 0, False
        self._left, self._top = float(page.mediabox[0]), float(page.height + page.mediabox[1])
        self._interpreter.process_page(page.page_obj)
        once = _once(self._printed)
        upright = [glyph for glyph, _, is_upright in once if is_upright]
        return PageGlyphs(
            upright=upright,
            visible=_visible(once),
            printed=_visible(self._printed),
            lost=sum(is_lost(glyph.text) for glyph, _, _ in once) if self._any_lost else 0,
            slanted=len(once) - len(upright),
            paths=self._paths,
        )

    def paint_path(
        self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
    ) -> None:
        """Count the rules and frames of a path."""
        self._paths += sum(segment[0] == "m" for segment in path)

    def render_char(
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        """Keep a character and return how far it moves the pen (PDF 32000-1:2008, 9.4.4)."""
        known = self._known.get((font, cid))
        if known is None:
            known = self._known[font, cid] = _character(font, cid)
        self._any_lost = self._any_lost or known.lost
        advance = known.width * fontsize * scaling
        if known.displacement is not None:
            right, down = known.displacement
            left = -fontsize * 0.5 if right is None else -right * fontsize * 0.001
            foot = (1000 - down) * fontsize * 0.001 + rise
            box = (left, foot + advance, left + fontsize, foot)
        else:
            foot = known.descent * fontsize + rise
            box = (0.0, foot, advance, foot + fontsize)
        a, b, c, d, e, f = matrix
        if b == 0 and c == 0:
            x0, x1 = a * box[0] + e, a * box[2] + e
            y0, y1 = d * box[1] + f, d * box[3] + f
        else:
            x0, y0, x1, y1 = apply_matrix_rect(matrix, box)
        if x1 < x0:
            x0, x1 = x1, x0
        if y1 < y0:
            y0, y1 = y1, y0
        glyph = Glyph(
            known.text,
            x0 + self._left,
            x1 + self._left,
            self._top - y1,
            self._top - y0,
            y1 - y0 if known.displacement is None else x1 - x0,
        )
        upright = a * d * scaling > 0 and b * c <= 0
        self._printed.append(_Printed(glyph, known.font, upright))
        return float(advance)


def _character(font: Any, cid: int) -> _Character:
    """Return what a code of a font stands for."""
    try:
        text = str(font.to_unichr(cid))
    except PDFUnicodeNotDefined:
        text = f"(cid:{cid})"
    displacement = font.char_disp(cid) if font.is_vertical() else None
    width, descent = float(font.char_width(cid)), float(font.get_descent())
    return _Character(text, width, displacement, descent, str(font.fontname), is_lost(text))


def _visible(printed: Sequence[_Printed]) -> int:
    """Return how many letters are no blanks."""
    return len("".join("".join([glyph.text for glyph, _, _ in printed]).split()))


def is_lost(text: str) -> bool:
    """Whether a font gave no character for a glyph, or one for private use.

    >>> is_lost("(cid:12)"), is_lost("\\ue000"), is_lost("公")
    (True, True, False)
    """
    return text.startswith("(cid:") or "\ue000" <= text[:1] <= "\uf8ff" or text == "\ufffd"


def _once(printed: list[_Printed]) -> list[_Printed]:
    """Return every character once, though it may be printed several times to look bold.

    Of the same characters of one font and size whose places differ by no more than a point the
    first from above counts; the order of print is kept.
    """
    alike: dict[str, list[int]] = {}
    for at, (glyph, _, _) in enumerate(printed):
        alike.setdefault(glyph.text, []).append(at)
    dropped: set[int] = set()
    for places in alike.values():
        if len(places) > 1 and _close_together([printed[at].glyph for at in places]):
            dropped.update(_doubles(printed, places))
    if not dropped:
        return printed
    return [found for at, found in enumerate(printed) if at not in dropped]


def _close_together(glyphs: Sequence[Glyph]) -> bool:
    """Tell quickly whether two of some characters may stand at one place."""
    lefts = sorted([glyph.x0 for glyph in glyphs])
    return any(right - left <= OVERPRINT for left, right in pairwise(lefts))


def _doubles(printed: Sequence[_Printed], places: Sequence[int]) -> Iterator[int]:
    """Yield the places of characters that are printed over another one of their font and size."""
    alike: dict[tuple[float, str, bool], list[int]] = {}
    for at in places:
        glyph, font, upright = printed[at]
        alike.setdefault((glyph.size, font, upright), []).append(at)
    for group in alike.values():
        for row in _clusters([(printed[at].glyph.top, at) for at in group]):
            for spot in _clusters([(printed[at].glyph.x0, at) for at in row]):
                first = min(spot, key=lambda at: (printed[at].glyph.top, printed[at].glyph.x0))
                yield from (at for at in spot if at != first)


def _clusters(positions: list[tuple[float, int]]) -> Iterator[list[int]]:
    """Yield the places whose positions follow each other closely, if there are several."""
    positions.sort()
    cluster = [positions[0][1]]
    for (before, _), (position, at) in pairwise(positions):
        if position - before > OVERPRINT:
            if len(cluster) > 1:
                yield cluster
            cluster = []
        cluster.append(at)
    if len(cluster) > 1:
        yield cluster

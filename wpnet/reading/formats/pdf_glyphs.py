"""The characters of a PDF page in one pass, without the layout analysis of a whole text extraction.

pdfminer.six interprets the page; what it would build into lines, boxes and dictionaries is kept as
one :class:`~wpnet.reading.formats.pdf_lines.Glyph` a character. Drawn rules are only counted: a
page without them holds no ruled table, and nobody need look for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import atan2, cos, degrees, radians, sin
from typing import TYPE_CHECKING, Any, NamedTuple

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect

from wpnet.reading.formats.pdf_lines import Glyph

if TYPE_CHECKING:
    import pdfplumber.page
    from pdfminer.pdfinterp import PDFResourceManager

#: Characters whose places differ by less (points) are one, printed twice to look bold.
OVERPRINT = 1.0
#: Half the width (degrees) of what counts as one direction, and the tilt that leaves lines whole:
#: over 28 characters a line rises by .25 of their size.
ALONG, LEVEL = 2.0, 0.5
#: Colours paler than this are a background's; white is that of titles on coloured bars.
LIGHT, WHITE = 0.55, 0.97


class PageGlyphs(NamedTuple):
    """The characters of a page in the order of print.

    ``upright`` are those that stand on the page's lines, each once, turned level where the lines
    are not; ``turn`` says by how many degrees. ``visible`` and ``printed`` count all letters that
    are no blanks, overprinted ones once and as often as they are printed; ``lost`` those without
    a code; ``slanted`` those across the lines, ``apart`` what these say. ``light`` are the places
    of those in ``upright`` whose colour is pale. ``paths`` counts drawn rules, ``images`` pictures.
    """

    upright: list[Glyph]
    visible: int
    printed: int
    lost: int
    slanted: int
    paths: int
    turn: int
    height: float
    apart: str
    light: frozenset[int]
    images: int


class _Printed(NamedTuple):
    """A character as printed: its glyph, how far its line is turned, its colour.

    ``angle`` is none for a mirrored character; ``corners`` are kept where its line is turned.
    """

    glyph: Glyph
    angle: float | None
    corners: tuple[tuple[float, float], ...] = ()
    light: bool = False


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
        self._paths, self._images, self._any_lost = 0, 0, False
        self._left = self._top = 0.0
        self._colour: Any = None
        self._light = False

    def read(self, page: pdfplumber.page.Page) -> PageGlyphs:
        """Return the characters of a page, measured from its upper left corner."""
        self._printed = []
        self._paths = self._images = 0
        self._left, self._top = float(page.mediabox[0]), float(page.height + page.mediabox[1])
        self._interpreter.process_page(page.page_obj)
        once = _once(self._printed)
        turn = _turn(once)
        plain = not turn and all(found.angle == 0.0 for found in once)
        level = once if plain else [found for found in once if _along(found, turn)]
        upright = [found.glyph for found in level]
        height = float(page.height)
        if turn:
            left, low, right, high = (float(value) for value in page.mediabox)
            shown = self.ctm or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
            corners = [apply_matrix_pt(shown, (x, y)) for x in (left, right) for y in (low, high)]
            upright, height = _levelled(level, corners, self._top)
        across = [] if plain else [e.glyph.text for e in once if not _along(e, turn)]
        return PageGlyphs(
            upright=upright,
            visible=_visible(once),
            printed=_visible(self._printed),
            lost=sum(is_lost(found.glyph.text) for found in once) if self._any_lost else 0,
            slanted=len(across),
            paths=self._paths,
            turn=round(turn),
            height=height,
            apart="".join(across),
            light=frozenset([at for at, found in enumerate(level) if found.light]),
            images=self._images,
        )

    def paint_path(
        self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
    ) -> None:
        """Count the rules and frames of a path."""
        self._paths += sum(segment[0] == "m" for segment in path)

    def render_image(self, name: str, stream: Any) -> None:
        """Count the pictures."""
        self._images += 1

    def render_string_horizontal(
        self,
        seq: Any,
        matrix: Any,
        pos: tuple[float, float],
        font: Any,
        fontsize: float,
        scaling: float,
        charspace: float,
        wordspace: float,
        rise: float,
        dxscale: float,
        ncs: Any,
        graphicstate: Any,
    ) -> tuple[float, float]:
        """Keep the characters of a string and return where the next one begins.

        What is the same for all characters on a level line is worked out once; a string on another
        line is read character by character.
        """
        a, b, c, d, e, f = matrix
        if b or c:
            return super().render_string_horizontal(
                seq, matrix, pos, font, fontsize, scaling, charspace, wordspace, rise, dxscale, ncs,
                graphicstate,
            )  # fmt: skip
        x, y = pos
        foot = float(font.get_descent()) * fontsize + rise
        f += y * d
        low, high = sorted((d * foot + f, d * (foot + fontsize) + f))
        top, bottom, size = self._top - high, self._top - low, high - low
        angle, light = _angle(matrix, scaling), self._is_pale(graphicstate.ncolor)
        left, keep, known_to = self._left, self._printed.append, self._known
        begun = False
        for piece in seq:
            if isinstance(piece, (int, float)):
                x -= piece * dxscale
                begun = True
            elif isinstance(piece, bytes):
                for cid in font.decode(piece):
                    known = known_to.get((font, cid)) or self._character(font, cid)
                    if begun:
                        x += charspace
                    advance = known.width * fontsize * scaling
                    x0 = x * a + e
                    x1 = a * advance + x0
                    if x1 < x0:
                        x0, x1 = x1, x0
                    glyph = Glyph(known.text, x0 + left, x1 + left, top, bottom, size, known.font)
                    keep(_Printed(glyph, angle, (), light))
                    x += float(advance)
                    if cid == 32 and wordspace:
                        x += wordspace
                    begun = True
        return x, y

    def _character(self, font: Any, cid: int) -> _Character:
        """Return what a code of a font stands for, found once for each."""
        known = self._known.get((font, cid))
        if known is None:
            known = self._known[font, cid] = _character(font, cid)
            self._any_lost = self._any_lost or known.lost
        return known

    def _is_pale(self, colour: Any) -> bool:
        """Whether a colour is that of background text, judged anew only where it changes."""
        if colour is not self._colour:
            self._colour = colour
            self._light = _is_light(colour)
        return self._light

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
        known = self._character(font, cid)
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
        corners: tuple[tuple[float, float], ...] = ()
        if b == 0 and c == 0:
            x0, x1 = a * box[0] + e, a * box[2] + e
            y0, y1 = d * box[1] + f, d * box[3] + f
        else:
            x0, y0, x1, y1 = apply_matrix_rect(matrix, box)
            if b:
                corners = tuple(
                    (a * x + c * y + e, b * x + d * y + f)
                    for x, y in ((box[0], box[1]), (box[2], box[1]), (box[2], box[3]))
                )
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
            known.font,
        )
        light = self._is_pale(graphicstate.ncolor)
        self._printed.append(_Printed(glyph, _angle(matrix, scaling), corners, light))
        return float(advance)


def _angle(matrix: Any, scaling: float) -> float | None:
    """By how many degrees a line is turned; none where it is mirrored."""
    a, b, c, d, _, _ = matrix
    if (a * d - b * c) * scaling > 0:
        return degrees(atan2(b, a)) if b or a < 0 else 0.0
    return None


def _character(font: Any, cid: int) -> _Character:
    """Return what a code of a font stands for."""
    try:
        text = str(font.to_unichr(cid))
    except PDFUnicodeNotDefined:
        text = f"(cid:{cid})"
    displacement = font.char_disp(cid) if font.is_vertical() else None
    width, descent = float(font.char_width(cid)), float(font.get_descent())
    return _Character(text, width, displacement, descent, str(font.fontname), is_lost(text))


def _is_light(colour: Any) -> bool:
    """Whether a colour is pale, but not white: text that is meant to stand behind other text."""
    parts = tuple(colour) if isinstance(colour, (tuple, list)) else (colour,)
    if not all(isinstance(part, (int, float)) for part in parts):
        return False
    if len(parts) == 4:
        black = float(parts[3])
        parts = tuple((1 - float(part)) * (1 - black) for part in parts[:3])
    return len(parts) in (1, 3) and LIGHT < sum(map(float, parts)) / len(parts) < WHITE


def _turn(printed: Sequence[_Printed]) -> float:
    """How far the lines of a page are turned: the angle of most of its characters."""
    angles = [found.angle for found in printed if found.angle is not None]
    if not any(angles):
        return 0.0
    most, count = Counter(round(angle / (2 * ALONG)) for angle in angles).most_common(1)[0]
    if most == 0 or 2 * count < len(angles):
        tilted = sorted(angle for angle in angles if abs(angle) <= 2 * ALONG)
        middle = tilted[len(tilted) // 2] if tilted else 0.0
        return middle if abs(middle) > LEVEL else 0.0
    alike = sorted(angle for angle in angles if round(angle / (2 * ALONG)) == most)
    return alike[len(alike) // 2]


def _along(found: _Printed, turn: float) -> bool:
    """Whether a character stands on a line turned as the page's lines are."""
    if found.angle is None:
        return False
    off = abs(found.angle - turn) % 360
    return min(off, 360 - off) <= 2 * ALONG


def _levelled(
    printed: Sequence[_Printed], page: Sequence[tuple[float, float]], top: float
) -> tuple[list[Glyph], float]:
    """The characters as they stand once the page is turned level, and its height then."""
    turn = radians(sorted(found.angle or 0.0 for found in printed)[len(printed) // 2])
    across, up = cos(turn), sin(turn)

    def turned(x: float, y: float) -> tuple[float, float]:
        return x * across + y * up, y * across - x * up

    edges = [turned(x, y) for x, y in page]
    first, highest = min(x for x, _ in edges), max(y for _, y in edges)
    glyphs = []
    for found in printed:
        glyph = found.glyph
        corners = found.corners or (
            (glyph.x0, top - glyph.bottom),
            (glyph.x1, top - glyph.top),
        )
        places = [turned(x, y) for x, y in corners]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        glyphs.append(
            glyph._replace(
                x0=min(xs) - first,
                x1=max(xs) - first,
                top=highest - max(ys),
                bottom=highest - min(ys),
                size=max(ys) - min(ys),
            )
        )
    return glyphs, highest - min(y for _, y in edges)


def _visible(printed: Sequence[_Printed]) -> int:
    """Return how many letters are no blanks."""
    return len("".join("".join([glyph.text for glyph, _, _, _ in printed]).split()))


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
    for at, (glyph, _, _, _) in enumerate(printed):
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
    alike: dict[tuple[float, str, float | None], list[int]] = {}
    for at in places:
        glyph, angle, _, _ = printed[at]
        alike.setdefault((glyph.size, glyph.font, angle), []).append(at)
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

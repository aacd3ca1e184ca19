"""The lean pass over a PDF page sees what a full layout analysis sees."""

from __future__ import annotations

import io
from pathlib import Path

import pdfplumber
import pytest

from wpnet.reading.formats.pdf_glyphs import GlyphReader, PageGlyphs

FONT = Path(__file__).parents[2] / "wpnet" / "showing" / "data" / "wpnet-hei.ttf"


def odd_page(rotation: int = 0) -> bytes:
    """Return a page with plain, overprinted, slanted, scaled, raised and turned text and a rule."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("hei", str(FONT)))
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.setPageRotation(rotation)
    canvas.setFont("hei", 14)
    for row in range(12):
        canvas.drawString(70, 780 - 22 * row, f"（{row}）推进 open data 公开，公开、公开。")
    for shift in (0, 0.3, 0.6):
        canvas.drawString(70 + shift, 400, "二、粗体标题")
    canvas.saveState()
    canvas.translate(200, 300)
    canvas.rotate(30)
    canvas.drawString(0, 0, "水印")
    canvas.restoreState()
    text = canvas.beginText(70, 250)
    text.setFont("hei", 12)
    text.setCharSpace(2)
    text.setHorizScale(80)
    text.setRise(4)
    text.textLine("字距与缩放 abc")
    canvas.drawText(text)
    canvas.line(70, 240, 400, 240)
    canvas.rect(70, 100, 200, 80)
    canvas.save()
    return out.getvalue()


def read(data: bytes) -> tuple[PageGlyphs, pdfplumber.page.Page]:
    """Return what the lean pass finds on the first page, and the page."""
    document = pdfplumber.open(io.BytesIO(data))
    page = document.pages[0]
    return GlyphReader(document.rsrcmgr).read(page), page


def test_characters_stand_where_the_full_analysis_puts_them() -> None:
    """Text, place and size of every level character are those of pdfplumber, overprints once."""
    found, page = read(odd_page())
    clean = page.dedupe_chars()
    expected = [
        (char["text"], char["x0"], char["x1"], char["top"], char["bottom"], char["size"])
        for char in clean.chars
        if char["matrix"][1] == 0
    ]
    assert [glyph[0] for glyph in found.upright] == [char[0] for char in expected]
    for glyph, char in zip(found.upright, expected, strict=True):
        assert glyph[1:6] == pytest.approx(char[1:])
    assert (found.slanted, found.apart, found.turn) == (2, "水印", 0)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_as_if_it_stood(rotation: int) -> None:
    """Turned text is where it would be if the page were turned back; it says by how much."""
    level, _ = read(odd_page())
    turned, _ = read(odd_page(rotation))
    assert (turned.turn % 360, turned.apart) == ((360 - rotation) % 360, "水印")
    for glyph, other in zip(turned.upright[:200], level.upright[:200], strict=True):
        assert glyph[0] == other[0]
        assert glyph[1:5] == pytest.approx(other[1:5], abs=0.01)
    assert turned.height == pytest.approx(level.height)


def test_overprinted_characters_count_once_and_as_often_as_printed() -> None:
    """Six characters printed three times are six to the reader and eighteen to a second one."""
    found, _ = read(odd_page())
    assert found.printed - found.visible == 12


def test_rules_and_frames_are_counted() -> None:
    """A line and a frame are two paths: too few for a table, so that none is looked for."""
    found, page = read(odd_page())
    assert found.paths == len(page.lines) + len(page.rects) + len(page.curves) == 2

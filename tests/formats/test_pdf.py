"""PDF files: what geometry says, tables over page breaks, scans."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import make_twins as twins

from wpnet.errors import UnreadableFile
from wpnet.model import Document
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.formats import ocr
from wpnet.reading.formats.pdf_lines import PAGE_NUMBER

SIZE = 12
EDGES = (60, 100, 200, 400, 500)
HEAD = ("序号", "任务", "内容", "单位")


class Print:
    """A hand-drawn PDF: texts and rules at given places, page by page (y counts from above)."""

    def __init__(self) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._stream = io.BytesIO()
        self._canvas: Any = Canvas(self._stream, pagesize=(595, 842), invariant=1)
        self.new_page(first=True)

    def new_page(self, *, first: bool = False) -> None:
        """Begin a page."""
        if not first:
            self._canvas.showPage()
        self._canvas.setFont(twins._font(True), SIZE)

    def write(self, x: float, y: float, text: str) -> None:
        """Write a line."""
        self._canvas.drawString(x, 842 - y, text)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a line."""
        self._canvas.line(x0, 842 - y0, x1, 842 - y1)

    def row(
        self, top: float, height: float, cells: Sequence[str], *, open_end: bool = False
    ) -> None:
        """A table row; a cell's lines are parted by ``|``, ``-`` and ``+``
        leave its upper and lower rule out."""
        for left, right, cell in zip(EDGES, EDGES[1:], cells, strict=False):
            if not cell.startswith("-"):
                self.rule(left, top, right, top)
            if not (open_end or cell.endswith("+")):
                self.rule(left, top + height, right, top + height)
            for number, line in enumerate(cell.strip("-+").split("|")):
                self.write(left + 4, top + 14 + 15 * number, line)
        for edge in EDGES:
            self.rule(edge, top, edge, top + height)

    def document(self) -> Document:
        """The print, read."""
        self._canvas.save()
        return read_bytes_as_document(self._stream.getvalue(), "a.pdf")


def grid(document: Document) -> list[list[str]]:
    """The texts of a document's table cells, row by row."""
    found: dict[int, list[str]] = {}
    for line in document.lines:
        if line.cell:
            found.setdefault(line.cell.row, []).append(line.text)
    return [found[row] for row in sorted(found)]


@pytest.mark.parametrize("open_end", [False, True])
def test_row_cut_by_a_page_is_joined(open_end: bool) -> None:
    """The two halves of a row are one row, and the head repeated on the new page is dropped."""
    page = Print()
    page.row(600, 30, HEAD)
    page.row(630, 30, ("1", "解读", "同步解读政策。", "办公室"))
    page.row(660, 120, ("2", "公开", "及时发布政|策文件，做好", "法规处"), open_end=open_end)
    page.new_page()
    page.row(60, 30, HEAD)
    page.row(90, 60, ("", "", "更新。", ""))
    page.row(150, 30, ("3", "互动", "回应关切。", "信访处"))
    assert grid(page.document()) == [
        list(HEAD),
        ["1", "解读", "同步解读政策。", "办公室"],
        ["2", "公开", "及时发布政策文件，做好更新。", "法规处"],
        ["3", "互动", "回应关切。", "信访处"],
    ]


def test_merged_cell_goes_on_over_the_page() -> None:
    """The empty rest of a merged cell on the next page belongs to the cell above."""
    page = Print()
    page.row(600, 30, HEAD)
    page.row(630, 30, ("1", "公开+", "发布政策。", "办公室"))
    page.row(660, 30, ("2", "-", "更新目录。", "法规处"))
    page.new_page()
    page.row(60, 30, ("3", "+", "做好归档。", "办公室"))
    page.row(90, 30, ("4", "-", "公开预算。", "财务处"))
    document = page.document()
    spans = {line.text: line.cell.row_span for line in document.lines if line.cell}
    assert spans["公开"] == 4
    assert grid(document)[3] == ["3", "做好归档。", "办公室"]


def test_new_row_after_a_page_break_stays_a_row() -> None:
    """A full row at the top of the next page is not joined to the one above."""
    page = Print()
    page.row(600, 30, HEAD)
    page.row(630, 30, ("1", "解读", "同步解读", "办公室"))
    page.new_page()
    page.row(60, 30, ("2", "互动", "回应关切", "信访处"))
    assert grid(page.document())[1:] == [
        ["1", "解读", "同步解读", "办公室"],
        ["2", "互动", "回应关切", "信访处"],
    ]


def test_table_stands_between_its_neighbours() -> None:
    """A table's cells come where the table stands, other text before and after."""
    page = Print()
    page.write(60, 100, "附件")
    page.row(120, 30, HEAD)
    page.row(150, 30, ("1", "解读", "同步解读。", "办公室"))
    page.write(60, 220, "联系人：办公室")
    lines = page.document().lines
    assert [lines[0].text, lines[-1].text] == ["附件", "联系人：办公室"]
    assert [line.cell is None for line in lines] == [True, *[False] * 8, True]
    assert lines[1].place == "page 1 table 1 row 1"


def test_frame_around_text_is_no_table() -> None:
    """Text in a box of one cell stays text."""
    page = Print()
    for x0, y0, x1, y1 in (
        (50, 50, 400, 50),
        (50, 90, 400, 90),
        (50, 50, 50, 90),
        (400, 50, 400, 90),
    ):
        page.rule(x0, y0, x1, y1)
    page.write(60, 75, "一、做好公开。")
    assert [(line.text, line.cell) for line in page.document().lines] == [("一、做好公开。", None)]


def test_geometry_tells_where_paragraphs_begin() -> None:
    """An indent begins a paragraph, a flush line after a full one does not."""
    page = Print()
    for y, x, text in (
        (100, 84, "一、" + "公" * 28),
        (120, 60, "开" * 32),
        (140, 60, "完成。"),
        (160, 84, "二、" + "解" * 28),
        (180, 60, "读" * 32),
        (200, 60, "完成。"),
    ):
        page.write(x, y, text)
    assert [line.starts for line in page.document().lines] == [True, False, False] * 2


@pytest.mark.parametrize(
    "mark", ["- 2 -", "— 12 —", "2", "第2页", "第 2 页 共 5 页", "2/5", "－3－"]
)
def test_page_numbers_are_known(mark: str) -> None:
    """The usual forms of a page number are recognised."""
    assert PAGE_NUMBER.fullmatch(mark)


@pytest.mark.parametrize("text", ["2025年", "一、", "3月底前", "2.做好公开"])
def test_other_lines_are_no_page_numbers(text: str) -> None:
    """A date or heading is no page number."""
    assert not PAGE_NUMBER.fullmatch(text)


def scan(plan: str, pages: int = 1) -> bytes:
    """The first pages of a plan's PDF as pictures in a PDF."""
    import pypdfium2  # type: ignore[import-untyped]

    data = twins.pdf_twin(twins.twin_of(plan), embedded=True)
    document = pypdfium2.PdfDocument(data)
    images = [document[number].render(scale=150 / 72).to_pil() for number in range(pages)]
    document.close()
    stream = io.BytesIO()
    images[0].save(stream, "PDF", save_all=True, append_images=images[1:], resolution=150)
    return stream.getvalue()


@pytest.mark.skipif(ocr.available(), reason="text recognition is installed")
def test_scan_says_what_to_install() -> None:
    """Without the extra, a scan is refused with the command that installs it."""
    with pytest.raises(UnreadableFile, match=r"a\.pdf: the pages are pictures.*wpnet\[ocr\]"):
        read_bytes_as_document(scan("qingpu-hrss-2024"), "a.pdf")


@pytest.mark.slow
@pytest.mark.skipif(not ocr.available(), reason="needs the extra ocr")
@pytest.mark.parametrize("plan", ["qingpu-hrss-2024", "shanghai-hrss-2023"])
def test_scan_is_recognised(plan: str) -> None:
    """The words of a scanned page are those of the printed page, widths and quotes aside."""
    import difflib

    wanted = read_bytes_as_document(
        twins.pdf_twin(twins.twin_of(plan), embedded=True), "a.pdf"
    ).lines
    first = "".join(line.text for line in wanted if line.place == "page 1")
    found = "".join(line.text for line in read_bytes_as_document(scan(plan), "a.pdf").lines)
    widths = str.maketrans("（），：；“”", '(),:;""')
    wide, read = (text.translate(widths).replace(" ", "") for text in (first, found))
    assert difflib.SequenceMatcher(None, wide, read, autojunk=False).ratio() > 0.99

"""Make PDF, Word and HTML twins of the base plans: the same paragraphs in another container."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wpnet.reading.files import read_document
from wpnet.reading.normalise import normalise

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data" / "raw"
FONT = ROOT / "wpnet" / "showing" / "data" / "wpnet-hei.ttf"
PLANS = (
    "jiading-hrss-2025",
    "minhang-hrss-2025",
    "qingpu-hrss-2024",
    "shanghai-hrss-2020",
    "shanghai-hrss-2023",
)
HEADING = re.compile(r"([一二三四五六七八九十]+)、|([（(])([一二三四五六七八九十]+)[）)]|(\d+)\.")
NUMERALS = "一二三四五六七八九十"

Row = list[str | None]


@dataclass(frozen=True)
class Twin:
    """What a plan says: its paragraphs, then the rows of its task table (None: merged upwards)."""

    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...] = ()
    tail: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All words in order, a merged cell once."""
        cells = [cell or "" for row in self.rows for cell in row]
        return "".join([*self.paragraphs, *cells, *self.tail])


def twin_of(plan: str) -> Twin:
    """The paragraphs and table rows of a base plan."""
    normal = normalise(read_document(RAW / f"{plan}.txt"))
    texts = [normal.slice(part) for part in normal.paragraphs if not part.furniture]
    if "序号" not in texts:
        return Twin(tuple(texts))
    at = texts.index("序号")
    end = next(n for n in range(at, len(texts)) if texts[n].startswith("附件"))
    rows = map(tuple, _rows(texts[at + 5 : end]))
    return Twin(tuple(texts[:at]), (tuple(texts[at : at + 5]), *rows), tuple(texts[end:]))


def _rows(cells: list[str]) -> Iterator[Row]:
    """Cells set one a line to rows of five; a row of four lacks its merged task name."""
    row: list[str] = []
    number = 1
    for cell in [*cells, "0"]:
        if cell == str(number) or cell == "0":
            if row:
                yield [*row] if len(row) == 5 else [row[0], None, *row[1:4]]
            row, number = [cell], number + 1
        elif len(row) < 5:
            row.append(cell)


def html_twin(twin: Twin, *, charset: str = "utf-8", declared: str = "") -> bytes:
    """A portal page: navigation, nested blocks, spans inside sentences, a table with rowspan."""
    links = "".join(f'<li><a href="/{n}">栏目{n}</a></li>' for n in range(12))
    body = []
    for paragraph in twin.paragraphs:
        half = len(paragraph) // 2
        words = _escape(paragraph[:half]) + f"<span>{_escape(paragraph[half:])}</span>"
        body.append(f'<div class="row"><p style="text-indent:2em">\n  {words}\n</p></div>')
    tail = "".join(f"<p>{_escape(text)}</p>" for text in twin.tail)
    page = f"""<!DOCTYPE html><html><head>
<meta charset="{declared or charset}"><title>政务公开</title>
<style>p {{margin: 0}}</style><script>var text = "<p>脚本。</p>";</script></head><body>
<div class="head-nav"><ul>{links}</ul></div><div class="wrap"><div class="TRS_Editor">
{"".join(body)}{_html_table(twin)}{tail}</div></div>
<div class="hidden" style="display: none">看不见。</div><script>track("打印。")</script>
<div class="foot"><a href="/">网站地图</a> <a href="/">联系我们</a></div></body></html>"""
    return page.encode(charset)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _html_table(twin: Twin) -> str:
    rows = []
    for at, row in enumerate(twin.rows):
        cells = []
        for column, cell in enumerate(row):
            if cell is not None:
                down = merged_rows(twin, at, column)
                cells.append(f'<td rowspan="{down}">{_escape(cell)}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table border=1>{''.join(rows)}</table>" if rows else ""


def merged_rows(twin: Twin, row: int, column: int) -> int:
    """How many rows the cell that begins in a row covers."""
    down = 1
    while row + down < len(twin.rows) and twin.rows[row + down][column] is None:
        down += 1
    return down


def docx_twin(twin: Twin, *, automatic: bool = False) -> bytes:
    """A Word file, with its numbers typed or automatic, the table's merged cells real."""
    import docx

    document = docx.Document()
    number_id = _add_numbering(document) if automatic else ""
    counts: list[int] = [0, 0, 0]
    for text in twin.paragraphs:
        level = _level(text, counts) if automatic else None
        shown = text if level is None else text[_label_length(text) :]
        paragraph = document.add_paragraph(shown)
        if level is not None:
            _set_number(paragraph, number_id, level)
    if twin.rows:
        _add_table(document, twin)
    for text in twin.tail:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _label_length(text: str) -> int:
    found = HEADING.match(text)
    return found.end() if found else 0


def _level(text: str, counts: list[int]) -> int | None:
    """The list level of a paragraph whose printed number is the next of that level."""
    found = HEADING.match(text)
    if found is None:
        return None
    first, bracket, second, third = found.groups()
    level = 0 if first else 3 if bracket == "(" else 1 if bracket else 2
    slot = min(level, 1) if level != 2 else 2
    slot = 1 if level == 3 else slot
    value = int(third) if third else NUMERALS.find(first or second) + 1
    if value != counts[slot] + 1:
        return None
    counts[slot] = value
    counts[slot + 1 :] = [0] * (2 - slot)
    return level


def _add_numbering(document: Any) -> str:
    """A list 一、 / （一） / 1. / (一), levels restarting after the first."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    forms = (
        ("chineseCountingThousand", "%1、"),
        ("chineseCounting", "（%2）"),
        ("decimal", "%3."),
        ("japaneseCounting", "(%4)"),
    )
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:suff w:val="nothing"/><w:lvlText w:val="{template}"/></w:lvl>'
        for n, (form, template) in enumerate(forms)
    )
    numbering = document.part.numbering_part.element
    ns = nsdecls("w")
    abstract = parse_xml(f'<w:abstractNum {ns} w:abstractNumId="77">{levels}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {ns} w:numId="78"><w:abstractNumId w:val="77"/></w:num>'))
    return "78"


def _set_number(paragraph: Any, number_id: str, level: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = int(number_id)


def _add_table(document: Any, twin: Twin) -> None:
    table = document.add_table(rows=len(twin.rows), cols=len(twin.rows[0]))
    for at, row in enumerate(twin.rows):
        for column, text in enumerate(row):
            if text is not None:
                down = merged_rows(twin, at, column)
                cell = table.cell(at, column)
                if down > 1:
                    cell = cell.merge(table.cell(at + down - 1, column))
                cell.text = text


def pdf_twin(
    twin: Twin,
    *,
    embedded: bool = False,
    head: str = "",
    page_mark: str = "- {} -",
    bold: bool = False,
    key: str | None = None,
    cut_rows: bool = False,
) -> bytes:
    """A PDF as an office prints it: indents, wrapped lines, page numbers, a ruled table.

    Args:
        twin: what to print.
        embedded: an embedded TrueType font instead of the reader's own STSong.
        head: a running head on every page.
        page_mark: the page number's form.
        bold: headings overprinted to look bold.
        key: a password (empty: encrypted, but open to all).
        cut_rows: rows may be cut by a page break (then without a repeated head, which reportlab
            would print into the cut row).
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.platypus import SimpleDocTemplate

    font = _font(embedded)

    def furnish(canvas: Any, document: Any) -> None:
        canvas.setFont(font, 12)
        canvas.drawCentredString(297, 40, page_mark.format(document.page))
        if head:
            canvas.drawString(80, 800, head)

    stream = io.BytesIO()
    lock = None if key is None else StandardEncryption(key, ownerPassword="owner", canCopy=0)
    document = SimpleDocTemplate(
        stream, pagesize=A4, leftMargin=80, rightMargin=75, encrypt=lock, invariant=1
    )
    document.build(
        list(_flowables(twin, font, bold, cut_rows)), onFirstPage=furnish, onLaterPages=furnish
    )
    return stream.getvalue()


def _font(embedded: bool) -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    if embedded:
        pdfmetrics.registerFont(TTFont("wpnet-hei", FONT))
        return "wpnet-hei"
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"


def _flowables(twin: Twin, font: str, bold: bool, cut_rows: bool) -> Iterator[Any]:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Spacer

    body = ParagraphStyle(
        "body", fontName=font, fontSize=16, leading=28, firstLineIndent=32, wordWrap="CJK"
    )
    title = ParagraphStyle(
        "title", fontName=font, fontSize=18, leading=30, alignment=1, wordWrap="CJK"
    )
    for text in twin.paragraphs:
        is_title = text.endswith(("工作要点", "任务分解表")) and len(text) < 60 and "《" not in text
        yield (_overprinted if bold else Paragraph)(_escape(text), title if is_title else body)
    if twin.rows:
        yield Spacer(1, 12)
        yield _pdf_table(twin, font, cut_rows)
    for text in twin.tail:
        yield Paragraph(_escape(text), body)


def _overprinted(text: str, style: Any) -> Any:
    """A paragraph printed twice, a hair's breadth apart."""
    from reportlab.platypus import Paragraph

    class Overprinted(Paragraph):  # type: ignore[misc]
        def draw(self) -> None:
            super().draw()
            self.canv.translate(0.3, 0)
            super().draw()

    return Overprinted(text, style)


def _pdf_table(twin: Twin, font: str, cut_rows: bool) -> Any:
    from reportlab.lib.colors import black
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    small = ParagraphStyle("cell", fontName=font, fontSize=11, leading=16, wordWrap="CJK")
    cells = [[Paragraph(_escape(cell or ""), small) for cell in row] for row in twin.rows]
    rules: list[Any] = [("GRID", (0, 0), (-1, -1), 0.7, black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    for at, row in enumerate(twin.rows):
        for column, cell in enumerate(row):
            down = merged_rows(twin, at, column)
            if cell is not None and down > 1:
                rules.append(("SPAN", (column, at), (column, at + down - 1)))
    return LongTable(
        cells,
        colWidths=[34, 80, 190, 85, 50],
        repeatRows=0 if cut_rows else 1,
        style=TableStyle(rules),
        splitInRow=int(cut_rows),
    )

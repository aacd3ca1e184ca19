"""Make PDF, Word and HTML twins of the base plans: the same paragraphs in another container."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
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

BLOCKS = {
    "p": '<div class="row"><p style="text-indent:2em">\n  {}\n</p></div>',
    "br": "&nbsp;&nbsp;{}<br/>\n",
    "div": "<div><div>{}</div></div>",
}

Row = list[str | None]


@dataclass(frozen=True)
class Twin:
    """What a plan says: its paragraphs, then the rows of its task table.

    ``None`` is a cell merged with the one above; a row of one cell spans all columns.
    """

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


def html_twin(
    twin: Twin, *, charset: str = "utf-8", declared: str = "", blocks: str = "p"
) -> bytes:
    """A portal page: navigation, nested blocks, spans inside sentences, a table with rowspan.

    ``blocks`` says how paragraphs are set apart: "p", "br" or "div" (nested ones).
    """
    links = "".join(f'<li><a href="/{n}">栏目{n}</a></li>' for n in range(12))
    body = []
    for paragraph in twin.paragraphs:
        half = len(paragraph) // 2
        words = _escape(paragraph[:half]) + f"<span>{_escape(paragraph[half:])}</span>"
        body.append(BLOCKS[blocks].format(words))
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
                across = f' colspan="{len(twin.rows[0])}"' if len(row) == 1 else ""
                cells.append(f'<td rowspan="{down}"{across}>{_escape(cell)}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table border=1>{''.join(rows)}</table>" if rows else ""


def merged_rows(twin: Twin, row: int, column: int) -> int:
    """How many rows the cell that begins in a row covers."""
    down = 1
    while row + down < len(twin.rows) and twin.rows[row + down][column : column + 1] == (None,):
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
    level = 0 if first else 2 if bracket == "(" else 1 if bracket else 3
    slot = (0, 1, 1, 2)[level]
    value = int(third) if third else NUMERALS.find(first or second) + 1
    if value != counts[slot] + 1:
        return None
    counts[slot] = value
    counts[slot + 1 :] = [0] * (2 - slot)
    return level


def _add_numbering(document: Any) -> str:
    """A list 一、 / （一） / (一) / 1., levels restarting after the first."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    forms = (
        ("chineseCountingThousand", "%1、"),
        ("chineseCounting", "（%2）"),
        ("japaneseCounting", "(%3)"),
        ("decimal", "%4."),
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
                last = len(twin.rows[0]) - 1 if len(row) == 1 else column
                if down > 1 or last > column:
                    cell = cell.merge(table.cell(at + down - 1, last))
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
    widths: Sequence[float] = (34, 80, 190, 85, 50),
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
        widths: of the table's columns, in points.
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
        list(_flowables(twin, font, bold, cut_rows, widths)),
        onFirstPage=furnish,
        onLaterPages=furnish,
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


def _flowables(
    twin: Twin, font: str, bold: bool, cut_rows: bool, widths: Sequence[float]
) -> Iterator[Any]:
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
        yield _pdf_table(twin, font, cut_rows, widths)
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


def _pdf_table(twin: Twin, font: str, cut_rows: bool, widths: Sequence[float]) -> Any:
    from reportlab.lib.colors import black
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import LongTable, Paragraph, TableStyle

    small = ParagraphStyle("cell", fontName=font, fontSize=11, leading=16, wordWrap="CJK")
    columns = len(twin.rows[0])
    full = [[*row, *[None] * (columns - len(row))] for row in twin.rows]
    cells = [[Paragraph(_escape(cell or ""), small) for cell in row] for row in full]
    rules: list[Any] = [("GRID", (0, 0), (-1, -1), 0.7, black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    for at, row in enumerate(twin.rows):
        for column, cell in enumerate(row):
            down = merged_rows(twin, at, column)
            last = columns - 1 if len(row) == 1 else column
            if cell is not None and (down > 1 or last > column):
                rules.append(("SPAN", (column, at), (last, at + down - 1)))
    return LongTable(
        cells,
        colWidths=widths,
        repeatRows=0 if cut_rows else 1,
        style=TableStyle(rules),
        splitInRow=int(cut_rows),
    )


def ofd_twin(twin: Twin, *, width: int = 28, lines_a_page: int = 24) -> bytes:
    """An OFD with indents, wrapped lines and page numbers; a table's cells are lines."""
    cells = [cell for row in twin.rows for cell in row if cell]
    lines: list[tuple[float, str]] = []
    for text in [*twin.paragraphs, *cells, *twin.tail]:
        first = width - 2
        lines.append((38.0, text[:first]))
        rest = range(first, len(text), width)
        lines += [(28.0, text[start : start + width]) for start in rest]
    pages = []
    for number, start in enumerate(range(0, len(lines), lines_a_page), start=1):
        page = lines[start : start + lines_a_page]
        set_out = [(left, 30.0 + 9.5 * row, text) for row, (left, text) in enumerate(page)]
        pages.append([*set_out, (100.0, 280.0, f"- {number} -")])
    return ofd_file(pages)


def ofd_file(pages: Sequence[Sequence[tuple[float, float, str]]]) -> bytes:
    """An OFD of pages with texts at places (x, y in millimetres)."""
    space = 'xmlns:o="http://www.ofdspec.org/2016"'
    names = [f"Pages/Page_{number}/Content.xml" for number in range(len(pages))]
    listed = "".join(f'<o:Page ID="{n + 1}" BaseLoc="{name}"/>' for n, name in enumerate(names))
    parts = {
        "OFD.xml": f"<o:OFD {space}><o:DocBody><o:DocRoot>Doc_0/Document.xml</o:DocRoot>"
        "</o:DocBody></o:OFD>",
        "Doc_0/Document.xml": f"<o:Document {space}><o:Pages>{listed}</o:Pages></o:Document>",
    }
    for name, texts in zip(names, pages, strict=True):
        objects = "".join(
            f'<o:TextObject Boundary="{x} {y} {len(text) * 5} 5" Size="5">'
            f'<o:TextCode X="0" Y="4.2">{_escape(text)}</o:TextCode></o:TextObject>'
            for x, y, text in texts
        )
        parts[f"Doc_0/{name}"] = (
            f"<o:Page {space}><o:Content><o:Layer>{objects}</o:Layer></o:Content></o:Page>"
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()

"""Letters as a Word file: the office's head, tables, a line to sign, the checklist as an annex."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wpnet.showing.letter import Letter, Table

#: The fonts of official letters (GB/T 9704); Word and WPS put their own where they are not there.
BODY, HEAD = "仿宋_GB2312", "方正小标宋简体"
#: The same date in every file: the same corpus gives the same bytes.
CREATED = datetime(2000, 1, 1)
_DATED = (1980, 1, 1, 0, 0, 0)
_WIDE, _LONG = 16.0, 24.7  # centimetres between the margins of A4, upright and across


def letters_docx(letters: Sequence[Letter]) -> bytes:
    """Return letters as one ``.docx``, each on pages of its own, its checklist behind it.

    The same letters give the same bytes.
    """
    import docx

    document = docx.Document()
    _settle(document)
    for number, one in enumerate(letters):
        if number:
            _new_section(document, wide=False)
        _write(document, one)
    memory = io.BytesIO()
    document.save(memory)
    return _undated(memory.getvalue())


def _settle(document: Any) -> None:
    """Set paper, margins, fonts and the facts about the file."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(14)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    facts = document.core_properties
    facts.author = facts.last_modified_by = "wpnet"
    facts.created = facts.modified = CREATED
    facts.title = facts.comments = ""


def _write(document: Any, letter: Letter) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt, RGBColor

    head = _paragraph(document, letter.office, ALIGN.CENTER, size=Pt(26), font=HEAD)
    head.runs[0].font.color.rgb = RGBColor(0xC0, 0x10, 0x10)
    _rule(head)
    _paragraph(document, letter.number, ALIGN.CENTER)
    if letter.draft:
        _paragraph(document, letter.draft, ALIGN.CENTER, bold=True)
    _paragraph(document, letter.title, ALIGN.CENTER, size=Pt(18), font=HEAD)
    _paragraph(document, letter.addressee)
    for text in letter.opening:
        _paragraph(document, text, indent=True)
    for table in letter.tables:
        _table(document, table)
    _paragraph(document, letter.notes_title, bold=True)
    for text in (*letter.notes, *letter.closing):
        _paragraph(document, text, indent=True)
    for text in letter.signature:
        _paragraph(document, text, ALIGN.RIGHT)
    _new_section(document, wide=True)
    _table(document, letter.checklist, _LONG)


def _paragraph(
    document: Any,
    text: str,
    align: Any = None,
    *,
    size: Any = None,
    font: str = "",
    bold: bool = False,
    indent: bool = False,
) -> Any:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    made = document.add_paragraph()
    run = made.add_run(text)
    run.bold = bold or None
    if size is not None:
        run.font.size = size
    if font:
        run.font.name = "Times New Roman"
        run.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if align is not None:
        made.alignment = align
    if indent:
        made.paragraph_format.first_line_indent = Pt(28)
    made.paragraph_format.space_after = Pt(6)
    return made


def _new_section(document: Any, *, wide: bool) -> None:
    """Begin a page, across for the many columns of a checklist, upright for a letter."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    short, long = sorted((section.page_width, section.page_height))
    section.page_width, section.page_height = (long, short) if wide else (short, long)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT


def _rule(paragraph: Any) -> None:
    """Draw the red line below the head of an official letter."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "C01010")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _table(document: Any, table: Table, across: float = _WIDE) -> None:
    """Write a table under its heading; its first row is repeated on every page."""
    from docx.shared import Cm

    _paragraph(document, table.title, bold=True).paragraph_format.keep_with_next = True
    if not table.rows:
        return
    made = document.add_table(rows=0, cols=len(table.heads), style="Table Grid")
    made.autofit = False
    widths = [Cm(across * part / sum(table.widths)) for part in table.widths]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for number, row in enumerate((table.heads, *table.rows)):
        line = made.add_row()
        _keep_whole(line, heading=number == 0)
        for cell, text, width in zip(line.cells, row, widths, strict=True):
            cell.width = width
            _fill(cell, text, bold=number == 0)


def _fill(cell: Any, text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(line)
        run.font.size = Pt(10.5)
        run.bold = bold or None


def _keep_whole(row: Any, *, heading: bool) -> None:
    """Let no row break across pages; the heading stands on each."""
    from docx.oxml import OxmlElement

    marks = row._tr.get_or_add_trPr()
    marks.append(OxmlElement("w:cantSplit"))
    if heading:
        marks.append(OxmlElement("w:tblHeader"))


def _undated(data: bytes) -> bytes:
    """Return an archive whose parts all bear the same time."""
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _DATED), old.read(name), zipfile.ZIP_DEFLATED)
    return memory.getvalue()

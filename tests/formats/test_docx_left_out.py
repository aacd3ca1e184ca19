"""Word files: what was taken back, hidden, noted or drawn, and documents inside documents."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from wpnet.model import Cell, Document
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.plan import parse_document

CASES = Path(__file__).parent / "cases"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
NAMES = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:m="{M}"'


def word(body: str, **parts: str) -> Document:
    """What is read in a Word file of the given XML; ``parts`` are further parts by their names."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part, content in {"document": f"<w:body>{body}</w:body>", **parts}.items():
            archive.writestr(f"word/{part}.xml", f"<w:{part} {NAMES}>{content}</w:{part}>")
    return read_bytes_as_document(stream.getvalue(), "a.docx")


def texts(document: Document) -> list[str]:
    """The texts of a document's lines."""
    return [line.text for line in document.lines]


def listed(document: Document) -> list[tuple[str, str, str]]:
    """What was left out: kind, place, text."""
    return [(row.kind, row.raw_place, row.text) for row in document.left_out]


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(*runs: str, mark: str = "", style: str = "") -> str:
    """A paragraph; ``mark`` says what became of its end."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}<w:rPr>{mark}</w:rPr></w:pPr>{''.join(runs)}</w:p>"


@pytest.mark.parametrize(
    ("case", "number", "text"),
    [
        ("del_mark", "1.1.1", "及时公开就业补贴政策的申领条件和办理流程。"),
        ("del_item", "1.2.1", "每季度发布职业技能培训机构名录。"),
        ("strike", "1.1.1", "及时公开就业补贴政策的申领条件和办理流程。"),
        ("footnote", "1.1.1", "及时公开就业补贴政策的申领条件和办理流程。"),
        ("altchunk", "2.1.1", "定期回应群众关心的社保转移接续问题。"),
        ("tab_breaks", "2.0.1", "定期回应群众关心的社保转移接续问题。"),
        ("sym", "1.1.1", "落实“1++X”制度，公开补贴50项政策。"),
    ],
)
def test_reported_files_are_read_as_word_shows_them(case: str, number: str, text: str) -> None:
    """Files as users reported them give the final text under the printed number."""
    data = (CASES / f"{case}.docx").read_bytes()
    plan = parse_document(read_bytes_as_document(data, f"{case}.docx"))
    assert {e.requirement_id.partition("#")[2]: e.text for e in plan.requirements}[number] == text


@pytest.mark.parametrize("kind", ["del", "moveFrom"])
def test_a_paragraph_whose_end_was_taken_back_goes_on(kind: str) -> None:
    """Paragraphs joined under tracking are one, over any number of deleted ends."""
    body = (
        paragraph(run("及时公开"), mark=f"<w:{kind}/>")
        + paragraph(run("就业补贴"), mark=f"<w:{kind}/>")
        + paragraph(run("政策。"))
        + paragraph(run("做好解读。"))
    )
    assert texts(word(body)) == ["及时公开就业补贴政策。", "做好解读。"]


@pytest.mark.parametrize(
    "properties",
    ["<w:strike/>", "<w:dstrike/>", '<w:rStyle w:val="gone"/>', '<w:rStyle w:val="child"/>'],
)
def test_struck_text_is_left_out_and_listed(properties: str) -> None:
    """Struck out directly, or by a style, or by the style it rests on: no text, but in the list."""
    styles = (
        '<w:style w:styleId="gone"><w:rPr><w:strike/></w:rPr></w:style>'
        '<w:style w:styleId="child"><w:basedOn w:val="gone"/></w:style>'
    )
    document = word(paragraph(run("公开"), run("每周简报", properties), run("。")), styles=styles)
    assert texts(document) == ["公开。"]
    assert listed(document) == [("deleted", "paragraph 1", "每周简报")]
    assert "1 stretches that were deleted or struck out" in document.warnings[0]


def test_a_run_may_take_back_what_its_style_says() -> None:
    """``strike`` switched off in a run wins over its style."""
    styles = '<w:style w:styleId="gone"><w:rPr><w:strike/></w:rPr></w:style>'
    body = paragraph(run("做好公开。", '<w:rStyle w:val="gone"/><w:strike w:val="0"/>'))
    assert texts(word(body, styles=styles)) == ["做好公开。"]


@pytest.mark.parametrize("by", ["run", "character style", "paragraph style"])
def test_hidden_text_is_left_out_and_listed(by: str) -> None:
    """Hidden by the run or by a style of run or paragraph: the same."""
    styles = '<w:style w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    properties = {"run": "<w:vanish/>", "character style": '<w:rStyle w:val="h"/>'}.get(by, "")
    hidden = paragraph(run("暗藏一句。", properties), style="h" if by == "paragraph style" else "")
    document = word(paragraph(run("做好公开。")) + hidden, styles=styles)
    assert texts(document) == ["做好公开。"]
    assert listed(document) == [("hidden", "paragraph 2", "暗藏一句。")]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_stand_apart(kind: str) -> None:
    """A note leaves no mark in the sentence; its text is listed."""
    body = paragraph(run("公开补贴"), f'<w:r><w:{kind}Reference w:id="2"/></w:r>', run("政策。"))
    note = f'<w:{kind} w:id="2"><w:p>{run("见年度清单。")}</w:p></w:{kind}>'
    document = word(body, **{f"{kind}s": note})
    assert texts(document) == ["公开补贴政策。"]
    assert listed(document) == [("footnote", "paragraph 1", "见年度清单。")]


@pytest.mark.parametrize(
    ("drawn", "shown"),
    [
        ("<m:oMath><m:r><m:t>50</m:t></m:r></m:oMath>", "50"),
        ("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r>"
         "</m:den></m:f></m:oMath>", "1/3"),
        ('<w:r><w:sym w:font="Times New Roman" w:char="002B"/></w:r>', "+"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "☑"),
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> eq \\o\\ac(○,3)'
         '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>', "③"),
    ],
    ids=["equation", "fraction", "symbol", "wingdings", "circled"],
)  # fmt: skip
def test_what_is_drawn_is_read(drawn: str, shown: str) -> None:
    """Equations, symbols and circled numbers give the characters that a reader sees."""
    assert texts(word(paragraph(run("公开"), drawn, run("项。")))) == [f"公开{shown}项。"]


def test_a_symbol_that_only_its_font_knows_is_said() -> None:
    """A lost symbol is a warning that a part was not read, and stands in the list."""
    document = word(paragraph(run("甲"), '<w:r><w:sym w:font="Foo" w:char="F041"/></w:r>'))
    assert "was not read" in document.warnings[0]
    assert listed(document) == [("unread", "paragraph 1", "symbol F041 of the font Foo")]


def test_heads_feet_and_comments_are_listed() -> None:
    """What stands in the margins is no text of the plan, and not dropped in silence."""
    document = word(
        paragraph(run("公开。")),
        header1=paragraph(run("某局文件")),
        comments=f'<w:comment w:id="1">{paragraph(run("再议"))}</w:comment>',
    )
    assert texts(document) == ["公开。"]
    assert listed(document) == [("unread", "comments", "再议"), ("page_mark", "header", "某局文件")]


def test_old_level_merges_span_columns() -> None:
    """``w:hMerge`` of WPS and old Word makes one cell of several."""

    def cell(text: str, merge: str = "") -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr>{paragraph(run(text))}</w:tc>"

    rows = (
        cell("一、公开", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>"),
        cell("发布。") + cell("办公室"),
    )
    body = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    assert [(line.text, line.cell) for line in word(body).lines] == [
        ("一、公开", Cell(1, 1, 1, 1, 2)), ("发布。", Cell(1, 2, 1)), ("办公室", Cell(1, 2, 2)),
    ]  # fmt: skip


def test_soft_breaks_in_cells_join_sentences_and_part_offices() -> None:
    """Shift-Enter inside a sentence is layout; between offices it separates them."""
    cells = ("定期回应<w:br/>问题。", "就业科<w:br/>办公室")
    body = "".join(
        f"<w:tc><w:p><w:r><w:t>{cell.replace('<w:br/>', '</w:t><w:br/><w:t>')}</w:t></w:r></w:p>"
        "</w:tc>"
        for cell in cells
    )
    lines = word(f"<w:tbl><w:tr>{body}</w:tr></w:tbl>").lines
    assert [(line.text, line.starts) for line in lines] == [
        ("定期回应", True), ("问题。", None), ("就业科", True), ("办公室", True),
    ]  # fmt: skip


def test_a_document_inside_that_cannot_be_read_is_said() -> None:
    """A chunk of a format that nothing reads is a warning, not silence."""
    document = word(paragraph(run("公开。")) + '<w:altChunk r:id="rId8"/>')
    assert "was not read" in document.warnings[0]


def test_folders_written_the_windows_way_are_found() -> None:
    """Backslashes in the names of a zip archive are folders, as Word takes them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("word/document.xml")
        info.filename = "word\\document.xml"
        body = f"<w:document {NAMES}><w:body>{paragraph(run('公开。'))}</w:body></w:document>"
        archive.writestr(info, body)
    assert texts(read_bytes_as_document(stream.getvalue(), "a.docx")) == ["公开。"]


def test_flat_word_files_are_read_like_their_parts() -> None:
    """The parts of a .docx in one XML file give the same lines, whatever the file is called."""
    body = f"<w:document {NAMES}><w:body>{paragraph(run('做好公开。'))}</w:body></w:document>"
    flat = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
        '<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        f'<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>{body}</pkg:xmlData></pkg:part>'
        "</pkg:package>"
    )
    for name in ("a.doc", "a.docx", "a.xml"):
        assert texts(read_bytes_as_document(flat.encode(), name)) == ["做好公开。"]


def test_word_2003_xml_prints_its_stated_numbers() -> None:
    """Word 2003 states each automatic number beside the paragraph; deletions are left out."""
    old = "http://schemas.microsoft.com/office/word/2003/wordml"
    body = (
        f'<w:wordDocument xmlns:w="{old}" xmlns:wx="x" xmlns:aml="y"><w:body><wx:sect>'
        '<w:p><w:pPr><w:listPr><w:ilfo w:val="1"/><wx:t wx:val="一、"/></w:listPr></w:pPr>'
        "<w:r><w:t>主动公开</w:t></w:r></w:p>"
        '<w:p><aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>废。</w:delText>'
        "</w:r></aml:content></aml:annotation><w:r><w:t>公开政策。</w:t></w:r></w:p>"
        "</wx:sect></w:body></w:wordDocument>"
    )
    document = read_bytes_as_document(body.encode(), "a.doc")
    assert texts(document) == ["一、主动公开", "公开政策。"]
    assert [row.kind for row in document.left_out] == ["deleted"]

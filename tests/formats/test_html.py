"""Web pages."""

from __future__ import annotations

import pytest

from wpnet.errors import UnreadableFile
from wpnet.model import Cell, Line
from wpnet.reading.files import read_bytes_as_document


def read(page: str, encoding: str = "utf-8") -> tuple[Line, ...]:
    """The lines of a page."""
    return read_bytes_as_document(page.encode(encoding), "a.html").lines


def texts(page: str) -> list[str]:
    """The texts of a page's lines."""
    return [line.text for line in read(page)]


def test_block_is_one_line() -> None:
    """Inline marks do not split a block; blocks and line breaks do."""
    page = "<div><p>一、总<b>体</b><span>要求</span></p>坚持<i>公开</i>。<br>做好解读。</div>"
    assert texts(page) == ["一、总体要求", "坚持公开。", "做好解读。"]


def test_source_line_ends_vanish_between_hanzi() -> None:
    """A line end of the source inside Chinese text is no space."""
    assert texts("<p>政务\n   公开\n 2024 年</p>") == ["政务公开 2024 年"]


def test_offset_leads_to_first_character() -> None:
    """A line's offset is that of its first visible character in the decoded page."""
    page = (
        "<!-- 一、 --><p title='一、要'>&nbsp;<b>一、要求</b></p><p>甲&lt;乙。</p><p>一、要求</p>"
    )
    for line in read(page):
        assert line.offset is not None
        assert page[line.offset] == line.text.lstrip("\xa0")[0]
    assert [line.offset for line in read(page)][2] == page.rindex("一、要求")


def test_hidden_and_silent_parts_are_left_out() -> None:
    """Scripts, styles, hidden elements and form controls are no text."""
    page = """<p>公开。</p><script>document.write("<p>甲。</p>")</script><style>p{}</style>
    <div style="DISPLAY : none">乙。</div><p hidden>丙。</p>
    <select><option>丁</select>"""
    assert texts(page) == ["公开。"]


def test_navigation_is_left_out_and_body_kept() -> None:
    """Lists of links around the body go; title, metadata and attachments stay."""
    links = "".join(f"<li><a href=x>栏目{n}</a></li>" for n in range(8))
    page = f"""<div><ul>{links}</ul></div><h1>工作要点</h1>
    <table><tr><td>文号<td>甲〔2025〕1号</table>
    <div><p>一、做好公开。</p><p>二、做好解读。</p></div>
    <p>附件：<a href=a.pdf>分解表</a></p><div>版权所有</div>"""
    assert texts(page) == [
        "工作要点", "文号", "甲〔2025〕1号", "一、做好公开。", "二、做好解读。", "附件：分解表",
    ]  # fmt: skip


def test_sentences_left_out_are_told() -> None:
    """Navigation that holds several sentences is left out, but never in silence."""
    page = "<p>一、做好公开。二、做好解读。</p><footer>甲。乙。丙。</footer>"
    document = read_bytes_as_document(page.encode(), "a.html")
    assert [line.text for line in document.lines] == ["一、做好公开。二、做好解读。"]
    assert "3 sentences" in document.warnings[0]


def test_table_cells_know_their_grid() -> None:
    """Row and column spans give each cell its place; a cell's paragraphs share it."""
    page = """<table><tr><th>序号<th>任务<th>内容</tr>
    <tr><td>1<td rowspan=2>解读<td><p>甲。</p><p>乙。</p></tr><tr><td>2<td colspan=1></table>"""
    found = [(line.text, line.cell) for line in read(page)][3:]
    assert found == [
        ("1", Cell(1, 2, 1)), ("解读", Cell(1, 2, 2, 2, 1)), ("甲。", Cell(1, 2, 3)),
        ("乙。", Cell(1, 2, 3)), ("2", Cell(1, 3, 1)), ("", Cell(1, 3, 3)),
    ]  # fmt: skip


def test_layout_tables_are_no_tables() -> None:
    """A table that only places the body on the page gives ordinary lines."""
    inner = "<p>一、做好公开工作。</p>" * 3
    assert all(line.cell is None for line in read(f"<table><tr><td>{inner}<table></table></table>"))


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("gb2312", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "gb18030"), ("big5", "big5")],
)
def test_declared_encoding_is_checked(declared: str, actual: str) -> None:
    """A declaration is widened or overruled by the bytes; rare characters survive."""
    words = "政務公開" if actual == "big5" else "做好政务公开工作堃喆"
    page = f'<html><meta charset="{declared}"><p>{words}</p><p>尾</p>'
    assert [line.text for line in read(page, actual)] == [words, "尾"]


def test_xml_declaration_is_no_obstacle() -> None:
    """A page that declares itself XML is read like any other."""
    assert texts('<?xml version="1.0" encoding="utf-8"?><html><p>公开。</p></html>') == ["公开。"]


def test_page_without_text_is_refused() -> None:
    """A page filled by a script says so."""
    with pytest.raises(UnreadableFile, match=r"a\.html: the page holds no text"):
        read("<html><body><div id=app></div><script>load()</script></body></html>")

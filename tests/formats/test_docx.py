"""Word files: numbers, tables, tracked changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import pytest
from lxml import etree

from wpnet.model import Cell, Line
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.formats.docx_numbers import Numbering, chinese_number, format_number

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(body: str, numbering: str = "", styles: str = "") -> bytes:
    """A Word file of the given XML."""
    stream = io.BytesIO()
    parts = {"document": f"<w:body>{body}</w:body>", "numbering": numbering, "styles": styles}
    with zipfile.ZipFile(stream, "w") as archive:
        for part, content in parts.items():
            archive.writestr(f"word/{part}.xml", f'<w:{part} xmlns:w="{W}">{content}</w:{part}>')
    return stream.getvalue()


def read(body: str, numbering: str = "", styles: str = "") -> tuple[Line, ...]:
    """The lines of a Word file of the given XML."""
    return read_bytes_as_document(word(body, numbering, styles), "a.docx").lines


def run(text: str) -> str:
    """A run of text."""
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(text: str, level: int, number: int = 1) -> str:
    """A paragraph with an automatic number."""
    properties = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
    return f"<w:p><w:pPr><w:numPr>{properties}</w:numPr></w:pPr>{run(text)}</w:p>"


def level(at: int, form: str, template: str, more: str = "") -> str:
    """A level of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{template}"/>{more}</w:lvl>'
    )


def lists(levels: str, *numbers: str) -> str:
    """A list definition and its uses (the overrides of each)."""
    uses = "".join(
        f'<w:num w:numId="{at}"><w:abstractNumId w:val="0"/>{override}</w:num>'
        for at, override in enumerate(numbers or ("",), start=1)
    )
    return f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{uses}'


def labels(levels: str, paragraphs: Sequence[tuple[int, int]], *numbers: str) -> list[str]:
    """The numbers that paragraphs (list, level) print."""
    body = "".join(numbered("x", at, number) for number, at in paragraphs)
    return [line.text.removesuffix("x") for line in read(body, lists(levels, *numbers))]


PLAN = (
    level(0, "chineseCountingThousand", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
)


def test_levels_count_and_restart() -> None:
    """A deeper level begins anew below each number of the level above."""
    found = labels(PLAN, [(1, 0), (1, 1), (1, 1), (1, 0), (1, 1), (1, 2), (1, 2), (1, 1)])
    assert found == ["一、", "（一）", "（二）", "二、", "（一）", "1.", "2.", "（二）"]


def test_level_may_go_on_across_sections() -> None:
    """A level that must not restart counts on (1. to n. across 一、二、)."""
    never = level(0, "chineseCounting", "%1、") + level(
        1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'
    )
    assert labels(never, [(1, 0), (1, 1), (1, 0), (1, 1)]) == ["一、", "1.", "二、", "2."]


def test_lists_of_one_definition_count_together_unless_overridden() -> None:
    """Two uses of a list go on counting; a start override begins anew once."""
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    uses = [(1, 0), (2, 0), (3, 0), (3, 0)]
    assert labels(PLAN, uses, "", "", override) == ["一、", "二、", "五、", "六、"]


def test_template_names_levels_above() -> None:
    """A template can show the numbers above; a legal level shows them in digits."""
    legal = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    assert labels(legal, [(1, 0), (1, 1)]) == ["一、", "1.1 "]


def test_style_gives_the_number() -> None:
    """A paragraph takes list and level from its style, or from the one that this is based on."""
    linked = level(0, "chineseCounting", "%1、", '<w:pStyle w:val="H1"/>')
    styles = (
        '<w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="Mine"><w:basedOn w:val="H1"/></w:style>'
    )
    body = f'<w:p><w:pPr><w:pStyle w:val="Mine"/></w:pPr>{run("公开")}</w:p>'
    assert [line.text for line in read(body, lists(linked), styles)] == ["一、公开"]


def test_number_nought_means_none() -> None:
    """A paragraph can switch the number of its style off; a bullet is no text."""
    bullets = level(0, "bullet", "\uf0b7")
    body = numbered("公开", 0, 0) + numbered("解读", 0, 1)
    assert [line.text for line in read(body, lists(bullets))] == ["公开", "解读"]


@pytest.mark.parametrize(
    ("form", "value", "printed"),
    [
        ("chineseCounting", 10, "十"), ("chineseCounting", 11, "十一"),
        ("japaneseCounting", 20, "二十"), ("ideographDigital", 10, "一〇"),
        ("chineseLegalSimplified", 2, "贰"), ("decimalZero", 3, "03"),
        ("decimalFullWidth", 12, "１２"), ("decimalEnclosedCircleChinese", 2, "②"),
        ("ideographTraditional", 2, "乙"), ("upperLetter", 27, "AA"), ("upperRoman", 9, "IX"),
    ],
)  # fmt: skip
def test_forms_of_numbers(form: str, value: int, printed: str) -> None:
    """Numbers print as Word prints them."""
    assert format_number(value, form) == printed


def test_chinese_numbers_are_unique() -> None:
    """No two numbers up to a thousand print alike."""
    assert len({chinese_number(value) for value in range(1, 1000)}) == 999


def test_tracked_changes_and_controls() -> None:
    """Inserted text and content controls count, deleted and hidden text and field codes do not."""
    body = (
        f"<w:p>{run('一、')}<w:ins>{run('公开')}</w:ins>"
        "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('二、')}<w:sdt><w:sdtContent>{run('解读')}"
        "</w:sdtContent></w:sdt></w:p></w:sdtContent></w:sdt>"
    )
    document = read_bytes_as_document(word(body), "a.docx")
    assert [line.text for line in document.lines] == ["一、公开", "二、解读"]
    assert "deleted" in document.warnings[0]


def test_line_break_splits_a_paragraph() -> None:
    """A line break gives a line that may go on; both lines have the paragraph's number."""
    lines = read(f"<w:p>{run('政务公开')}<w:r><w:br/></w:r>{run('工作要点')}</w:p>")
    assert [(line.text, line.place, line.starts) for line in lines] == [
        ("政务公开", "paragraph 1", True),
        ("工作要点", "paragraph 1", None),
    ]


def test_text_box_is_read_once() -> None:
    """A text box comes after its paragraph, and its copy for old programs is skipped."""
    box = f"<w:txbxContent><w:p>{run('框内')}</w:p></w:txbxContent>"
    body = (
        f"<w:p>{run('正文')}<w:r><w:AlternateContent><w:Choice>{box}</w:Choice>"
        f"<w:Fallback>{box}</w:Fallback></w:AlternateContent></w:r></w:p>"
    )
    assert [line.text for line in read(body)] == ["正文", "框内"]


def test_table_grid() -> None:
    """Merged cells come once with their spans; the cells of a row keep their grid columns."""

    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"

    down, rest, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    body = (
        f"<w:tbl><w:tr>{cell('题', wide)}{cell('单位')}</w:tr>"
        f"<w:tr>{cell('任务', down)}{cell('甲')}{cell('办')}</w:tr>"
        f"<w:tr>{cell('', rest)}{cell('乙')}{cell('处')}</w:tr></w:tbl>"
    )
    assert [(line.text, line.cell, line.place) for line in read(body)] == [
        ("题", Cell(1, 1, 1, 1, 2), "table 1 row 1"), ("单位", Cell(1, 1, 3), "table 1 row 1"),
        ("任务", Cell(1, 2, 1, 2, 1), "table 1 row 2"), ("甲", Cell(1, 2, 2), "table 1 row 2"),
        ("办", Cell(1, 2, 3), "table 1 row 2"), ("乙", Cell(1, 3, 2), "table 1 row 3"),
        ("处", Cell(1, 3, 3), "table 1 row 3"),
    ]  # fmt: skip


def test_missing_list_is_no_obstacle() -> None:
    """A paragraph that names a list which the file lacks prints no number."""
    paragraph = etree.fromstring(f'<w:x xmlns:w="{W}">{numbered("公开", 0, 9)}</w:x>')[0]
    assert Numbering(None, None).label(paragraph) == ""

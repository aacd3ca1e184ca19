"""Prints as they come: bare paragraphs, watermarks, notes, columns, pages on their side."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import web_pages as web

from wpnet.model import ParsedPlan
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.plan import parse_document

CASES = Path(__file__).parent / "cases"
PREFACE = "为贯彻落实上级决策部署，结合本局工作实际，制定本工作要点。"
OFFICE = shutil.which("soffice")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")


def parsed(data: bytes, name: str = "a.pdf") -> ParsedPlan:
    """What is read in a file."""
    return parse_document(read_bytes_as_document(data, name))


def duties(plan: ParsedPlan) -> dict[str, tuple[str, str]]:
    """Number, text and effective units of every requirement."""
    units: dict[str, list[str]] = {}
    for entry in plan.assignments:
        if entry.effective:
            units.setdefault(entry.requirement_id, []).append(entry.unit_as_written)
    return {
        entry.requirement_id.partition("#")[2]: (
            entry.text,
            "、".join(units.get(entry.requirement_id, [])),
        )
        for entry in plan.requirements
    }


def case(name: str) -> ParsedPlan:
    """What is read in a reported file."""
    return parsed((CASES / name).read_bytes(), name)


Draw = Callable[[Any], None]


def printed(*, under: Draw | None = None, turn: tuple[float, float, float] = (0, 0, 0)) -> bytes:
    """The small plan on a page; ``turn`` is an angle and where the page's corner goes."""
    from reportlab.pdfgen.canvas import Canvas

    side = 842 if turn[0] in (90, 270) else 595
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(side, 842), invariant=1)
    set_font(canvas, 16)
    canvas.translate(turn[1], turn[2])
    canvas.rotate(turn[0])
    if under:
        under(canvas)
    set_font(canvas, 16)
    canvas.drawString(112, 752, web.TITLE[:20])
    canvas.drawString(192, 726, web.TITLE[20:])
    top = 690.0
    for line in (PREFACE, *web.LINES):
        for part in _wrapped("\u3000\u3000" + line, 28):
            canvas.drawString(72, top, part)
            top -= 25.6
    for line in web.SIGNED:
        canvas.drawString(72 + 14 * 16, top, line)
        top -= 25.6
    canvas.save()
    return out.getvalue()


def _wrapped(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def set_font(canvas: Any, size: float) -> None:
    """Set the Chinese font that every PDF program has."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas.setFont("STSong-Light", size)


def background(text: str, size: float, angle: float, *, grey: float = 0.0, times: int = 1) -> Draw:
    """Text behind a page's text."""

    def draw(canvas: Any) -> None:
        canvas.saveState()
        set_font(canvas, size)
        canvas.setFillGray(grey)
        for at in range(times):
            canvas.saveState()
            canvas.translate(100 + at % 3 * 170, 103 + at // 3 * 110 + (400 if times == 1 else 0))
            canvas.rotate(angle)
            canvas.drawString(0, 0, text)
            canvas.restoreState()
        canvas.restoreState()

    return draw


@pytest.mark.parametrize(
    "name", ["water45.pdf", "water0.pdf", "sideways.pdf", "rot2.pdf", "twocol.pdf"]
)
def test_reported_prints_hold_the_six_duties(name: str) -> None:
    """Watermarks, turned pages and two columns do not touch the duties and their units."""
    plan = case(name)
    assert duties(plan) == web.DUTIES
    assert ("watermark" in {row.kind for row in plan.left_out}) == name.startswith("water")


@pytest.mark.parametrize("name", ["cr_one.pdf", "hflush.pdf", "water.ofd"])
def test_reported_prints_of_the_plan_with_a_parent_are_whole(name: str) -> None:
    """Slanted text, headings flush left, the watermark of an OFD: the same plan and its id."""
    plan = case(name)
    six = {**web.DUTIES, "3.1.1": ("6月底前完善政务新媒体内容审核制度。", "宣传科")}
    assert duties(plan) == six
    assert plan.plan.plan_id == "jingan-hrss-2025"


@pytest.mark.parametrize(
    ("print_name", "twin"),
    [
        ("heading_flush_lo.pdf", "heading_flush_lo.docx"),
        ("web_printed.pdf", "web_printed.html"),
        ("foot.pdf", "foot.docx"),
    ],
)
def test_a_print_gives_the_requirements_of_what_was_printed(print_name: str, twin: str) -> None:
    """LibreOffice's and Chromium's PDFs read like the file that they were made of."""
    assert duties(case(print_name)) == duties(case(twin))


def test_foot_notes_are_listed_and_said() -> None:
    """Each note of the print stands in the list with its page, and in a warning."""
    plan = case("foot.pdf")
    notes = [(row.raw_place, row.text[:5]) for row in plan.left_out if row.kind == "footnote"]
    assert notes == [("page 1", "1就业补贴"), ("page 2", "2政府开放"), ("page 3", "3本条所称")]
    assert sum("foot notes" in warning for warning in plan.warnings) == 3


@pytest.mark.parametrize("angle", [10, 20, 45, 60, 80, 135, -30, -45])
def test_a_slanted_watermark_is_set_apart(angle: float) -> None:
    """Whatever its slant, it is no text of the plan, and it is said and listed."""
    plan = parsed(printed(under=background("内部资料注意保密", 48, angle)))
    assert duties(plan) == web.DUTIES
    assert [(row.kind, row.text) for row in plan.left_out] == [("watermark", "内部资料注意保密")]
    assert any("watermark" in warning for warning in plan.warnings)


@pytest.mark.parametrize(
    "drawn",
    [
        background("内部资料", 60, 0),
        background("草稿", 120, 0, grey=0.9),
        background("仅供内部使用请勿外传", 30, 0, grey=0.7),
        background("静安区人社局", 14, 0, times=18),
        background("静安区人社局", 16, 0, grey=0.8, times=18),
    ],
    ids=["large", "huge and pale", "pale", "tiles", "pale tiles"],
)
def test_a_level_watermark_is_set_apart(drawn: Draw) -> None:
    """Text behind the text is known by size, colour, or being printed again and again."""
    plan = parsed(printed(under=drawn))
    assert duties(plan) == web.DUTIES
    assert {row.kind for row in plan.left_out} == {"watermark"}


@pytest.mark.parametrize(
    "turn",
    [(1, 0, 0), (-2, 0, 10), (3, 10, 0), (90, 842, 0), (180, 595, 842), (270, 0, 842)],
    ids=str,
)
def test_a_turned_page_is_read(turn: tuple[float, float, float]) -> None:
    """A scan that was set straight, a page on its side, one upside down: read as if level."""
    plan = parsed(printed(turn=turn))
    assert duties(plan) == web.DUTIES
    assert plan.plan.date == "2025-03-20"


@pytest.mark.parametrize(
    ("width", "size", "gap", "lower"),
    [(18, 12, 20, 0), (20, 11, 16, 0), (14, 14, 30, 0), (18, 12, 20, 6)],
)
def test_two_columns_are_read_one_after_the_other(
    width: int, size: float, gap: float, lower: float
) -> None:
    """Columns whose lines stand level or not, narrow or wide: first the left, then the right."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    set_font(canvas, 18)
    canvas.drawCentredString(297, 780, web.TITLE)
    set_font(canvas, size)
    lines = [
        part
        for line in (PREFACE, *web.LINES, *web.SIGNED)
        for part in _wrapped("\u3000\u3000" + line, width)
    ]
    half = (len(lines) + 1) // 2
    for at, part in enumerate(lines):
        right = at // half
        left = 50 + right * (width * size + gap)
        canvas.drawString(left, 730 - at % half * size * 1.6 - right * lower, part)
    canvas.save()
    plan = parsed(out.getvalue())
    assert duties(plan) == web.DUTIES
    assert plan.plan.date == "2025-03-20"


def _word(indents: tuple[int, int], space: float, bold: bool) -> bytes:
    """The plan in Word: indents of headings and paragraphs in characters, space between them."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.styles["Normal"].font.size = Pt(16)
    body = "各单位要按照“1+2+X”要求同步解读，并做好记录。确保群众看得懂、用得上。"
    lines = (web.TITLE, PREFACE, *(line.replace("。（", f"。{body}（") for line in web.LINES))
    for at, line in enumerate(lines):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(space)
        run = paragraph.add_run(line)
        heading = line[1:2] == "、"
        run.bold = at == 0 or (bold and heading)
        if at == 0:
            paragraph.alignment = 1
        else:
            paragraph.paragraph_format.first_line_indent = Pt(16 * indents[not heading])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="needs LibreOffice (soffice)")
def test_libreoffice_prints_read_like_their_word_files(tmp_path: Path) -> None:
    """Headings flush left, nothing indented but spaced, all indented, nothing at all: the same."""
    kinds = {
        "flush": _word((0, 2), 0, True),
        "spaced": _word((0, 0), 8, True),
        "indented": _word((2, 2), 0, False),
        "bare": _word((0, 0), 0, False),
    }
    for name, data in kinds.items():
        (tmp_path / f"{name}.docx").write_bytes(data)
    profile = (tmp_path / "profile").as_uri()
    run(
        [str(OFFICE), "--headless", "--norestore", f"-env:UserInstallation={profile}"]
        + ["--convert-to", "pdf", "--outdir", str(tmp_path)]
        + [str(tmp_path / f"{name}.docx") for name in kinds]
    )
    for name, data in kinds.items():
        twin = duties(parsed(data, "a.docx"))
        assert len(twin) > 10
        assert duties(parsed((tmp_path / f"{name}.pdf").read_bytes())) == twin, name


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
@pytest.mark.parametrize("style", ["", "p{text-indent:2em;margin:0}", "p{margin:0;font-size:19px}"])
def test_chromium_prints_read_like_their_web_pages(tmp_path: Path, style: str) -> None:
    """A browser's print, indented, spaced or bare, gives the requirements of the page."""
    body = "各单位要按照“1+2+X”要求同步解读，并做好记录。确保群众看得懂、用得上。"
    lines = "".join(f"<p>{line.replace('。（', f'。{body}（')}</p>" for line in web.LINES)
    source = (
        f"<!DOCTYPE html><meta charset=utf-8><style>{style}</style>"
        f"<h1 align=center>{web.TITLE}</h1><p>{PREFACE}</p>{lines}"
    )
    page, target = tmp_path / "a.html", tmp_path / "a.pdf"
    page.write_text(source, encoding="utf-8")
    run(
        [
            *f"{BROWSER} --headless --no-sandbox --disable-gpu --no-pdf-header-footer".split(),
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--print-to-pdf={target}",
            page.as_uri(),
        ]
    )
    twin = duties(parsed(source.encode(), "a.html"))
    assert len(twin) > 10
    assert duties(parsed(target.read_bytes())) == twin


def run(command: Sequence[str]) -> None:
    """Run a program that prints, quietly and not for ever."""
    subprocess.run(command, check=True, capture_output=True, timeout=120)

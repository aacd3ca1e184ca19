"""Write the tables of formats and layouts into both READMEs: ``python tools/write_support.py``.

What they say is counted from the tests: the invented plans in ``tests/reading/layouts`` with their
scores, and the twins in ``tests/formats``. Limits are those of the code. A test compares the pages
with what this script gives, so that neither can change alone.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Sequence
from math import floor
from pathlib import Path
from types import ModuleType
from typing import Literal, NamedTuple

from wpnet.reading.files import SUFFIXES
from wpnet.reading.formats import bounds, pdf
from wpnet.storing.raw import LARGEST

ROOT = Path(__file__).resolve().parents[1]
Language = Literal["en", "zh"]
PAGES: dict[Language, str] = {"en": "README.md", "zh": "README.zh.md"}
BEGIN, END = "<!-- written by tools/write_support.py -->\n", "<!-- end -->\n"
MEGABYTE = 2**20

#: Family of layouts -> its name. The letters are those of the files in ``tests/reading/layouts``.
LAYOUTS: dict[str, dict[Language, str]] = {
    "A": {
        "en": "一、 over （一）title。text: titles run in",
        "zh": "一、下（一）标题。正文：标题与正文连排",
    },
    "B": {"en": "一、 over 1.title。text", "zh": "一、下 1.标题。正文"},
    "C": {
        "en": "一、 over 1. whole sentences, numbered on across sections",
        "zh": "一、下 1. 整句，编号跨章节连续",
    },
    "D": {
        "en": "一、, （一） on a line of its own, 1. items",
        "zh": "一、，（一）标题单独成行，1. 各项",
    },
    "E": {
        "en": "一、, （一） on a line of its own, paragraphs without numbers",
        "zh": "一、，（一）标题单独成行，下为无编号段落",
    },
    "F": {"en": "（一） numbered on across 一、 and 二、", "zh": "（一）跨一、二、连续编号"},
    "G": {"en": "一、 over plain paragraphs", "zh": "一、下直接是段落"},
    "H": {"en": "a flat list without 一、", "zh": "没有一、的单层列表"},
    "M": {
        "en": "several schemes in one plan, up to four levels",
        "zh": "一份文件混用几种编号，最多四级",
    },
    "Q": {
        "en": "units in tiers and the deadline in one bracket, round or square",
        "zh": "分层责任单位与时限在同一括号（圆括号或方括号）",
    },
    "S": {
        "en": "units before or behind the 。 of single sentences",
        "zh": "责任单位在单句句号之前或之后",
    },
    "T": {
        "en": "task tables: any header, merged cells, pipes, one cell a line",
        "zh": "任务分解表：任意表头、合并单元格、竖线分隔、一格一行",
    },
    "V": {
        "en": "units with verbs: 牵头, 配合, 负责落实",
        "zh": "责任单位带动词：牵头、配合、负责落实",
    },
    "W": {
        "en": "a notice around the plan, or a notice alone (plan not present)",
        "zh": "文件外有印发通知，或只有通知（没有要点正文）",
    },
    "X": {
        "en": "damage: lost marks and numbers, glued dates, no line breaks, traditional script",
        "zh": "损坏的文本：丢失标点和编号、日期粘连、没有换行、繁体",
    },
}


class Format(NamedTuple):
    """A row of the table of formats: the readers it stands for, and what is said of it."""

    readers: tuple[str, ...]
    name: dict[Language, str]
    read: dict[Language, str]
    optional: dict[Language, str]
    limits: dict[Language, str]


NOTHING: dict[Language, str] = {"en": "nothing", "zh": "无"}
FORMATS = (
    Format(
        ("text",),
        {"en": "text", "zh": "文本"},
        {
            "en": "as UTF-8, UTF-16 or GB18030, found out from the content",
            "zh": "按内容识别 UTF-8、UTF-16、GB18030",
        },
        NOTHING,
        {
            "en": f"up to {bounds.MAX_TEXT_BYTES // MEGABYTE} MB",
            "zh": f"不超过 {bounds.MAX_TEXT_BYTES // MEGABYTE} MB",
        },
    ),
    Format(
        ("html",),
        {"en": "web page", "zh": "网页"},
        {
            "en": "the body without navigation; tables with merged cells",
            "zh": "取正文，去掉导航；表格含合并单元格",
        },
        NOTHING,
        {
            "en": "pages filled by a script hold no text",
            "zh": "由脚本生成的页面没有文字",
        },
    ),
    Format(
        ("docx",),
        {"en": "Word", "zh": "Word"},
        {
            "en": "paragraphs with their automatic numbers, tables with merged cells, text boxes",
            "zh": "段落及自动编号、含合并单元格的表格、文本框",
        },
        NOTHING,
        {
            "en": (
                "no password; deleted, struck and hidden text and notes are left out and listed"
            ),
            "zh": "不能有密码；已删除、加删除线、隐藏的文字和脚注不读，但会列出",
        },
    ),
    Format(
        ("pdf",),
        {"en": "PDF with text", "zh": "有文字的 PDF"},
        {
            "en": (
                "lines joined to paragraphs, page marks, watermarks and foot notes set apart, "
                "two columns, turned pages, ruled tables across pages"
            ),
            "zh": ("行合并为段落，去掉页码页眉、水印和脚注，可读双栏、横放的页，跨页的有线表格"),
        },
        {"en": "scanned pages: the extra `ocr`", "zh": "扫描页需附加包 `ocr`"},
        {
            "en": f"no password; at most {pdf.MAX_SCANS} scanned pages",
            "zh": f"不能有密码；扫描页不超过 {pdf.MAX_SCANS} 页",
        },
    ),
    Format(
        ("ocr",),
        {"en": "picture", "zh": "图片"},
        {"en": "recognised offline, page by page", "zh": "离线逐页识别"},
        {"en": "the extra `ocr`", "zh": "附加包 `ocr`"},
        {
            "en": "quotation marks can be lost; lines that are uncertain are named",
            "zh": "引号可能丢失；没有把握的行会指明",
        },
    ),
    Format(
        ("legacy",),
        {"en": "old Word, WPS", "zh": "旧版 Word、WPS"},
        {
            "en": "by LibreOffice, or by the package `legacy-doc` (no tables)",
            "zh": "用 LibreOffice，或用 `legacy-doc` 包（不含表格）",
        },
        {"en": "one of the two", "zh": "两者之一"},
        {
            "en": "without either, a sentence says how to convert",
            "zh": "都没有时会说明如何转换",
        },
    ),
    Format(
        ("ofd",),
        {"en": "OFD", "zh": "OFD"},
        {"en": "text in reading order", "zh": "按阅读顺序取文字"},
        NOTHING,
        {"en": "tables come as text", "zh": "表格只作文字"},
    ),
)
HEADERS: dict[Language, tuple[str, str]] = {
    "en": (
        "| layout | | plans | requirements | headings | units | deadlines |",
        "| format | files | twins | how it is read | optional | limits |",
    ),
    "zh": (
        "| 版式 | | 份数 | 任务 | 标题 | 责任单位 | 时限 |",
        "| 格式 | 文件 | 副本 | 怎样读 | 可选 | 限制 |",
    ),
}


def main() -> None:
    """Renew both pages."""
    for language, name in PAGES.items():
        page = ROOT / name
        page.write_text(renewed(page.read_text("utf-8"), language), "utf-8")


def renewed(page: str, language: Language) -> str:
    """Return a page with what stands between its marks replaced by the tables of today."""
    before, _, rest = page.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(f"{PAGES[language]}: lacks the marks around the tables; put them there")
    return f"{before}{BEGIN}{support(language)}{END}{after}"


def support(language: Language) -> str:
    """Return both tables, each with the sentence that explains it."""
    layouts, formats = HEADERS[language]
    lines = [
        *(_formats_intro(language), "", formats, _rule(formats), *format_rows(language), ""),
        *(_layouts_intro(language), "", layouts, _rule(layouts), *layout_rows(language)),
    ]
    return "\n".join(lines) + "\n"


def _rule(header: str) -> str:
    return "|" + "---|" * (header.count("|") - 1)


def _formats_intro(language: Language) -> str:
    plans, most = len(_twins().twins.PLANS), LARGEST // MEGABYTE
    if language == "zh":
        return (
            f"“副本”一列：{plans} 份基础文件改写成该格式的份数，每一份读出的任务、责任单位、时限"
            f"都必须与文本一致。每个文件不超过 {most} MB、{bounds.MAX_LINES:,} 行。"
        )
    return (
        f"Twins are the {plans} base plans written in that format: each must give the "
        "requirements, units and deadlines of the text. No file may be larger than "
        f"{most} MB or have more than {bounds.MAX_LINES:,} lines."
    )


def _layouts_intro(language: Language) -> str:
    count = len(_measure().NAMES)
    if language == "zh":
        return (
            f"{count} 份虚构文件（`tests/reading/layouts/`），由人先写下应读出的内容；各列为 F1"
            "（1 为全对）。任务低于 .98 或其余低于 .95 时测试不通过。程序读错时已按它们改正，"
            "所以这些数字说明支持哪些版式，不说明从未见过的文件读得多好。–：该版式没有这一项。"
        )
    return (
        f"{count} invented plans in `tests/reading/layouts/`, each with what a reader wrote down "
        "beforehand; the columns are F1 (1 is all right and nothing else). Tests fail below .98 "
        "for requirements and .95 for the rest. The reading was corrected on these plans: the "
        "figures say what is supported, not how well a plan is read that nobody has seen. –: "
        "nothing of the kind in that layout."
    )


def format_rows(language: Language) -> Iterator[str]:
    """Yield the rows of the table of formats; every suffix that is read stands in one of them."""
    for row in FORMATS:
        suffixes = " ".join(
            f"`{name}`" for name, reader in SUFFIXES.items() if reader in row.readers
        )
        cells = (row.name, suffixes, str(twins_of(row.readers)), row.read, row.optional, row.limits)
        said = (cell if isinstance(cell, str) else cell[language] for cell in cells)
        yield f"| {' | '.join(said)} |"


def twins_of(readers: Sequence[str]) -> int:
    """Return how many twins of base plans the tests compare with their text."""
    twins = _twins()
    ways = sum(SUFFIXES[Path(name).suffix] in readers for name, _, _ in twins.VARIANTS.values()) + (
        "text" in readers
    ) * len(_load("formats/test_text.py").ENCODINGS)
    return ways * len(twins.twins.PLANS)


def layout_rows(language: Language) -> Iterator[str]:
    """Yield the rows of the table of layouts: letter, name, number of plans, scores."""
    measure = _measure()
    for letter, name in LAYOUTS.items():
        plans = [plan for plan in measure.NAMES if measure.expected(plan)["layout"] == letter]
        wanted = [measure.wanted_facts(plan) for plan in plans]
        scores = [
            f"{floor(100 * score) / 100:.2f}" if any(facts[kind] for facts in wanted) else "–"
            for kind, score in measure.scores(plans).items()
        ]
        yield f"| {letter} | {name[language]} | {len(plans)} | {' | '.join(scores)} |"


def _measure() -> ModuleType:
    return _load("reading/measure.py")


def _twins() -> ModuleType:
    return _load("formats/test_twins.py")


def _load(path: str) -> ModuleType:
    """Load a module of the tests, which are no package."""
    name = f"support_{Path(path).stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


if __name__ == "__main__":
    main()

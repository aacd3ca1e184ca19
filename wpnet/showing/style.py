"""One style for all figures: sizes, colours, words in two languages, and how figures are saved.

Sizes are those of print: a column is 85 mm wide, a page 175 mm, the smallest letters 5 point.
Colours keep apart for colour-blind readers and in greyscale: each set runs from dark to light.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.rcsetup import cycler
from matplotlib.style import use as use_sheet

from wpnet.showing.fonts import use_chinese_font
from wpnet.showing.plain import width
from wpnet.storing.files import write_file

Language = Literal["zh", "en"]
#: Marks that begin no line, and marks that end none.
_NEVER_FIRST, _NEVER_LAST = "，。、；：？！”’）》】〕,.;:?!)]", "“‘（《【〔(["

COLUMN_MM = 85.0
PAGE_MM = 175.0
MM_PER_INCH = 25.4
SMALL = 6.0  # point: labels; marks inside boxes are one point smaller
NORMAL = 7.0
PNG_DPI = 200
PNG_COLOURS = 128
SCREEN_PX_PER_MM = 6.5  # how wide a notebook shows a figure

INK = "#222222"
PALE = "#f2f2f2"
GREY = "#9a9a9a"
# Okabe and Ito (2008), ordered by lightness.
BLUE, VERMILION, GREEN, ORANGE, SKY, YELLOW = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#e69f00",
    "#56b4e9",
    "#f0e442",
)
VERDICT_COLOURS = {
    "carried": "#0b4f7d",
    "partial": "#6fb3dc",
    "omitted": "#f6d9b8",
    "not_applicable": "#ffffff",
}
VERDICT_INKS = {"carried": "white", "partial": INK, "omitted": INK, "not_applicable": GREY}
LOCAL_COLOUR = "#e3e3e3"
KIND_COLOURS = {"verbatim": "#0b4f7d", "adapted": "#2f86bd", "partial": "#8fbfdf"}

_WORDS: dict[str, tuple[str, str]] = {
    "carried": ("已承接", "carried"),
    "partial": ("部分承接", "partial"),
    "omitted": ("未见承接", "not found"),
    "not_applicable": ("不适用", "not applicable"),
    "verbatim": ("文字相同", "verbatim"),
    "adapted": ("文字有调整", "adapted"),
    "review": ("把握不足", "unsure"),
    "nothing": ("语料中没有可显示的内容", "The corpus holds nothing to show here"),
    "local": ("本地", "local"),
    "reached": ("有市级来源", "with a source"),
    "both": ("两者", "both"),
    "several": ("多个来源", "several"),
    "asked": ("送读者判断的比例", "share of rows asked"),
    "right verdict": ("判断正确的比例", "right verdicts"),
    "right among unasked": ("未送读的行中判断正确的比例", "right among the unasked"),
    "real": ("真实文件", "real plans"),
    "families": ("虚构的两类部门", "invented families"),
    "held": ("已收录", "held"),
    "cited": ("被引用、未收录", "cited, not held"),
    "duties": ("要求条数", "requirements"),
    "preambles": ("总体要求", "preamble"),
    "year": ("年份", "year"),
    "share": ("占比", "share"),
    "characters": ("字数占比", "share of characters"),
    "threshold": ("判为“未见承接”的概率阈值", "threshold on the chance of not found"),
    "omitted share": ("未见承接的比例", "share not found"),
    "community": ("社群", "community"),
    "confirmed": ("首尾也直接相连的链条 →", "ends linked directly, too →"),
    "unconfirmed": ("只见于首尾不直接相连的链条", "only in chains without such a link"),
    "omissions": ("未见承接的条数", "duties not found"),
    "used": ("采用的阈值", "threshold in use"),
    "unit": ("具名科室", "named office"),
    "group": ("泛指群体", "group"),
    "dropped": ("未再写入", "gone"),
    "new": ("新增", "new"),
    "changed": ("有改动", "changed"),
    "taken_by": ("有承接的区数", "districts that\ntake it up"),
    "pieces": ("条", "duties"),
    "per_thousand": ("每千字出现次数", "occurrences per 1,000 characters"),
    "score": ("得分", "score"),
    "linked": ("标注为有关联", "labelled a link"),
    "unlinked": ("标注为无关联", "labelled no link"),
    "pairs": ("句对数", "sentence pairs"),
    "model": ("本模型", "this model"),
    "accepted": ("采纳", "accepted"),
    "recall": ("召回率", "recall"),
    "precision": ("精确率", "precision"),
    "said": ("预测概率", "predicted chance"),
    "found": ("实际比例", "observed share"),
    "perfect": ("完全校准", "perfect calibration"),
    "heading": ("标题", "heading"),
    "requirement": ("要求", "requirement"),
    "units": ("责任单位", "units"),
    "metadata": ("元数据", "metadata"),
    "wrapper": ("通知套语", "wrapper"),
    "table": ("任务分解表", "task table"),
    "boilerplate": ("网页附属", "boilerplate"),
    "unparsed": ("未解析", "unparsed"),
    "together": ("与其他单位共同承担", "with others"),
    "prose": ("正文", "prose"),
}


@dataclass(frozen=True, repr=False)
class SavedFigure:
    """A figure on disk. The last line of a notebook cell shows it, whatever the backend."""

    stem: Path
    width_px: int

    def __repr__(self) -> str:
        return f"figure {self.stem.as_posix()} (.svg, .pdf, .png, .csv)"

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        return self.stem.with_name(f"{self.stem.name}.png").read_bytes(), {"width": self.width_px}


def word(key: str, language: Language = "zh") -> str:
    """Return what a key is called in a figure; unknown keys stay as they are.

    >>> word("omitted"), word("omitted", "en"), word("#3.2.4")
    ('未见承接', 'not found', '#3.2.4')
    """
    pair = _WORDS.get(key)
    return key if pair is None else pair[language == "en"]


def use_style(font: str | None = None) -> str:
    """Set matplotlib to the style of this package and return the name of the Chinese font.

    What a ``matplotlibrc`` says otherwise is undone, so that figures are the same for everybody.
    """
    use_sheet("default")
    family = use_chinese_font(font)
    mpl.rcParams.update(
        {
            "text.hinting": "none",  # letters as wide on screen as in print: one layout for both
            "font.size": NORMAL,
            "axes.titlesize": NORMAL + 0.5,
            "axes.labelsize": NORMAL,
            "xtick.labelsize": SMALL,
            "ytick.labelsize": SMALL,
            "legend.fontsize": SMALL,
            "legend.frameon": False,
            "axes.edgecolor": GREY,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.linewidth": 0.5,
            "xtick.major.width": 0.5,
            "ytick.major.width": 0.5,
            "xtick.major.size": 2,
            "ytick.major.size": 2,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
            "axes.prop_cycle": cycler(color=[BLUE, VERMILION, GREEN, ORANGE, SKY, GREY]),
            "lines.linewidth": 1.0,
            "hatch.linewidth": 0.4,
            "figure.facecolor": "white",
            "savefig.facecolor": "white",
            "figure.constrained_layout.h_pad": 0.03,
            "figure.constrained_layout.w_pad": 0.03,
        }
    )
    return family


def blank_figure(width_mm: float = COLUMN_MM, height_mm: float = 60.0) -> Figure:
    """Return a figure of a printed size without axes."""
    size = (width_mm / MM_PER_INCH, height_mm / MM_PER_INCH)
    return Figure(figsize=size, layout="constrained", dpi=PNG_DPI)


def new_figure(width_mm: float = COLUMN_MM, height_mm: float = 60.0) -> tuple[Figure, Axes]:
    """Return a figure of a printed size and its only axes."""
    figure = blank_figure(width_mm, height_mm)
    return figure, figure.add_subplot()


def save_figure(figure: Figure, path_stem: Path | str, data: pd.DataFrame) -> SavedFigure:
    """Write ``path_stem`` as .svg, .pdf and .png, and ``data``, which it shows, as .csv.

    The same figure gives the same bytes: no dates, no versions. Missing folders are made.
    """
    stem = Path(path_stem)
    stem.parent.mkdir(parents=True, exist_ok=True)
    plain: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": "wpnet"},
        "pdf": {"CreationDate": None, "ModDate": None, "Producer": None, "Creator": "wpnet"},
        "png": {"Software": None},
    }
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # laid out once, the same in all three files
    for suffix, metadata in plain.items():
        memory = io.BytesIO()
        figure.savefig(memory, format=suffix, metadata=metadata, dpi=PNG_DPI)
        drawn = _shrunk(memory) if suffix == "png" else memory.getvalue()
        write_file(stem.with_name(f"{stem.name}.{suffix}"), drawn, force=True)
    write_file(stem.with_name(f"{stem.name}.csv"), csv_bytes(data), force=True)
    width_mm = figure.get_figwidth() * MM_PER_INCH
    return SavedFigure(stem, round(width_mm * SCREEN_PX_PER_MM))


def _shrunk(png: io.BytesIO) -> bytes:
    """Return a PNG with a palette of its own: a third of the size, and no less sharp."""
    from PIL import Image

    with Image.open(png) as image:
        # The colours farthest apart, not the most frequent: else small marks lose theirs.
        most = Image.Quantize.MAXCOVERAGE
        few = image.convert("RGB").quantize(PNG_COLOURS, most, dither=Image.Dither.NONE)
    memory = io.BytesIO()
    few.save(memory, "png", optimize=True, dpi=(PNG_DPI, PNG_DPI))
    return memory.getvalue()


def csv_bytes(data: pd.DataFrame) -> bytes:
    """Return a table as CSV the way the processed tables are written."""
    plain = data.copy()
    for name in plain.columns:
        plain[name] = [_cell(value) for value in plain[name]]
    text = plain.to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if value != value else f"{value:.4f}"
    return ";".join(map(str, value)) if isinstance(value, tuple) else value


def nothing_to_show(ax: Axes, language: Language = "zh") -> Axes:
    """Say in the figure that there is nothing to draw."""
    ax.set_axis_off()
    ax.text(0.5, 0.5, word("nothing", language), ha="center", va="center", color=GREY)
    return ax


def cut(text: str, cells: int) -> str:
    """Return ``text``, cut to ``cells`` half-width cells with an ellipsis where it is longer.

    >>> cut("强化政府信息管理", 8), cut("强化", 8)
    ('强化政…', '强化')
    """
    if width(text) <= cells:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > cells - 2:
            break
        kept += char
    return kept + "…"


def fold(text: str, cells: int, lines: int = 2) -> str:
    """Break ``text`` into at most ``lines`` lines of ``cells`` half-width cells; cut what is over.

    No line begins with a comma or ends with an opening bracket, unless there is no other way.

    >>> fold("人力资源和社会保障局", 14), fold("人力资源和社会保障局", 6, 2)
    ('人力资源和\\n社会保障局', '人力资\\n源和…')
    """
    need = -(-width(text) // cells)
    if 1 < need <= lines:  # even lines: no single character on the last one
        cells = min(cells, -(-width(text) // need) + 1)
    done: list[str] = []
    rest = text
    while rest and len(done) < lines - 1 and width(rest) > cells:
        size = next(n for n in range(len(rest), 0, -1) if n == 1 or width(rest[:n]) <= cells)
        while size > 2 and (rest[size] in _NEVER_FIRST or rest[size - 1] in _NEVER_LAST):
            size -= 1
        done.append(rest[:size])
        rest = rest[size:]
    return "\n".join([*done, cut(rest, cells)])


def bare(ax: Axes, *, keep: Sequence[str] = ()) -> None:
    """Take frame and tick marks away, but for the spines named."""
    for name, spine in ax.spines.items():
        spine.set_visible(name in keep)
    ax.tick_params(length=0)


def legend_below(
    ax: Axes,
    handles: Sequence[Artist],
    names: Sequence[str],
    *,
    columns: int = 4,
    size: float = SMALL,
) -> None:
    """Put a legend under the axes, in rows of ``columns`` entries, in letters of ``size`` point."""
    ax.legend(
        handles,
        names,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        bbox_transform=ax.transAxes,
        ncols=max(1, min(columns, len(names))),
        fontsize=size,
        handlelength=1.0,
        handleheight=0.8,
        columnspacing=1.0,
        handletextpad=0.4,
        borderaxespad=0.6,
    )


def plan_head(chinese: str, plan_id: str, language: Language) -> str:
    """Return a plan's name over two lines: place, year."""
    if language == "zh" and chinese[-4:].isdigit() and len(chinese) > 4:
        return f"{chinese[:-4]}\n{chinese[-4:]}"
    parts = plan_id.split("-")
    return f"{'-'.join(parts[:-2]).title()}\n{parts[-1]}" if len(parts) > 2 else cut(plan_id, 14)


def rows_with_gaps(groups: Sequence[object], gap: float = 0.5) -> list[float]:
    """Return the top of each row, with a gap where the group changes.

    >>> rows_with_gaps([1, 1, 2])
    [0.0, 1.0, 2.5]
    """
    tops: list[float] = []
    at = 0.0
    for number, group in enumerate(groups):
        if number and group != groups[number - 1]:
            at += gap
        tops.append(at)
        at += 1
    return tops

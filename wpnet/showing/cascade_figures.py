"""The coverage heat map: what every target plan does with every duty of a source plan.

A ``*_data`` function returns the rows that a figure shows; the ``draw_*`` function of the same name
draws them into ``ax`` and nothing else, so that the CSV beside a figure is what is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from wpnet.showing.frames import (
    Frames,
    duties_of,
    of_corpus,
    plan_names,
    rows_of,
    targets_of,
)
from wpnet.showing.style import (
    BLUE,
    GREY,
    SMALL,
    VERDICT_COLOURS,
    VERDICT_INKS,
    Language,
    bare,
    cut,
    legend_below,
    nothing_to_show,
    plan_head,
    rows_with_gaps,
    word,
)

#: Marks in the cells of the heat map, so that colour is not the only sign.
VERDICT_MARKS = {"carried": "●", "partial": "◐", "omitted": "○", "not_applicable": "—"}
VERDICTS = ("carried", "partial", "omitted")


@of_corpus
def coverage_data(
    frames: Frames, source: str, targets: Sequence[str] | None = None, *, relation: str = "cascade"
) -> pd.DataFrame:
    """Return what every target plan does with every duty of ``source``, in the source's order.

    Without ``targets`` all plans that the source is compared with. Columns: the duty and its text,
    ``target_plan_id``, ``lag_years``, verdict, chances, ``needs_review``, the sentences that take
    it up (``target_ids``), and the nearest sentence, which omissions have, too.
    """
    chosen = targets_of(frames, source, relation) if targets is None else list(targets)
    duties = duties_of(frames, source)
    rows = frames.coverage
    rows = rows[(rows["source_plan_id"] == source) & rows["target_plan_id"].isin(chosen)]
    told = [
        "requirement_id",
        "path",
        "section_no",
        "section_title",
        "item_no",
        "item_title",
        "text",
    ]
    merged = duties[told].merge(
        rows.drop(columns="source_plan_id"), left_on="requirement_id", right_on="source_id"
    )
    merged["order"] = [chosen.index(name) for name in merged["target_plan_id"]]
    names = plan_names(frames)
    merged["target"] = [names.get(name, name) for name in merged["target_plan_id"]]
    place = {name: at for at, name in enumerate(duties["requirement_id"])}
    merged["place"] = [place[name] for name in merged["requirement_id"]]
    ordered = merged.sort_values(["place", "order"], ignore_index=True)
    return ordered.drop(columns=["order", "place", "source_id"])


def draw_coverage(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 30
) -> Axes:
    """Draw the coverage heat map: a row a duty, ordered by section, a column a target plan.

    A dark cell with ● is carried, a lighter one with ◐ carried in part, a pale one with ○ left
    out; a ``?`` behind the mark says that the verdict waits for review. Half of the width is for
    the labels; ``label_cells`` is what fits there.
    """
    if data.empty:
        return nothing_to_show(ax, language)
    duties = data.drop_duplicates("requirement_id")
    targets = list(dict.fromkeys(data["target_plan_id"]))
    tops = [1.1 + top for top in rows_with_gaps(list(duties["section_no"]), gap=1.1)]
    place = dict(zip(duties["requirement_id"], tops, strict=True))
    for row in rows_of(data):
        x, y = targets.index(str(row.target_plan_id)), place[str(row.requirement_id)]
        colour = VERDICT_COLOURS[str(row.verdict)]
        ax.add_patch(Rectangle((x, y), 0.96, 0.94, facecolor=colour, edgecolor=GREY, lw=0.2))
        _verdict_mark(ax, x + 0.48, y + 0.48, str(row.verdict))
        if row.needs_review:
            ink = VERDICT_INKS[str(row.verdict)]
            ax.text(x + 0.62, y + 0.5, "?", va="center", color=ink, fontsize=SMALL)
    left = -1.0 * len(targets)
    _duty_labels(ax, duties, tops, left, language, label_cells)
    heads = dict(zip(data["target_plan_id"], data["target"], strict=True))
    ax.set_xticks(
        [at + 0.48 for at in range(len(targets))],
        [plan_head(heads[name], name, language) for name in targets],
    )
    ax.xaxis.tick_top()
    ax.set_yticks([])
    ax.set_xlim(left, len(targets))
    ax.set_ylim(tops[-1] + 1, 0.8)
    bare(ax)
    _verdict_legend(ax, data, language)
    return ax


def _verdict_mark(ax: Axes, x: float, y: float, verdict: str) -> None:
    """Draw ●, ◐ or ○, so that colour is not the only sign."""
    ink = VERDICT_INKS[verdict]
    if verdict == "not_applicable":
        ax.text(x, y, "—", ha="center", va="center", color=ink, fontsize=SMALL)
        return
    fill: Any = {"carried": "full", "partial": "left", "omitted": "none"}[verdict]
    ax.plot(
        [x], [y], marker="o", ms=3, mew=0.5, color=ink, fillstyle=fill, markerfacecoloralt="none"
    )


def _verdict_legend(ax: Axes, data: pd.DataFrame, language: Language) -> None:
    shown = [verdict for verdict in VERDICT_MARKS if verdict in set(data["verdict"])]
    handles = [Patch(facecolor=VERDICT_COLOURS[v], edgecolor=GREY, lw=0.3) for v in shown]
    names = [f"{VERDICT_MARKS[v]} {word(v, language)}" for v in shown]
    if data["needs_review"].any():
        handles.append(Patch(facecolor="none"))
        names.append(f"? {word('review', language)}")
    legend_below(ax, handles, names)


def _duty_labels(
    ax: Axes,
    duties: pd.DataFrame,
    tops: Sequence[float],
    left: float,
    language: Language,
    cells: int,
) -> None:
    """Label rows with path and text (in English: item title), sections with their titles."""
    section: Any = None
    for row, top in zip(rows_of(duties), tops, strict=True):
        if row.section_no != section:
            section = row.section_no
            title = cut(str(row.section_title), cells + 6)
            ax.text(left, top - 0.45, title, va="center", fontsize=SMALL, color=BLUE)
        title = row.item_title or row.section_title
        text = cut(str(row.text if language == "zh" else title), cells)
        ax.text(left, top + 0.5, str(row.path), va="center", fontsize=SMALL)
        ax.text(left * 0.82, top + 0.5, text, va="center", fontsize=SMALL)

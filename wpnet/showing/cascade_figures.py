"""Figures of the cascade: coverage heat map, layered network, spectrogram of origins.

A ``*_data`` function returns the rows that a figure shows; the ``draw_*`` function of the same name
draws them into ``ax`` and nothing else, so that the CSV beside a figure is what is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from wpnet.showing.frames import (
    Frames,
    accepted,
    duties_of,
    item_label,
    plan_names,
    rows_of,
    targets_of,
)
from wpnet.showing.style import (
    BLUE,
    GREY,
    INK,
    LOCAL_COLOUR,
    PALE,
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
REACHED_COLOUR = "#5a5a5a"


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


def cascade_data(frames: Frames, source: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return the network of a plan and its targets: a row an accepted link or a sentence without.

    Columns: ``source_id``, ``source_item`` (number and title), ``target_id``, ``target_item``,
    ``score``, ``kind`` and the verdict on the source duty, the two plans, and the place of each
    sentence in its plan. A source duty that is left out has no target; a target duty that nothing
    leads to has no source. Plans that are not held give no rows.
    """
    names = plan_names(frames)
    blocks = [
        _network(frames, source, target).assign(
            source_plan_id=source,
            source=names.get(source, source),
            target_plan_id=target,
            target=names.get(target, target),
        )
        for target in targets
        if not duties_of(frames, target).empty and not duties_of(frames, source).empty
    ]
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _network(frames: Frames, source: str, target: str) -> pd.DataFrame:
    above, below = _with_items(duties_of(frames, source)), _with_items(duties_of(frames, target))
    links = accepted(frames, source, target)[["source_id", "target_id", "score", "kind"]]
    rows = frames.coverage
    verdicts = rows[rows["target_plan_id"] == target].set_index("source_id")["verdict"]
    out = above.add_prefix("source_").merge(links, how="left", on="source_id")
    out = out.merge(below.add_prefix("target_"), how="outer", on="target_id")
    out = out.sort_values(["source_no", "score", "target_no"], ascending=[True, False, True])
    out["verdict"] = out["source_id"].map(verdicts)
    columns = ["source_id", "source_item", "target_id", "target_item", "kind", "verdict"]
    out = out[~(out["source_id"].isna() & out["target_id"].isna())]
    out = out[[*columns, "score", "source_no", "target_no"]]
    return out.fillna(dict.fromkeys(columns, "")).reset_index(drop=True)


def _with_items(duties: pd.DataFrame) -> pd.DataFrame:
    """Return number, id and item label of duties."""
    items = [item_label(row) for row in rows_of(duties)]
    ids = list(duties["requirement_id"])
    return pd.DataFrame({"no": range(len(duties)), "id": ids, "item": items}).astype(
        {"no": "Int64", "id": "str", "item": "str"}
    )


def draw_cascades(
    data: pd.DataFrame, figure: Figure, *, language: Language = "zh", label_cells: int = 20
) -> list[Axes]:
    """Draw a panel a target plan side by side, with one legend, into an empty figure."""
    targets = list(dict.fromkeys(data["target_plan_id"])) if len(data) else []
    axes = list(figure.subplots(1, max(1, len(targets)), squeeze=False).flat)
    for at, ax in enumerate(axes):
        block = data[data["target_plan_id"] == targets[at]] if targets else data
        cells = label_cells
        draw_cascade(block, ax, language=language, label_cells=cells, label_source=at == 0)
    if targets:
        cascade_legend(figure, language=language)
    return axes


def draw_cascade(
    data: pd.DataFrame,
    ax: Axes,
    *,
    language: Language = "zh",
    label_cells: int = 20,
    label_source: bool = True,
) -> Axes:
    """Draw two plans as columns of sentences, grouped by item, and the accepted links between them.

    ``data`` are the rows of one target. A source sentence has the colour of its verdict; a target
    sentence is dark when something leads to it and light when it is the target's own. Where several
    panels share their source, only the first needs ``label_source``.
    """
    if data.empty:
        return nothing_to_show(ax, language)
    left, right = _column(data, "source"), _column(data, "target")
    verdict = dict(zip(data["source_id"], data["verdict"], strict=True))
    reached = set(data.loc[data["score"].notna(), "target_id"])
    for name, (y, size) in left.items():
        _sentence(ax, 0.0, y, size, VERDICT_COLOURS.get(verdict[name], PALE))
    for name, (y, size) in right.items():
        _sentence(ax, 1.0, y, size, REACHED_COLOUR if name in reached else LOCAL_COLOUR)
    for row in rows_of(data[data["score"].notna()].sort_values("score")):
        (y, high), (end, low) = left[str(row.source_id)], right[str(row.target_id)]
        colour = VERDICT_COLOURS.get(str(row.verdict), GREY)
        _strand(ax, y + high / 2, end + low / 2, colour)
    if label_source:
        _item_labels(ax, data, "source", left, label_cells)
    _item_labels(ax, data, "target", right, label_cells)
    first = data.iloc[0]
    for x, side in ((0.0, "source"), (1.0, "target")):
        head = plan_head(first[side], first[f"{side}_plan_id"], language).replace("\n", " ")
        ax.text(x, -0.02, head, ha="center", va="bottom", fontsize=SMALL + 1)
    ax.set_xlim(-0.07, 1.07)
    ax.set_ylim(1.0, -0.02)
    ax.set_axis_off()
    return ax


def cascade_legend(figure: Figure, *, language: Language = "zh") -> None:
    """Put the legend of :func:`draw_cascade` under a figure of one or several panels."""
    colours = [*(VERDICT_COLOURS[key] for key in VERDICTS), REACHED_COLOUR, LOCAL_COLOUR]
    figure.legend(
        [Patch(facecolor=colour, edgecolor=GREY, lw=0.3) for colour in colours],
        [word(key, language) for key in (*VERDICTS, "reached", "local")],
        loc="outside lower center",
        ncols=len(colours),
        handlelength=1.0,
        columnspacing=1.0,
        handletextpad=0.4,
    )


def _column(data: pd.DataFrame, side: str) -> dict[str, tuple[float, float]]:
    """Return top and height of every sentence of a side; both sides are equally high."""
    rows = data[data[f"{side}_id"] != ""].drop_duplicates(f"{side}_id").sort_values(f"{side}_no")
    tops = rows_with_gaps(list(rows[f"{side}_item"]), gap=0.8)
    total = tops[-1] + 1 if tops else 1.0
    return {
        str(name): (top / total, 0.86 / total)
        for name, top in zip(rows[f"{side}_id"], tops, strict=True)
    }


def _sentence(ax: Axes, x: float, y: float, size: float, colour: str) -> None:
    ax.add_patch(Rectangle((x - 0.035, y), 0.07, size, facecolor=colour, edgecolor=GREY, lw=0.25))


def _strand(ax: Axes, start: float, end: float, colour: str) -> None:
    """Draw a link as a smooth line from the left column to the right."""
    import numpy as np

    x = np.linspace(0.0, 1.0, 40)
    ease = x * x * (3 - 2 * x)
    ax.plot(
        0.04 + 0.92 * x, start + (end - start) * ease, color=colour, lw=0.7, alpha=0.9, zorder=0
    )


def _item_labels(
    ax: Axes, data: pd.DataFrame, side: str, column: dict[str, tuple[float, float]], cells: int
) -> None:
    """Name each item once, at the middle of its sentences."""
    rows = data[data[f"{side}_id"] != ""].drop_duplicates(f"{side}_id")
    for item, group in rows.groupby(f"{side}_item", sort=False):
        spans = [column[str(name)] for name in group[f"{side}_id"]]
        middle = (min(y for y, _ in spans) + max(y + size for y, size in spans)) / 2
        x, align = (-0.06, "right") if side == "source" else (1.06, "left")
        ax.text(x, middle, cut(str(item), cells), ha=align, va="center", fontsize=SMALL, color=INK)

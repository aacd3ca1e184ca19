"""Figures of change over the years: alluvial diagram, terms that rise and fall."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch, Rectangle
from matplotlib.path import Path

from wpnet.cascade.origins import evolution
from wpnet.cascade.text import words
from wpnet.showing.frames import Frames, accepted, duties_of, of_corpus, rows_of
from wpnet.showing.style import (
    BLUE,
    INK,
    SMALL,
    VERMILION,
    Language,
    bare,
    cut,
    fold,
    legend_below,
    nothing_to_show,
    word,
)

FLOWS = ["stage", "from_node", "to_node", "from_count", "to_count", "place"]
DROPPED, NEW = "dropped", "new"
_COLUMN_COLOURS = ("#0b4f7d", "#2f86bd", "#5a5a5a")
_PART_COLOURS = {DROPPED: "#f6d9b8", NEW: "#bfe3d5"}
_PART_HATCHES = {DROPPED: "....", NEW: ""}
#: Prior count of every term (Jeffreys), so that a word that one plan lacks has a finite change.
PRIOR = 0.5
PART_WIDTH = 0.05


@of_corpus
def evolution_data(frames: Frames, first: str, second: str) -> pd.DataFrame:
    """Return what became of every duty of ``first`` in ``second``: a row a duty, new ones last.

    ``change`` is ``carried``, ``changed``, ``dropped`` or ``new``
    (:func:`wpnet.cascade.origins.evolution`); both texts are given.
    """
    own = [entry for entry in frames.corpus.requirements if entry.plan_id == first]
    later = [entry for entry in frames.corpus.requirements if entry.plan_id == second]
    texts = {entry.requirement_id: entry.text for entry in [*own, *later]}
    sections = {entry.requirement_id: entry.section_title for entry in [*own, *later]}
    compared = any(
        row.relation == "evolution" and row.target_plan_id == second
        for row in frames.corpus.coverage
        if row.source_id.startswith(f"{first}#")
    )
    rows = [
        [
            row.change,
            row.source_id,
            row.target_ids,
            sections.get(row.source_id, ""),
            sections[row.target_ids[0]] if row.target_ids else "",
            texts.get(row.source_id, ""),
            " ".join(texts[name] for name in row.target_ids),
        ]
        for row in evolution(own, later, frames.corpus.coverage)
        if compared
    ]
    columns = ["change", "source_id", "target_ids", "source_section", "target_section"]
    return pd.DataFrame(rows, columns=[*columns, "before", "after"])


@of_corpus
def alluvial_data(frames: Frames, first: str, second: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return the flows from the sections of ``first`` to those of ``second`` and on to the targets.

    Stage 1: ``from_count`` duties of a section of ``first`` have their best successor in a section
    of ``second``, ``to_count`` duties of that section have their best ancestor there; a flow to
    ``dropped`` or from ``new`` has one count only. Stage 2: how many of the targets take up a duty
    of ``second``, in part at least (``2/3``). ``place`` is the order of the sections of ``second``.
    """
    before, after = duties_of(frames, first), duties_of(frames, second)
    if before.empty or after.empty:
        return pd.DataFrame(columns=FLOWS)
    title = {row.requirement_id: row.section_title for row in rows_of(pd.concat([before, after]))}
    links = accepted(frames, first, second).sort_values("score", ascending=False, kind="stable")
    successor = links.drop_duplicates("source_id").set_index("source_id")["target_id"].to_dict()
    ancestor = links.drop_duplicates("target_id").set_index("target_id")["source_id"].to_dict()
    left: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for name in before["requirement_id"]:
        left[title[name], title[successor[name]] if name in successor else DROPPED] += 1
    for name in after["requirement_id"]:
        right[title[ancestor[name]] if name in ancestor else NEW, title[name]] += 1
    pairs = sorted(set(left) | set(right), key=_flow_order(before, after))
    order = [*dict.fromkeys(after["section_title"]), DROPPED]
    rows: list[list[Any]] = [
        [1, *pair, left[pair], right[pair], order.index(pair[1])] for pair in pairs
    ]
    return pd.DataFrame([*rows, *_on(frames, after, targets)], columns=FLOWS)


def _flow_order(before: pd.DataFrame, after: pd.DataFrame) -> Any:
    """Return a sort key: the order of the sections, what is dropped or new last."""
    firsts = [*dict.fromkeys(before["section_title"]), NEW]
    seconds = [*dict.fromkeys(after["section_title"]), DROPPED]
    return lambda pair: (firsts.index(pair[0]), seconds.index(pair[1]))


def _on(frames: Frames, after: pd.DataFrame, targets: Sequence[str]) -> list[list[Any]]:
    """Return the flows of stage 2, fully taken up first."""
    rows = frames.coverage
    rows = rows[rows["source_id"].isin(after["requirement_id"])]
    rows = rows[rows["target_plan_id"].isin(targets) & (rows["relation"] == "cascade")]
    plans = rows["target_plan_id"].nunique()
    if not plans:
        return []
    taken = rows[rows["verdict"].isin(["carried", "partial"])].groupby("source_id").size()
    flows: Counter[tuple[str, int]] = Counter()
    for row in rows_of(after):
        flows[row.section_title, int(taken.get(row.requirement_id, 0))] += 1
    order = list(dict.fromkeys(after["section_title"]))
    keys = sorted(flows, key=lambda key: (order.index(key[0]), -key[1]))
    return [
        [2, name, f"{level}/{plans}", flows[name, level], flows[name, level], order.index(name)]
        for name, level in keys
    ]


def draw_alluvial(
    data: pd.DataFrame,
    ax: Axes,
    *,
    heads: tuple[str, str, str],
    language: Language = "zh",
    label_cells: int = 15,
) -> Axes:
    """Draw three columns of boxes, a duty as high as any other, and the flows between them.

    Pale parts of the first column are dropped, pale green parts of the second are new. ``heads``
    stand over the columns.
    """
    if data.empty:
        return nothing_to_show(ax, language)
    one, two = data[data["stage"] == 1], data[data["stage"] == 2]
    columns = [
        _boxes(one[one["from_node"] != NEW], "from"),
        _boxes(one[one["to_node"] != DROPPED].sort_values("place", kind="stable"), "to"),
        _boxes(two, "to"),
    ]
    columns[2] = dict(sorted(columns[2].items(), reverse=True))
    places = [_stack(column) for column in columns]
    xs = (0.0, 0.4, 0.8)
    for x, boxes, colour, head in zip(xs, places, _COLUMN_COLOURS, heads, strict=True):
        for name, (top, size) in boxes.items():
            ax.add_patch(Rectangle((x, top), 0.2, size, facecolor=colour, lw=0))
            label = fold(name, label_cells, 2)
            if "/" in name:
                label = f"{name}: {size:g} {word('pieces', language)}"
            if size < 2.5:
                label = cut(label.replace("\n", ""), label_cells)
            ax.text(
                x + 0.1,
                top + size / 2,
                label,
                ha="center",
                va="center",
                color="white",
                fontsize=SMALL - 1,
            )
        if boxes:
            ax.text(x + 0.1, -0.6, head, ha="center", va="bottom", fontsize=SMALL + 0.5)
    _flows(ax, one, places[0], places[1], (0.2, 0.4))
    _flows(ax, two, places[1], places[2], (0.6, 0.8))
    _parts(ax, one, places)
    low = max(top + size for boxes in places for top, size in boxes.values())
    ax.set_xlim(-0.01, 1.01)
    ax.set_ylim(low + 0.2, -0.6)
    ax.set_axis_off()
    handles = [
        Patch(facecolor=_PART_COLOURS[k], hatch=_PART_HATCHES[k], edgecolor="white")
        for k in (DROPPED, NEW)
    ]
    legend_below(ax, handles, [word(key, language) for key in (DROPPED, NEW)])
    return ax


def _boxes(flows: pd.DataFrame, end: str) -> dict[str, float]:
    sizes: dict[str, float] = {}
    for row in rows_of(flows):
        name = str(getattr(row, f"{end}_node"))
        sizes[name] = sizes.get(name, 0.0) + float(getattr(row, f"{end}_count"))
    return sizes


def _stack(sizes: dict[str, float], gap: float = 1.4) -> dict[str, tuple[float, float]]:
    """Return top and height of each box of a column.

    >>> _stack({"一": 2.0, "二": 3.0}, gap=1.0)
    {'一': (0.0, 2.0), '二': (3.0, 3.0)}
    """
    places: dict[str, tuple[float, float]] = {}
    at = 0.0
    for name, size in sizes.items():
        places[name] = (at, size)
        at += size + gap
    return places


def _flows(
    ax: Axes,
    flows: pd.DataFrame,
    left: dict[str, tuple[float, float]],
    right: dict[str, tuple[float, float]],
    xs: tuple[float, float],
) -> None:
    """Draw the ribbons between two columns, stacked in the order of the table."""
    out = {name: top for name, (top, _) in left.items()}
    into = {name: top for name, (top, _) in right.items()}
    for row in rows_of(flows):
        if row.from_node not in left or row.to_node not in right:
            continue
        start, end = out[row.from_node], into[row.to_node]
        out[row.from_node] += row.from_count
        into[row.to_node] += row.to_count
        ribbon = _ribbon(xs, (start, start + row.from_count), (end, end + row.to_count))
        ax.add_patch(PathPatch(ribbon, facecolor="#9fcbe8", edgecolor="white", lw=0.3, alpha=0.75))


def _ribbon(xs: tuple[float, float], left: tuple[float, float], right: tuple[float, float]) -> Path:
    middle = (xs[0] + xs[1]) / 2
    points = [
        (xs[0], left[0]),
        (middle, left[0]),
        (middle, right[0]),
        (xs[1], right[0]),
        (xs[1], right[1]),
        (middle, right[1]),
        (middle, left[1]),
        (xs[0], left[1]),
        (xs[0], left[0]),
    ]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path(points, codes)


def _parts(ax: Axes, flows: pd.DataFrame, places: list[dict[str, tuple[float, float]]]) -> None:
    """Mark what is dropped beside the first column, what is new beside the second."""
    for row in rows_of(flows):
        if row.to_node == DROPPED:
            top, size = places[0][row.from_node]
            _part(ax, 0.2, top + size, row.from_count, DROPPED)
        if row.from_node == NEW:
            top, size = places[1][row.to_node]
            _part(ax, 0.4 - PART_WIDTH, top + size, row.to_count, NEW)


def _part(ax: Axes, x: float, low: float, count: int, kind: str) -> None:
    box = Rectangle((x, low - count), PART_WIDTH, count, facecolor=_PART_COLOURS[kind], lw=0)
    box.set_hatch(_PART_HATCHES[kind])
    box.set_edgecolor("white")
    ax.add_patch(box)
    spot = (x + PART_WIDTH / 2, low - count / 2)
    ax.annotate(str(count), spot, ha="center", va="center", fontsize=SMALL - 1, color=INK)


@of_corpus
def terms_data(frames: Frames, first: str, second: str, *, top: int = 12) -> pd.DataFrame:
    """Return the words that rise and fall most from one plan to the next.

    ``change`` is the log odds ratio over its standard error (Monroe, Colaresi and Quinn 2008) with
    half an occurrence added to every word; ``before`` and ``after`` are occurrences per 1,000
    characters of the duties. The ``top`` words on either side, rising first.
    """
    counts = [_counted(duties_of(frames, plan_id)) for plan_id in (first, second)]
    sizes = [int(duties_of(frames, plan_id)["text"].str.len().sum()) for plan_id in (first, second)]
    totals = [sum(count.values()) for count in counts]
    columns = ["term", "change", "count_before", "count_after", "before", "after"]
    if not all(totals):
        return pd.DataFrame(columns=columns)
    rows = []
    for term in sorted(set(counts[0]) | set(counts[1])):
        old, new = counts[0][term], counts[1][term]
        odds = [
            math.log((count + PRIOR) / (total - count + PRIOR))
            for count, total in zip((old, new), totals, strict=True)
        ]
        error = math.sqrt(1 / (old + PRIOR) + 1 / (new + PRIOR))
        rates = [1000 * old / sizes[0], 1000 * new / sizes[1]]
        rows.append([term, (odds[1] - odds[0]) / error, old, new, *rates])
    table = pd.DataFrame(rows, columns=columns)
    ranked = table.sort_values(["change", "term"], ascending=[False, True])
    rising, falling = ranked[ranked["change"] > 0].head(top), ranked[ranked["change"] < 0].tail(top)
    return pd.concat([rising, falling], ignore_index=True)


def _counted(duties: pd.DataFrame) -> Counter[str]:
    return Counter(term for text in duties["text"] for term in words(text) if len(term) > 1)


def draw_terms(
    data: pd.DataFrame, ax: Axes, *, heads: tuple[str, str], language: Language = "zh"
) -> Axes:
    """Draw each term's rate before (hollow) and after (filled): rising blue, falling red."""
    if data.empty:
        return nothing_to_show(ax, language)
    colours = [BLUE if change > 0 else VERMILION for change in data["change"]]
    dumbbells(ax, list(data["term"]), list(data["before"]), list(data["after"]), colours)
    ax.set_xlabel(word("per_thousand", language))
    ax.set_title(f"○ {heads[0]}   ● {heads[1]}", fontsize=SMALL, loc="right")
    return ax


def dumbbells(
    ax: Axes,
    labels: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
    colours: Sequence[str],
) -> None:
    """Draw a row a label with a hollow dot, a line and a filled dot."""
    for at, (old, new, colour) in enumerate(zip(before, after, colours, strict=True)):
        ax.plot([old, new], [at, at], color=colour, lw=0.8, zorder=1)
        ax.plot([old], [at], marker="o", ms=3.2, mfc="white", mec=colour, mew=0.8, zorder=2)
        ax.plot([new], [at], marker="o", ms=3.2, mfc=colour, mec=colour, mew=0.8, zorder=3)
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.set_xlim(left=-0.02 * max([*before, *after, 1.0]))
    ax.grid(axis="x", color="#e6e6e6", lw=0.4)
    ax.set_axisbelow(True)
    bare(ax, keep=["bottom"])

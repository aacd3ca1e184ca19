"""Figures of the corpus: plans held and cited, how each is built, who cites whom, the audit."""

from __future__ import annotations

import networkx as nx
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from wpnet.showing.frames import Frames, of_corpus, place_name, plan_names, rows_of
from wpnet.showing.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PALE,
    SKY,
    SMALL,
    VERMILION,
    YELLOW,
    Language,
    bare,
    cut,
    legend_below,
    nothing_to_show,
    word,
)

AUDIT_COLOURS = {
    "requirement": "#0b4f7d",
    "heading": SKY,
    "units": GREEN,
    "table": ORANGE,
    "wrapper": "#c9c9c9",
    "metadata": YELLOW,
    "boilerplate": PALE,
    "unparsed": VERMILION,
}
_AUDIT_HATCHES = {"units": "....", "table": "////", "unparsed": "xxxx"}


@of_corpus
def plan_grid_data(frames: Frames) -> pd.DataFrame:
    """Return every plan, held or cited, with its place, office and year, by place and year.

    ``state`` is ``held`` or ``cited``; ``office`` is the issuer without its place (``政府`` for
    plans of the whole government).
    """
    plans = frames.plans
    names = plan_names(frames)
    offices = _offices(plans)
    rows = [
        {
            "plan_id": row.plan_id,
            "plan": names[str(row.plan_id)],
            "place_code": row.place_code,
            "place": place_name(row.issuer) or place_name(row.title) or row.plan_id,
            "bureau": row.bureau,
            "office": offices.get(row.bureau, row.bureau),
            "year": row.year,
            "state": "held" if row.held else "cited",
            "duties": row.duties,
            "title": row.title,
        }
        for row in rows_of(plans)
    ]
    columns = "plan_id plan place_code place bureau office year state duties title".split()
    table = pd.DataFrame(rows, columns=columns)
    order = ["place_code", "bureau", "year", "plan_id"]
    return table[table["year"] > 0].sort_values(order, ignore_index=True)


def _offices(plans: pd.DataFrame) -> dict[str, str]:
    """Return what the issuers of each bureau are called without their place."""
    found = {"gov": "政府"}
    for row in rows_of(plans):
        place = place_name(row.issuer)
        if place and row.bureau and row.bureau != "gov":
            found.setdefault(str(row.bureau), row.issuer.rpartition(place)[2])
    return found


def draw_plan_grid(data: pd.DataFrame, ax: Axes, *, language: Language = "zh") -> Axes:
    """Draw the place x year grid: filled squares with their duties are held, hollow ones cited."""
    if data.empty:
        return nothing_to_show(ax, language)
    rows = _grid_rows(data, language)
    years = range(int(data["year"].min()), int(data["year"].max()) + 1)
    for at in range(len(rows)):
        for year in years:
            ax.plot([year], [at], marker="o", ms=1, color="#c4c4c4", zorder=0)
    keys = list(rows)
    for row in rows_of(data):
        at = keys.index((str(row.place_code), str(row.bureau)))
        _plan_square(ax, float(row.year), at, held=row.state == "held", size=0.36)
        if row.state == "held":
            ax.text(row.year, at, str(row.duties), ha="center", va="center", color="white")
    _grid_frame(ax, list(rows.values()), years)
    handles = [Patch(facecolor=BLUE), Patch(facecolor="white", edgecolor=VERMILION, linestyle="--")]
    held = word("held", language) + ("（数字为条数）" if language == "zh" else " (with its duties)")
    legend_below(ax, handles, [held, word("cited", language)])
    return ax


def _grid_rows(data: pd.DataFrame, language: Language) -> dict[tuple[str, str], str]:
    """Return the row labels: place and office, in the order of the table."""
    rows: dict[tuple[str, str], str] = {}
    for row in rows_of(data):
        key = (str(row.place_code), str(row.bureau))
        place = str(row.plan_id).split("-")[0].title() if language == "en" else str(row.place)
        office = str(row.bureau if language == "en" else row.office)
        rows.setdefault(key, f"{place}\n{cut(office, 22)}")
    return rows


def _plan_square(ax: Axes, x: float, y: float, *, held: bool, size: float) -> None:
    square = Rectangle(
        (x - size, y - size),
        2 * size,
        2 * size,
        facecolor=BLUE if held else "white",
        edgecolor=BLUE if held else VERMILION,
        linestyle="-" if held else "--",
        lw=0.8,
    )
    ax.add_patch(square)


def _grid_frame(ax: Axes, labels: list[str], years: range) -> None:
    ax.set_xticks(list(years), [str(year) for year in years])
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(labels)), labels)
    ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    bare(ax)


@of_corpus
def structure_data(frames: Frames, plan_ids: list[str] | None = None) -> pd.DataFrame:
    """Return the sections of every held plan with their items and numbers of requirements."""
    rows = frames.requirements
    held = frames.plans[frames.plans["held"]].sort_values(["place_code", "year"])["plan_id"]
    chosen = list(held) if plan_ids is None else plan_ids
    names = plan_names(frames)
    blocks = []
    for plan_id in chosen:
        own = rows[rows["plan_id"] == plan_id]
        keys = ["section_no", "section_title", "kind"]
        counted = own.groupby(keys, sort=False).agg(
            items=("item_no", "nunique"), requirements=("requirement_id", "count")
        )
        block = counted.reset_index()
        block.insert(0, "plan", names[plan_id])
        block.insert(0, "plan_id", plan_id)
        blocks.append(block)
    if blocks:
        return pd.concat(blocks, ignore_index=True)
    return pd.DataFrame(columns=["plan_id", "plan", *keys_of_structure()])


def keys_of_structure() -> list[str]:
    """Return the columns of :func:`structure_data` behind plan and name."""
    return ["section_no", "section_title", "kind", "items", "requirements"]


def draw_structure(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 34
) -> Axes:
    """Draw a bar a section, grouped by plan; preambles are pale."""
    if data.empty:
        return nothing_to_show(ax, language)
    at, ticks, labels = 0.0, [], []
    top = int(data["requirements"].max())
    for plan_id, block in data.groupby("plan_id", sort=False):
        head = str(block["plan"].iloc[0]) if language == "zh" else str(plan_id)
        total = int(block.loc[block["kind"] == "duty", "requirements"].sum())
        note = f"{head}（{total} 条）" if language == "zh" else f"{head} ({total})"
        ax.text(0, at + 0.1, note, va="center", ha="left", color=BLUE)
        at += 1
        for row in rows_of(block):
            duty = row.kind == "duty"
            ax.barh(at, row.requirements, height=0.7, color=BLUE if duty else "#cfcfcf")
            ax.text(row.requirements + 0.15, at, str(row.requirements), va="center", fontsize=SMALL)
            ticks.append(at)
            labels.append(cut(str(row.section_title), label_cells))
            at += 1
        at += 0.4
    ax.set_yticks(ticks, labels)
    ax.set_xlim(0, top * 1.12)
    ax.set_ylim(at - 0.6, -0.6)
    ax.set_xticks([])
    bare(ax)
    handles = [Patch(facecolor=BLUE), Patch(facecolor="#cfcfcf")]
    legend_below(ax, handles, [word("duties", language), word("preambles", language)])
    return ax


@of_corpus
def citation_data(frames: Frames) -> pd.DataFrame:
    """Return who names which plan as its parent, with both ends' place, year and state."""
    grid = plan_grid_data(frames)
    rows = frames.citations
    parents = rows[(rows["relation"] == "parent") & (rows["cited_plan_id"] != "")]
    told = ["plan_id", "cited_plan_id", "cited_title", "cited_number", "verb"]
    ends = grid[
        ["plan_id", "plan", "place_code", "place", "bureau", "office", "year", "state", "duties"]
    ]
    cited = ends.add_prefix("cited_").rename(columns={"cited_plan_id": "cited_plan_id"})
    merged = parents[told].merge(ends, on="plan_id").merge(cited, on="cited_plan_id")
    return merged.sort_values(["plan_id", "cited_plan_id"], ignore_index=True)


def draw_citations(
    data: pd.DataFrame, ax: Axes, grid: pd.DataFrame, *, language: Language = "zh"
) -> Axes:
    """Draw the citation network over the place x year grid: an arrow from a plan to its parent.

    ``data`` is :func:`citation_data`, ``grid`` is :func:`plan_grid_data`.
    """
    if grid.empty:
        return nothing_to_show(ax, language)
    rows = _grid_rows(grid, language)
    keys = list(rows)
    spots = {
        str(row.plan_id): (float(row.year), keys.index((str(row.place_code), str(row.bureau))))
        for row in rows_of(grid)
    }
    for row in rows_of(grid):
        x, y = spots[str(row.plan_id)]
        _plan_square(ax, x, y, held=row.state == "held", size=0.2)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(spots)
    for row in rows_of(data):
        start, end = str(row.plan_id), str(row.cited_plan_id)
        graph.add_edge(start, end, far=abs(spots[start][1] - spots[end][1]) > 1)
    for far, bend in ((False, 0.0), (True, 0.35)):
        nx.draw_networkx_edges(
            graph,
            spots,
            ax=ax,
            edgelist=[ends for ends, data in graph.edges.items() if data["far"] == far],
            width=0.8,
            arrowsize=6,
            node_size=200,
            edge_color=INK,
            connectionstyle=f"arc3,rad={bend}",
            hide_ticks=False,
        )
    years = range(int(grid["year"].min()), int(grid["year"].max()) + 1)
    _grid_frame(ax, list(rows.values()), years)
    handles = [Patch(facecolor=BLUE), Patch(facecolor="white", edgecolor=VERMILION, linestyle="--")]
    legend_below(ax, handles, [word("held", language), word("cited", language)])
    return ax


@of_corpus
def audit_data(frames: Frames) -> pd.DataFrame:
    """Return how many characters of each plan were taken for what, and the share of each class."""
    rows = frames.audit.assign(characters=frames.audit["end"] - frames.audit["start"])
    counted = rows.groupby(["plan_id", "audit_class"])["characters"].sum()
    table: pd.DataFrame = counted.reset_index()
    whole = table.groupby("plan_id")["characters"].transform("sum")
    table["share"] = table["characters"] / whole
    table.insert(1, "plan", table["plan_id"].map(plan_names(frames)))
    order = {name: at for at, name in enumerate(AUDIT_COLOURS)}
    table["order"] = table["audit_class"].map(order)
    return table.sort_values(["plan_id", "order"], ignore_index=True).drop(columns="order")


def draw_audit(data: pd.DataFrame, ax: Axes, *, language: Language = "zh") -> Axes:
    """Draw a bar a plan: what its characters were taken for; ``unparsed`` would be red."""
    if data.empty:
        return nothing_to_show(ax, language)
    plans = list(dict.fromkeys(data["plan_id"]))
    left = dict.fromkeys(plans, 0.0)
    for name, colour in AUDIT_COLOURS.items():
        for row in rows_of(data[data["audit_class"] == name]):
            plan = str(row.plan_id)
            ax.barh(
                plans.index(plan),
                row.share,
                left=left[plan],
                height=0.65,
                color=colour,
                edgecolor=GREY,
                lw=0.2,
                hatch=_AUDIT_HATCHES.get(name),
            )
            left[plan] += float(row.share)
    heads = dict(zip(data["plan_id"], data["plan"], strict=True))
    labels = plans if language == "en" else [str(heads[plan]) for plan in plans]
    ax.set_yticks(range(len(plans)), labels)
    ax.set_ylim(len(plans) - 0.5, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xlabel(word("characters", language))
    ax.xaxis.set_major_formatter("{x:.0%}")
    bare(ax, keep=["bottom"])
    seen = [name for name in AUDIT_COLOURS if name in set(data["audit_class"])]
    handles = [
        Patch(facecolor=AUDIT_COLOURS[n], hatch=_AUDIT_HATCHES.get(n), edgecolor=GREY, lw=0.2)
        for n in seen
    ]
    ax.legend(
        handles,
        [word(name, language) for name in seen],
        loc="upper center",
        bbox_to_anchor=(0.4, -0.3),
        ncols=4,
        handlelength=1.2,
        columnspacing=1.0,
    )
    return ax

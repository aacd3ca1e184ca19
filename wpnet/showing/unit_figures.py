"""Figures of responsible units: who is named for what, their load, and office to office."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import networkx as nx
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from wpnet.showing.evolution_figures import dumbbells
from wpnet.showing.frames import (
    Frames,
    accepted,
    duties_of,
    item_label,
    of_corpus,
    plan_names,
    rows_of,
)
from wpnet.showing.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    SMALL,
    Language,
    bare,
    cut,
    legend_below,
    nothing_to_show,
    word,
)

KIND_COLOURS = {"unit": BLUE, "group": ORANGE}


@of_corpus
def assigned(frames: Frames, plan_id: str, *, effective: bool = True) -> pd.DataFrame:
    """Return who is responsible for the duties of a plan: a row a duty and unit.

    With ``effective`` only what counts (the table's units where there is a task table).
    """
    duties = duties_of(frames, plan_id)
    rows = frames.assignments
    if effective:
        rows = rows[rows["effective"].astype(bool)]
    units = frames.units[["unit_id", "name", "kind"]]
    units = units.rename(columns={"name": "unit", "kind": "unit_kind"})
    told = ["requirement_id", "unit_id", "role", "origin", "effective"]
    own = rows.loc[rows["requirement_id"].isin(duties["requirement_id"]), told]
    merged = own.drop_duplicates().merge(units, on="unit_id", how="left")
    items = {row.requirement_id: item_label(row) for row in rows_of(duties)}
    merged["item"] = [items[name] for name in merged["requirement_id"]]
    place = {name: at for at, name in enumerate(duties["requirement_id"])}
    merged["place"] = [place[name] for name in merged["requirement_id"]]
    return merged.sort_values(["place", "unit_id"], ignore_index=True)


@of_corpus
def unit_network_data(frames: Frames, plan_id: str) -> pd.DataFrame:
    """Return the bipartite network of a plan: a row an item and unit with the number of duties."""
    rows = assigned(frames, plan_id)
    by = ["item", "unit_id", "unit", "unit_kind"]
    counted: pd.DataFrame = (
        rows.groupby(by, sort=False)["requirement_id"].nunique().reset_index(name="duties")
    )
    return counted


def draw_unit_network(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 22
) -> Axes:
    """Draw items on the left, units on the right, and a line as wide as the duties between them.

    Units stand at the height of their items as far as possible; groups (各科室、单位) are orange
    and dashed.
    """
    if data.empty:
        return nothing_to_show(ax, language)
    items = list(dict.fromkeys(data["item"]))
    load = _beside_their_items(data, items)
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    for row in rows_of(data):
        ends = ("item", str(row.item)), ("unit", str(row.unit))
        graph.add_edge(*ends, duties=int(row.duties), kind=str(row.unit_kind))
    left = [("item", name) for name in items]
    right = [("unit", str(name)) for name in load["unit"]]
    places = {
        node: (side, (at + 0.5) / len(column))
        for side, column in ((0.0, left), (1.0, right))
        for at, node in enumerate(column)
    }
    widest = float(data["duties"].max())
    for kind, look in (("unit", "solid"), ("group", "dashed")):
        links = [edge for edge in graph.edges(data=True) if edge[2]["kind"] == kind]
        nx.draw_networkx_edges(
            graph,
            places,
            ax=ax,
            edgelist=[edge[:2] for edge in links],
            width=[0.3 + 1.7 * data["duties"] / widest for *_, data in links],
            style=look,
            edge_color=KIND_COLOURS[kind],
            alpha=0.75,
        )
    kinds = dict(zip(right, load["unit_kind"], strict=True))
    colours = [KIND_COLOURS.get(kinds[node], INK) for node in right]
    nx.draw_networkx_nodes(
        graph, places, right, ax=ax, node_shape="s", node_size=9, node_color=colours
    )
    counts = dict(zip(right, load["duties"], strict=True))
    names = {node: cut(node[1], label_cells) for node in left}
    names |= {node: f"{cut(node[1], label_cells - 4)} {counts[node]}" for node in right}
    for column, shift in ((left, -0.02), (right, 0.03)):
        nx.draw_networkx_labels(
            graph,
            {node: (places[node][0] + shift, places[node][1]) for node in column},
            {node: names[node] for node in column},
            ax=ax,
            font_size=SMALL,
            font_color=INK,
            font_family=mpl.rcParams["font.family"][0],
            horizontalalignment="right" if shift < 0 else "left",
            clip_on=False,
        )
    ax.set_xlim(0, 1.02)
    ax.set_ylim(1, 0)
    ax.set_axis_off()
    return ax


def _beside_their_items(data: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """Return units with their load, ordered by the mean place of their items: fewer crossings."""
    place = {name: at for at, name in enumerate(items)}
    weighed = data.assign(place=data["item"].map(place) * data["duties"])
    load = weighed.groupby(["unit", "unit_kind"])[["duties", "place"]].sum().reset_index()
    load["place"] = load["place"] / load["duties"]
    return load.sort_values(["place", "unit"], ignore_index=True)


@of_corpus
def unit_load_data(frames: Frames, plan_ids: Sequence[str]) -> pd.DataFrame:
    """Return how many duties each unit answers for, alone and with others, by plan and load."""
    names = plan_names(frames)
    blocks = []
    for plan_id in plan_ids:
        rows = assigned(frames, plan_id)
        if rows.empty:
            continue
        shared = rows.groupby("requirement_id")["unit_id"].transform("nunique") > 1
        rows = rows.assign(alone=(~shared).astype(int), together=shared.astype(int))
        by = ["unit_id", "unit", "unit_kind"]
        block = rows.groupby(by)[["alone", "together"]].sum().reset_index()
        block["duties"] = block["alone"] + block["together"]
        block.insert(0, "plan", names[plan_id])
        block.insert(0, "plan_id", plan_id)
        blocks.append(block.sort_values(["duties", "unit_id"], ascending=[False, True]))
    if blocks:
        return pd.concat(blocks, ignore_index=True)
    columns = ["plan_id", "plan", "unit_id", "unit", "unit_kind", "alone", "together", "duties"]
    return pd.DataFrame(columns=columns)


def draw_unit_load(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 24
) -> Axes:
    """Draw a bar a unit of one plan: duties it answers for alone (dark) and with others (pale)."""
    if data.empty:
        return nothing_to_show(ax, language)
    for at, row in enumerate(rows_of(data)):
        colour = KIND_COLOURS.get(row.unit_kind, GREY)
        ax.barh(at, row.alone, height=0.7, color=colour)
        ax.barh(at, row.together, left=row.alone, height=0.7, color=colour, alpha=0.4)
        ax.text(row.duties + 0.2, at, str(row.duties), va="center", fontsize=SMALL)
    labels = [cut(str(unit), label_cells) for unit in data["unit"]]
    ax.set_yticks(range(len(data)), labels)
    ax.set_ylim(len(data) - 0.5, -0.6)
    ax.set_xlim(0, float(data["duties"].max()) * 1.1)
    ax.set_xticks([])
    bare(ax)
    kinds = [kind for kind in KIND_COLOURS if kind in set(data["unit_kind"])]
    handles = [Patch(facecolor=KIND_COLOURS[kind]) for kind in kinds]
    names = [word(kind, language) for kind in kinds]
    handles.append(Patch(facecolor=GREY, alpha=0.5))
    legend_below(ax, handles, [*names, word("together", language)])
    return ax


@of_corpus
def office_flow_data(frames: Frames, source: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return which source offices' duties reach which target offices, by accepted links.

    ``links`` counts links whose source duty names the one office and whose target duty the other.
    """
    blocks = []
    upper = assigned(frames, source)[["requirement_id", "unit", "unit_kind"]]
    for target in targets:
        lower = assigned(frames, target)[["requirement_id", "unit", "unit_kind"]]
        links = accepted(frames, source, target)[["source_id", "target_id"]]
        merged = links.merge(
            upper.add_prefix("source_"), left_on="source_id", right_on="source_requirement_id"
        ).merge(lower.add_prefix("target_"), left_on="target_id", right_on="target_requirement_id")
        by = ["source_unit", "source_unit_kind", "target_unit", "target_unit_kind"]
        block = merged.groupby(by).size().reset_index(name="links")
        block.insert(0, "target_plan_id", target)
        blocks.append(block)
    columns = ["target_plan_id", "source_unit", "source_unit_kind"]
    columns = [*columns, "target_unit", "target_unit_kind", "links"]
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame(columns=columns)


def draw_office_flow(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 22
) -> Axes:
    """Draw a matrix of source offices (rows) and target offices (columns) with numbers of links."""
    if data.empty:
        return nothing_to_show(ax, language)
    rows = _by_sum(data, "source_unit")
    columns = _by_sum(data, "target_unit")
    top = float(data["links"].max())
    for row in rows_of(data):
        x, y = columns.index(row.target_unit), rows.index(row.source_unit)
        share = row.links / top
        colour = (1 - 0.96 * share, 1 - 0.69 * share, 1 - 0.51 * share)
        ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour, lw=0))
        ink = "white" if share > 0.55 else INK
        ax.text(x, y, str(row.links), ha="center", va="center", fontsize=SMALL - 1, color=ink)
    ax.set_xticks(
        range(len(columns)), [cut(name, label_cells) for name in columns], rotation=90, va="bottom"
    )
    ax.xaxis.tick_top()
    ax.set_yticks(range(len(rows)), [cut(name, label_cells) for name in rows])
    ax.set_xlim(-0.5, len(columns) - 0.5)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xticks([at - 0.5 for at in range(len(columns) + 1)], minor=True)
    ax.set_yticks([at - 0.5 for at in range(len(rows) + 1)], minor=True)
    ax.grid(which="minor", color="#eeeeee", lw=0.4)
    ax.set_axisbelow(True)
    ax.tick_params(which="both", length=0)
    bare(ax)
    return ax


def _by_sum(data: pd.DataFrame, column: str) -> list[str]:
    """Return the values of a column, those with most links first."""
    sums = data.groupby(column)["links"].sum().reset_index()
    ordered = sums.sort_values(["links", column], ascending=[False, True])
    return [str(name) for name in ordered[column]]


@of_corpus
def prose_table_data(frames: Frames, plan_id: str) -> pd.DataFrame:
    """Return for each duty of a plan with a task table who the prose and who the table names.

    ``same`` says whether both name the same units; units are joined with ``、``.
    """
    rows = assigned(frames, plan_id, effective=False)
    by_table = rows[rows["origin"] == "table"]
    in_prose = rows[rows["origin"] != "table"]
    duties = duties_of(frames, plan_id)
    table = [
        [
            row.requirement_id,
            row.path,
            *(_names(part, row.requirement_id) for part in (in_prose, by_table)),
        ]
        for row in rows_of(duties)
        if not by_table.empty
    ]
    found = pd.DataFrame(table, columns=["requirement_id", "path", "prose", "table"])
    found["same"] = [
        set(row.prose.split("；")) == set(row.table.split("；")) for row in rows_of(found)
    ]
    return found


def _names(rows: pd.DataFrame, requirement_id: str) -> str:
    own = rows.loc[rows["requirement_id"] == requirement_id, "unit"]
    return "；".join(dict.fromkeys(str(name) for name in own))


@of_corpus
def prose_load_data(frames: Frames, plan_id: str) -> pd.DataFrame:
    """Return each unit's number of duties by the prose and by the task table."""
    rows = assigned(frames, plan_id, effective=False)
    rows = rows.assign(voice=(rows["origin"] == "table").map({True: "table", False: "prose"}))
    if not (rows["voice"] == "table").any():
        return pd.DataFrame(columns=["unit", "unit_kind", "prose", "table"])
    sizes = rows.groupby(["unit", "unit_kind", "voice"])["requirement_id"].nunique()
    wide = sizes.unstack(fill_value=0).reset_index()
    for voice in ("prose", "table"):
        wide[voice] = wide.get(voice, 0)
    order = ["table", "prose", "unit"]
    told = wide[["unit", "unit_kind", "prose", "table"]]
    return told.sort_values(order, ascending=[False, False, True], ignore_index=True)


def draw_prose_load(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 24
) -> Axes:
    """Draw each unit's load by the prose (hollow) and by the table (filled)."""
    if data.empty:
        return nothing_to_show(ax, language)
    colours = [KIND_COLOURS.get(str(kind), GREY) for kind in data["unit_kind"]]
    labels = [cut(str(name), label_cells) for name in data["unit"]]
    dumbbells(ax, labels, list(data["prose"]), list(data["table"]), colours)
    ax.set_xlabel(word("duties", language))
    heads = (word("prose", language), word("table", language))
    ax.set_title(f"○ {heads[0]}   ● {heads[1]}", fontsize=SMALL, loc="right")
    return ax

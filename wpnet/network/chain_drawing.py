"""Chains of links over several layers of plans, and whether their ends are linked, too."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import Any, TypeAlias

import networkx as nx
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import offset_copy

from wpnet.errors import WpnetError
from wpnet.network.chains import STANDING, duties_of
from wpnet.network.drawing import drawn_name
from wpnet.network.graphs import Duties, compared
from wpnet.network.layers import GAP, Places, kept_duties
from wpnet.showing.style import (
    BLUE,
    GREEN,
    INK,
    NORMAL,
    ORANGE,
    PAGE_MM,
    SKY,
    VERMILION,
    Language,
    bare,
    blank_figure,
    cut,
    legend_below,
    nothing_to_show,
    word,
)

Link: TypeAlias = tuple[str, str]
#: Rows between two plans of a column: room for a heading.
HEAD = 2.4
#: Height of a duty, and of headings, legend and margins.
LINE_MM, FRAME_MM = 2.2, 24.0
#: Half-width cells of an item's title, and points between a duty and it.
ITEM_CELLS, BESIDE = 24, 6.0
#: Points between the lines of two target plans that use the same link.
APART = 1.3
_COLOURS = (GREEN, VERMILION, BLUE, ORANGE, SKY)
_LOOSE, _NODE = "#bdbdbd", "#5a5a5a"


def draw_chains(
    graph: Duties,
    chains: pd.DataFrame,
    figure: Figure | None = None,
    *,
    language: Language = "zh",
) -> Figure:
    """Draw chains of links from column to column, a column a generation of plans.

    A link has the colour of the plan in which a chain ends whose first and last duty are linked
    directly, too; grey links are in no such chain. Only duties that are in a chain are drawn; the
    heading of a plan says how many these are. Returns ``figure``, by default one as wide as a
    page and as high as its duties ask for.

    Args:
        graph: the network that the chains are of.
        chains: what ``paths(graph, …)`` gives, or rows of it.
        figure: where to draw.
        language: of the labels; ``en`` shows plan ids, and numbers of items for their titles.

    Raises :class:`~wpnet.errors.WpnetError` for chains of another network.
    """
    compared(graph)
    columns = _columns(graph, chains)
    if figure is None:
        rows = max((_tops(graph, column)[1] for column in columns), default=0.0)
        figure = blank_figure(PAGE_MM, FRAME_MM + LINE_MM * rows)
    ax = figure.add_subplot()
    if columns:
        _draw(graph, chains, columns, ax, language)
    else:
        nothing_to_show(ax, language)
    return figure


def _draw(
    graph: Duties,
    chains: pd.DataFrame,
    columns: list[list[str]],
    ax: Axes,
    language: Language,
) -> None:
    places = _placed(graph, columns)
    plan = nx.get_node_attributes(graph, "plan")
    ends = list(dict.fromkeys(plan[node] for node in columns[-1]))
    ends += sorted({plan[node] for node in chains["target_id"]} - set(ends))
    colours = {name: _COLOURS[at % len(_COLOURS)] for at, name in enumerate(ends)}
    sound, loose = _links(graph, chains)
    for link in sorted(loose):
        _curve(ax, places, link, _LOOSE, 0.0, 0.6, 1)
    for link, names in sorted(sound.items()):
        for name in sorted(names, key=ends.index):
            shift = (ends.index(name) - (len(ends) - 1) / 2) * APART
            _curve(ax, places, link, colours[name], shift, 0.9, 2)
    for node, (x, y) in places.items():
        shade = colours.get(plan[node], _NODE)
        ax.plot(x, y, "o", ms=4, color=shade, mec="white", mew=0.4, zorder=3)
    for at, column in enumerate(columns):
        _titles(graph, column, places, ax, at, len(columns), language)
        _heads(graph, column, places, ax, at, len(columns), colours, language)
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.01, 1.01)
    ax.set_xticks([])
    ax.set_yticks([])
    bare(ax)
    marks = [Line2D([], [], color=colours[name], lw=1.6) for name in ends]
    told = [f"{word('confirmed', language)} {drawn_name(graph, one, language)}" for one in ends]
    marks.append(Line2D([], [], color=_LOOSE, lw=1.2))
    legend_below(ax, marks, [*told, word("unconfirmed", language)], columns=2, size=NORMAL)


def _chains(chains: pd.DataFrame) -> list[tuple[tuple[str, ...], bool]]:
    """Return the duties of every chain, and whether its ends are linked."""
    rows: list[Any] = list(chains.itertuples())
    return [((row.source_id, *row.via, row.target_id), row.standing == STANDING[0]) for row in rows]


def _columns(graph: Duties, chains: pd.DataFrame) -> list[list[str]]:
    """Return the duties in a chain by generation of their plans, plans in order of their ids."""
    found = _chains(chains)
    missing = sorted({node for chain, _ in found for node in chain if node not in graph})
    if missing:
        raise WpnetError(f"{missing[0]} is in a chain but not in this network")
    plan = nx.get_node_attributes(graph, "plan")
    order: nx.DiGraph[str] = nx.DiGraph()
    order.add_edges_from(
        (plan[one], plan[other]) for chain, _ in found for one, other in pairwise(chain)
    )
    used = graph.subgraph({node for chain, _ in found for node in chain})
    kept = kept_duties(used, isolated=True)
    return [
        [node for name in plans for node in kept if plan[node] == name]
        for plans in map(sorted, nx.topological_generations(order))
    ]


def _links(graph: Duties, chains: pd.DataFrame) -> tuple[dict[Link, set[str]], set[Link]]:
    """Return the links of confirmed chains with the plans that these end in, and all others."""
    sound: dict[Link, set[str]] = defaultdict(set)
    links: set[Link] = set()
    for chain, confirmed in _chains(chains):
        for link in pairwise(chain):
            links.add(link)
            if confirmed:
                sound[link].add(graph.nodes[chain[-1]]["plan"])
    return dict(sound), links - set(sound)


def _tops(graph: Duties, column: list[str]) -> tuple[list[float], float]:
    """Return the row of every duty from the top, gaps between items and plans, and the last."""
    at = 0.0
    tops = [at]
    for one, other in pairwise(column):
        before, after = graph.nodes[one], graph.nodes[other]
        at += 1.0
        if before["plan"] != after["plan"]:
            at += HEAD
        elif before["item"] != after["item"]:
            at += GAP
        tops.append(at)
    return tops, at + 1


def _placed(graph: Duties, columns: list[list[str]]) -> Places:
    places: Places = {}
    for at, column in enumerate(columns):
        tops, _ = _tops(graph, column)
        for node, top in zip(column, tops, strict=True):
            height = 1 - top / tops[-1] if tops[-1] else 0.5
            places[node] = (at / max(1, len(columns) - 1), height)
    return places


def _curve(
    ax: Axes, places: Places, link: Link, colour: str, shift: float, wide: float, order: int
) -> None:
    """Draw a link as a curve that leaves and arrives level."""
    (x, y), (right, end) = places[link[0]], places[link[1]]
    half = (x + right) / 2
    steps = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    path = Path([(x, y), (half, y), (half, end), (right, end)], steps)
    figure = ax.figure.get_figure(root=True)
    patch = PathPatch(path, fill=False, edgecolor=colour, lw=wide, zorder=order)
    ax.add_patch(patch)
    patch.set_transform(offset_copy(ax.transData, figure, 0, shift, "points"))


def _titles(
    graph: Duties,
    column: list[str],
    places: Places,
    ax: Axes,
    at: int,
    columns: int,
    language: Language,
) -> None:
    """Write the title of each item once: outside at the edges, by its number within."""
    groups: dict[tuple[str, str], list[str]] = {}
    for node in column:
        groups.setdefault((graph.nodes[node]["plan"], graph.nodes[node]["item"]), []).append(node)
    inner = 0 < at < columns - 1
    for (_, item), nodes in groups.items():
        x = places[nodes[0]][0]
        y = (places[nodes[0]][1] + places[nodes[-1]][1]) / 2
        short = inner or language == "en"
        ax.annotate(
            item.partition(" ")[0] if short else cut(item, ITEM_CELLS),
            (x, y),
            xytext=(BESIDE if at == columns - 1 else -BESIDE, 0),
            textcoords="offset points",
            ha="left" if at == columns - 1 else "right",
            va="center",
            fontsize=NORMAL,
            color=INK,
            zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6} if inner else None,
        )


def _heads(
    graph: Duties,
    column: list[str],
    places: Places,
    ax: Axes,
    at: int,
    columns: int,
    colours: dict[str, str],
    language: Language,
) -> None:
    """Write above the duties of every plan which it is, and how many of its duties are there."""
    by_plan: dict[str, list[str]] = defaultdict(list)
    for node in column:
        by_plan[graph.nodes[node]["plan"]].append(node)
    for name, nodes in by_plan.items():
        shown, all_of = len(nodes), len(duties_of(graph, name))
        counted = f"{all_of} 条中 {shown} 条" if language == "zh" else f"{shown} of {all_of} duties"
        ax.annotate(
            f"{drawn_name(graph, name, language)}  {counted}",
            places[nodes[0]],
            xytext=((-BESIDE if at == 0 else BESIDE if at == columns - 1 else 0), NORMAL),
            textcoords="offset points",
            ha="right" if at == 0 else "left" if at == columns - 1 else "center",
            va="bottom",
            fontsize=NORMAL + 1,
            color=colours.get(name, INK),
            zorder=4,
        )

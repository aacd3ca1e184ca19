"""A network of duties as a layered picture: years from left to right, Chinese labels, arrows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypeAlias

import matplotlib as mpl
import networkx as nx
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from wpnet.errors import WpnetError
from wpnet.network.chains import LEVELS
from wpnet.network.graphs import Duties, compared
from wpnet.showing.fonts import use_chinese_font
from wpnet.showing.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    SKY,
    SMALL,
    VERMILION,
    Language,
    bare,
    cut,
    fold,
    legend_below,
    nothing_to_show,
)

Places: TypeAlias = dict[str, tuple[float, float]]
Labels = Literal["auto", "text", "number", "none"]
#: So many duties a layer can have a sentence beside them, and so many their number.
ROOM_FOR_TEXT, ROOM_FOR_NUMBERS = 8, 40
CELLS, LINES = 22, 3
#: Size of a node in square points, and how far above it a sentence begins (the layout is 2 high).
NODE, LIFT = 18, 0.03
_COLOURS = (BLUE, ORANGE, GREEN, VERMILION, SKY, GREY)
_GENERIC = {"sans-serif", "serif", "monospace", "cursive", "fantasy"}


def draw(
    graph: Duties,
    ax: Axes,
    *,
    labels: Labels = "auto",
    isolated: bool = False,
    language: Language = "zh",
) -> Axes:
    """Draw a network of duties in layers, one for each year and level, and return the axes.

    One colour a plan, arrows the thicker the higher their score, dashed for ``evolution``. In a
    crowded picture numbers stand for sentences, and nothing for numbers.

    Args:
        graph: what ``corpus.cascade()`` gives, or a part of it (``graph.subgraph(…)``).
        ax: where to draw.
        labels: ``text``, ``number``, ``none``, or what there is room for.
        isolated: draw duties without a link, too.
        language: of the labels: ``en`` shows plan ids and numbers instead of sentences.

    Raises :class:`~wpnet.errors.WpnetError` for other labels or another graph.
    """
    if labels not in ("auto", "text", "number", "none"):
        raise WpnetError(f"labels {labels!r} is none of auto, text, number, none")
    compared(graph)
    kept = sorted((node for node in graph if isolated or graph.degree(node)), key=_printed)
    if not kept:
        return nothing_to_show(ax, language)
    layers = _layers(graph, kept)
    kept.sort(key=lambda node: (layers[node], graph.nodes[node]["plan"]))
    shown: Duties = nx.DiGraph()
    shown.add_nodes_from((node, {**graph.nodes[node], "layer": layers[node]}) for node in kept)
    shown.add_edges_from(graph.subgraph(kept).edges(data=True))
    laid = nx.multipartite_layout(shown, subset_key="layer")
    places = {node: (float(x), -float(y)) for node, (x, y) in laid.items()}
    names = {data["plan"]: f"{data['place']}{data['year']}" for _, data in shown.nodes(data=True)}
    plans = list(names)
    colour = {plan: _COLOURS[at % len(_COLOURS)] for at, plan in enumerate(plans)}
    room = _room(labels, layers)
    _edges(shown, places, ax, room)
    colours = [colour[shown.nodes[node]["plan"]] for node in shown]
    nx.draw_networkx_nodes(shown, places, ax=ax, node_size=NODE, node_color=colours)
    _texts(shown, places, ax, _labels(shown, room, language))
    handles = [Line2D([], [], marker="o", ls="", ms=4, color=colour[plan]) for plan in plans]
    legend_below(ax, handles, plans if language == "en" else [names[plan] for plan in plans])
    ax.margins(0.15, 0.08)
    bare(ax)
    return ax


def _layers(graph: Duties, nodes: Sequence[str]) -> dict[str, int]:
    """Return the layer of every node: by year, within a year from the wider to the narrower."""
    keys = {}
    for node in nodes:
        level = graph.nodes[node]["level"]
        rank = LEVELS.index(level) if level in LEVELS else len(LEVELS)
        keys[node] = (graph.nodes[node]["year"], rank)
    order = {key: at for at, key in enumerate(sorted(set(keys.values())))}
    return {node: order[key] for node, key in keys.items()}


def _printed(node: str) -> tuple[str, list[tuple[int, str]]]:
    """Return what sorts duties by plan and printed number (2 before 10)."""
    plan, _, number = node.partition("#")
    parts = re.findall(r"(\d+)([a-z]*)", number)
    return plan, [(int(digits), letter) for digits, letter in parts]


def _room(labels: Labels, layers: dict[str, int]) -> Labels:
    if labels != "auto":
        return labels
    fullest = max(Counter(layers.values()).values())
    if fullest <= ROOM_FOR_TEXT:
        return "text"
    return "number" if fullest <= ROOM_FOR_NUMBERS else "none"


def _labels(graph: Duties, labels: Labels, language: Language) -> dict[str, str]:
    numbers = {node: node.partition("#")[2] for node in graph}
    if labels == "none":
        return {}
    if labels == "number" or language == "en":
        return numbers
    return {
        node: f"{numbers[node]}\n{fold(cut(data['text'], 80), CELLS, LINES)}"
        for node, data in graph.nodes(data=True)
    }


def _texts(graph: Duties, places: Places, ax: Axes, said: dict[str, str]) -> None:
    if not said:
        return
    sentences = any("\n" in text for text in said.values())
    nx.draw_networkx_labels(
        graph,
        {node: (places[node][0], places[node][1] + (LIFT if sentences else 0)) for node in said},
        said,
        ax=ax,
        font_size=SMALL - 1,
        font_color=INK,
        font_family=_family(),
        horizontalalignment="center" if sentences else "left",
        verticalalignment="bottom" if sentences else "center",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.4},
        clip_on=False,
    )


def _edges(graph: Duties, places: Places, ax: Axes, room: Labels) -> None:
    """Draw the links; thin and pale where there are many."""
    for relation, look in (("cascade", "solid"), ("evolution", "dashed")):
        links = [
            (one, other, float(data["score"]))
            for one, other, data in graph.edges(data=True)
            if data["relation"] == relation
        ]
        if links:
            nx.draw_networkx_edges(
                graph,
                places,
                ax=ax,
                edgelist=[link[:2] for link in links],
                style=look,
                width=[(0.2 + score) * (1.0 if room == "text" else 0.6) for *_, score in links],
                edge_color=GREY,
                alpha=1.0 if room == "text" else 0.5,
                node_size=NODE,
                arrowsize=5,
                connectionstyle="arc3,rad=0.06",  # else a long link hides behind two short ones
            )


def _family() -> str:
    """Return the Chinese font in use; choose one where no style was asked for."""
    family = mpl.rcParams["font.family"][0]
    return use_chinese_font() if family in _GENERIC else family

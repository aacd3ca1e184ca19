"""Where the duties of a network stand: a layer for each year and level, in printed order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

import networkx as nx

from wpnet.network.chains import LEVELS
from wpnet.network.graphs import Duties
from wpnet.showing.style import rows_with_gaps

Places: TypeAlias = dict[str, tuple[float, float]]
#: Height of a gap between two items, in duties.
GAP = 0.7


def kept_duties(graph: Duties, *, isolated: bool) -> list[str]:
    """Return the duties to draw by plan and printed number; those without a link only if asked."""
    return sorted((node for node in graph if isolated or graph.degree(node)), key=_printed)


def layers_of(graph: Duties, nodes: Sequence[str]) -> list[list[str]]:
    """Return the nodes layer by layer: by year, within a year from the wider to the narrower."""
    found: dict[tuple[int, int], list[str]] = {}
    for node in nodes:
        level = graph.nodes[node]["level"]
        rank = LEVELS.index(level) if level in LEVELS else len(LEVELS)
        found.setdefault((graph.nodes[node]["year"], rank), []).append(node)
    return [found[key] for key in sorted(found)]


def placed(graph: Duties, layers: Sequence[Sequence[str]], *, gaps: bool) -> Places:
    """Return the place of every duty in a square of side 1, the first of a layer at the top.

    Layers stand where ``nx.multipartite_layout`` puts them, each over the whole height; ``gaps``
    sets the items of a plan apart.
    """
    ordered = {at: list(layer) for at, layer in enumerate(layers)}
    laid = nx.multipartite_layout(
        graph.subgraph(node for layer in layers for node in layer), subset_key=ordered
    )
    left, right = min(x for x, _ in laid.values()), max(x for x, _ in laid.values())
    wide = right - left or 1.0
    places: Places = {}
    for layer in layers:
        groups = [(graph.nodes[node]["plan"], graph.nodes[node]["item"]) for node in layer]
        tops = rows_with_gaps(groups if gaps else [0] * len(layer), gap=GAP)
        for node, top in zip(layer, tops, strict=True):
            height = 1 - top / tops[-1] if tops[-1] else 0.5
            places[node] = (float(laid[node][0] - left) / wide, height)
    return places


def _printed(node: str) -> tuple[str, list[tuple[int, str]]]:
    """Return what sorts duties by plan and printed number (2 before 10)."""
    plan, _, number = node.partition("#")
    parts = re.findall(r"(\d+)([a-z]*)", number)
    return plan, [(int(digits), letter) for digits, letter in parts]

"""Who shares duties with whom: the network of responsible units."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product
from typing import TYPE_CHECKING, TypeAlias

from wpnet.corpus import Corpus
from wpnet.network.graphs import Duties, compared, duty_graph
from wpnet.network.places import place_of_plan

if TYPE_CHECKING:
    import networkx as nx

Units: TypeAlias = "nx.Graph[str]"


def unit_projection(corpus: Corpus, graph: Duties | None = None, *, groups: bool = False) -> Units:
    """Return the network of units: two are joined where they answer for the same duty, or where a
    duty of the one leads to a duty of the other.

    Nodes are unit ids with ``name``, ``kind``, ``place``, ``level`` and ``duties`` (how many);
    edges have ``shared`` (duties of both), ``linked`` (links from one's duty to the other's) and
    ``weight``, their sum. Units of different levels are joined by links only.

    Args:
        corpus: where units are described.
        graph: the network of duties; by default ``corpus.cascade()`` with all accepted links.
        groups: keep 各科室、单位 and the like, which are nobody in particular.

    Raises :class:`~wpnet.errors.WpnetError` for a graph that is no network of duties.
    """
    import networkx as nx

    duties = duty_graph(corpus) if graph is None else graph
    compared(duties)
    described = {unit.unit_id: unit for unit in corpus.units if groups or unit.kind == "unit"}
    of = {
        node: [unit for unit in data["unit_ids"].split(";") if unit in described]
        for node, data in duties.nodes(data=True)
    }
    found: Units = nx.Graph(name="wpnet units")
    for node, units in of.items():
        plan = corpus.plan(duties.nodes[node]["plan"])
        for unit in units:
            if unit not in found:
                known = described[unit]
                facts = {"place": place_of_plan(plan), "level": plan.level, "duties": 0}
                found.add_node(unit, name=known.name, label=known.name, kind=known.kind, **facts)
            found.nodes[unit]["duties"] += 1
        _join(found, combinations(units, 2), "shared")
    for source, target in duties.edges:
        _join(found, product(of[source], of[target]), "linked")
    return found


def _join(graph: Units, pairs: Iterable[tuple[str, str]], what: str) -> None:
    for one, other in pairs:
        if one == other:
            continue
        if not graph.has_edge(one, other):
            graph.add_edge(one, other, shared=0, linked=0, weight=0)
        edge = graph.edges[one, other]
        edge[what] += 1
        edge["weight"] += 1

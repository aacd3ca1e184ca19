"""Who is reached, by which chain of links, and who has no origin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import prod

import networkx as nx
import pandas as pd

from wpnet.errors import WpnetError
from wpnet.network.graphs import Duties, compared, not_held, plan_ids

#: From the widest to the narrowest.
LEVELS = ("national", "provincial", "municipal", "district")
REACHED = ("direct", "by way of another plan", "not reached", "not held")
STANDING = ("one duty", "no single duty", "not compared")


def reach(graph: Duties, source: str, targets: str | Sequence[str] | None = None) -> pd.DataFrame:
    """Return how every duty of a plan reaches the other plans: a row a duty, a column a plan.

    Values are ordered categories: ``direct`` (a link), ``by way of another plan`` (a chain of links
    only), ``not reached``; ``not held`` in the column of a plan that is cited only: nothing is
    known of it.

    Raises :class:`~wpnet.errors.UnknownName` for a plan that the network lacks there.
    """
    pairs = compared(graph)
    plan_ids(graph, source, (pair[0] for pair in pairs), "source")
    ends = plan_ids(graph, targets, (pair[1] for pair in pairs if pair[1] != source), "target")
    home = nx.get_node_attributes(graph, "plan")
    missing = set(not_held(graph))
    rows = {}
    for duty in duties_of(graph, source):
        near = {home[node] for node in graph.successors(duty)}
        far = {home[node] for node in nx.descendants(graph, duty)}
        rows[duty] = [
            REACHED[3 if end in missing else 0 if end in near else 1 if end in far else 2]
            for end in ends
        ]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=ends)
    table.index.name = "source_id"
    return table.astype(pd.CategoricalDtype(list(REACHED), ordered=True))


def paths(
    graph: Duties,
    source: str,
    targets: str | Sequence[str] | None = None,
    *,
    longest: int = 3,
) -> pd.DataFrame:
    """Return the chains of at least two links from a plan's duties to duties of other plans.

    Columns: ``source_id``, ``via`` (list of ids), ``target_id``, ``score`` of the whole chain (the
    product of its links' scores: the chance that all of them hold, were they independent),
    ``weakest`` (the least score), ``direct_score`` (of the link from end to end, NaN without one)
    and ``standing``: ``one duty`` where the direct link is there too, ``no single duty`` where the
    plans were compared and it is not (a chain of resemblances: first and last say different
    things), ``not compared`` where nothing is known.

    Args:
        graph: the network of duties; with both relations, there are chains by way of years.
        source: the plan in which chains begin.
        targets: where they end; by default any plan.
        longest: links in a chain at most.

    Raises :class:`~wpnet.errors.UnknownName` for a plan that the network lacks there.
    """
    if longest < 2:
        raise WpnetError(f"longest={longest}: a chain has at least two links")
    pairs = compared(graph)
    plan_ids(graph, source, (pair[0] for pair in pairs), "source")
    chosen = plan_ids(graph, targets, (pair[1] for pair in pairs if pair[1] != source), "target")
    ends = {node for plan in chosen for node in duties_of(graph, plan)}
    rows = []
    for duty in duties_of(graph, source):
        for chain in nx.all_simple_paths(graph, duty, ends - {duty}, cutoff=longest):
            if len(chain) > 2:
                rows.append(_chain(graph, chain, pairs))
    names = ["source_id", "via", "target_id", "score", "weakest", "direct_score", "standing"]
    table = pd.DataFrame(rows, columns=names)
    table["standing"] = table["standing"].astype(pd.CategoricalDtype(list(STANDING)))
    order = ["source_id", "score", "target_id"]
    return table.sort_values(order, ascending=[True, False, True], ignore_index=True)


def orphans(graph: Duties, plan: str) -> pd.DataFrame:
    """Return the duties of a plan that come from no duty of a higher level, by whatever chain.

    "No origin" holds for this network only: its plans, its links, its least score. Look for a
    weaker one with ``corpus.cascade(status=None)``.

    Raises :class:`~wpnet.errors.UnknownName` where the network has no such target, and
    :class:`~wpnet.errors.WpnetError` where it holds no plan of a higher level.
    """
    plan_ids(graph, plan, (pair[1] for pair in compared(graph)), "target")
    if plan in not_held(graph):
        raise WpnetError(f"{plan} is cited but not held: there are no duties to look at")
    rank = {
        node: LEVELS.index(level) if level in LEVELS else len(LEVELS)
        for node, level in nx.get_node_attributes(graph, "level").items()
    }
    own = duties_of(graph, plan)
    if not own or min(rank.values()) >= rank[own[0]]:
        raise WpnetError(f"the network holds no plan above {plan}, so that every duty is an orphan")
    rows = [
        [
            node,
            graph.nodes[node]["text"],
            [unit for unit in graph.nodes[node]["units"].split(";") if unit],
        ]
        for node in own
        if all(rank[origin] >= rank[node] for origin in nx.ancestors(graph, node))
    ]
    return pd.DataFrame(rows, columns=["requirement_id", "text", "units"])


def duties_of(graph: Duties, plan: str) -> list[str]:
    """Return the duties of a plan, in the order of its text."""
    return [node for node, data in graph.nodes(data=True) if data["plan"] == plan]


def _chain(graph: Duties, chain: Sequence[str], pairs: set[tuple[str, str]]) -> list[object]:
    scores = [graph.edges[link]["score"] for link in pairwise(chain)]
    first, last = chain[0], chain[-1]
    direct = graph.edges[first, last]["score"] if graph.has_edge(first, last) else float("nan")
    if graph.has_edge(first, last):
        standing = STANDING[0]
    else:
        plans = graph.nodes[first]["plan"], graph.nodes[last]["plan"]
        standing = STANDING[1] if plans in pairs else STANDING[2]
    score = round(prod(scores), 4)
    return [first, list(chain[1:-1]), last, score, min(scores), direct, standing]

"""The network of duties: a plain ``networkx.DiGraph`` whose nodes and edges say what they are."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, get_args

from wpnet.cascade.graph import requirement_label
from wpnet.corpus import Corpus
from wpnet.errors import NotHeldWarning, UnknownName, WpnetError
from wpnet.model import Link, LinkStatus, Plan, Relation, Requirement
from wpnet.network.places import place_of_plan

if TYPE_CHECKING:
    import networkx as nx

Duties: TypeAlias = "nx.DiGraph[str]"
Pair = tuple[str, str]
RELATIONS: tuple[str, ...] = get_args(Relation)
STATUSES: tuple[str, ...] = get_args(LinkStatus)


def duty_graph(
    corpus: Corpus,
    *,
    source: str | Sequence[str] | None = None,
    targets: str | Sequence[str] | None = None,
    relation: str | None = None,
    status: str | Sequence[str] | None = "accepted",
    min_score: float = 0.0,
) -> Duties:
    """Return the network of the duties of the plans that are compared; earlier or higher ones lead
    to later or lower ones.

    Nodes are all duties of these plans, linked or not, with ``plan``, ``place``, ``level``,
    ``year``, ``item`` (number and title), ``text``, ``label``, ``deadline``, and ``units`` and
    ``unit_ids`` (joined with ``;``).
    Edges have ``relation``, ``score``, ``kind``, ``status``, ``decided_by``, ``shared_text``. All
    values are text or numbers, so that ``nx.write_graphml`` and ``nx.write_gexf`` take the graph as
    it is. ``graph.graph["compared"]`` names the pairs of plans that were compared.

    A plan that is cited but not held has no text, so that nothing is known of its duties: it is
    left out of the network, named in ``graph.graph["not_held"]``, and a
    :class:`~wpnet.errors.NotHeldWarning` says so.

    Args:
        corpus: where it is taken from.
        source: plan or plans that links may leave; by default every one.
        targets: plan or plans that links may reach; by default every one.
        relation: ``cascade`` or ``evolution``; by default both.
        status: one or several of accepted, candidate, rejected, suspect; ``None`` is all of them.
        min_score: the least score of a link.

    Raises:
        UnknownName: a plan is not in the corpus.
        WpnetError: a filter has a value that it cannot have, or the plans are not compared.
    """
    import networkx as nx

    _check(relation, status, min_score)
    sources, ends = _side(corpus, source), _side(corpus, targets)
    missing = _warned(sources.missing | ends.missing)
    pairs = _pairs(corpus, sources, ends, relation)
    wanted = set(STATUSES if status is None else _several(status))
    graph: Duties = nx.DiGraph(
        name="wpnet duties",
        compared=";".join(f"{one}>{other}" for one, other in sorted(pairs)),
        not_held=";".join(missing),
    )
    homes = {plan_id for pair in pairs for plan_id in pair}
    for duty in sorted(corpus.requirements, key=lambda one: (one.plan_id, one.start)):
        if duty.kind == "duty" and duty.plan_id in homes:
            graph.add_node(duty.requirement_id, **_node(corpus, duty))
    for link in sorted(corpus.links, key=lambda one: (one.source_id, one.target_id)):
        fits = relation in (None, link.relation) and link.status in wanted
        if fits and link.score >= min_score and plans_of(link) in pairs:
            graph.add_edge(link.source_id, link.target_id, **_edge(link))
    return graph


def around(graph: Duties, *requirement_ids: str) -> Duties:
    """Return what leads to some duties and what they lead to: the part of a network around them.

    Empty where the plan is not held.

    Example:
        >>> import wpnet
        >>> graph = wpnet.open_corpus().cascade(relation="cascade")
        >>> "shanghai-hrss-2023#3.2.4" in around(graph, "shanghai-hrss-2023#3.2.4")
        True

    Raises :class:`~wpnet.errors.UnknownName` for an id that is no duty of the network.
    """
    import networkx as nx

    compared(graph)
    found: set[str] = set()
    for name in requirement_ids:
        if name in graph:
            found |= {name} | nx.ancestors(graph, name) | nx.descendants(graph, name)
        elif name.partition("#")[0] not in not_held(graph):
            near = ", ".join(difflib.get_close_matches(name, sorted(graph), n=3))
            raise UnknownName(f"{name!r} is no duty of this network; near: {near or 'none'}")
    return graph.subgraph(sorted(found))


def plans_of(link: Link) -> Pair:
    """Return the plans at both ends of a link."""
    return link.source_id.partition("#")[0], link.target_id.partition("#")[0]


def compared(graph: Duties) -> set[Pair]:
    """Return the pairs of plans that were compared to make a network of duties.

    Raises :class:`~wpnet.errors.WpnetError` for another graph.
    """
    try:
        said = graph.graph["compared"]
    except (AttributeError, KeyError):
        raise WpnetError(
            "this is no network of duties; take the graph that corpus.cascade() gives"
        ) from None
    pairs = (pair.partition(">") for pair in said.split(";") if pair)
    return {(one, other) for one, _, other in pairs}


def not_held(graph: Duties) -> list[str]:
    """Return the plans that a network was asked for but that nobody holds."""
    return [name for name in graph.graph.get("not_held", "").split(";") if name]


def plan_ids(
    graph: Duties, asked: str | Sequence[str] | None, known: Iterable[str], what: str
) -> list[str]:
    """Return the plans asked for, or all that there are; one that is not held may be asked for.

    Raises :class:`~wpnet.errors.UnknownName` for one that the network lacks in that part.
    """
    there = sorted(set(known))
    wanted = there if asked is None else _several(asked)
    missing = not_held(graph)
    for name in wanted:
        if name not in there and name not in missing:
            raise UnknownName(f"{name!r} is no {what} of this network: {', '.join(there)}")
    return wanted


def _check(relation: str | None, status: str | Sequence[str] | None, min_score: float) -> None:
    if relation is not None and relation not in RELATIONS:
        raise WpnetError(f"relation {relation!r} is none of {', '.join(RELATIONS)}")
    asked = [] if status is None else _several(status)
    wrong = [name for name in asked if name not in STATUSES]
    if wrong or (status is not None and not asked):
        said = repr(wrong[0]) if wrong else "[]"
        raise WpnetError(f"status {said} is none of {', '.join(STATUSES)}")
    if isinstance(min_score, bool | str) or not 0 <= min_score <= 1:
        raise WpnetError(f"min_score {min_score!r} is no number from 0 to 1")


class _Side(NamedTuple):
    """The plans asked for on one side of the links: those held (all: ``None``), those not held."""

    held: set[str] | None
    missing: set[str]

    def takes(self, plan_id: str) -> bool:
        return self.held is None or plan_id in self.held


def _side(corpus: Corpus, names: str | Sequence[str] | None) -> _Side:
    if names is None:
        return _Side(None, set())
    missing = {name for name in _several(names) if not corpus.plan(name).held}
    return _Side(set(_several(names)) - missing, missing)


def _warned(missing: set[str]) -> list[str]:
    """Say which plans are not held, to whoever asked for them."""
    named = sorted(missing)
    if named:
        warnings.warn(
            f"{', '.join(named)}: cited but not held, so that nothing is known of its duties; "
            "the network is without it",
            NotHeldWarning,
            stacklevel=4,
        )
    return named


def _pairs(corpus: Corpus, sources: _Side, ends: _Side, relation: str | None) -> set[Pair]:
    """Return the pairs of plans that were compared and that are asked for.

    A plan that would be compared with nothing is an error, but for those that may belong to plans
    that are not held.
    """
    known = {
        (row.source_id.partition("#")[0], row.target_plan_id)
        for row in corpus.coverage
        if relation in (None, row.relation)
    }
    known |= {plans_of(link) for link in corpus.links if relation in (None, link.relation)}
    pairs = {pair for pair in known if sources.takes(pair[0]) and ends.takes(pair[1])}
    alone: set[str] = set()
    if not ends.missing:
        alone |= (sources.held or set()) - {pair[0] for pair in pairs}
    if not sources.missing:
        alone |= (ends.held or set()) - {pair[1] for pair in pairs}
    if alone or not (pairs or sources.missing or ends.missing):
        what = f" by {relation}" if relation else ""
        pairs_known = ", ".join(f"{one} > {other}" for one, other in sorted(known))
        raise WpnetError(
            f"{', '.join(sorted(alone)) or 'no plan'} is not compared{what} with the other plans "
            f"asked for; compared are {pairs_known or 'none'}"
        )
    return pairs


def _several(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _node(corpus: Corpus, duty: Requirement) -> dict[str, Any]:
    plan = corpus.plan_by_id.get(duty.plan_id) or Plan(duty.plan_id)
    entries = corpus.units_of.get(duty.requirement_id, ())
    return {
        "plan": plan.plan_id,
        "place": place_of_plan(plan),
        "level": plan.level,
        "year": plan.year,
        "item": _item(duty),
        "label": requirement_label(duty),
        "text": duty.text,
        "units": ";".join(dict.fromkeys(entry.unit_as_written for entry in entries)),
        "unit_ids": ";".join(dict.fromkeys(entry.unit_id for entry in entries)),
        "deadline": duty.deadline,
    }


def _item(duty: Requirement) -> str:
    """Return number and title of the item, or of the section where there is none."""
    number = f"{duty.section_no}.{duty.item_no}" if duty.item_no else str(duty.section_no)
    return f"{number} {duty.item_title or duty.section_title}".rstrip()


def _edge(link: Link) -> dict[str, Any]:
    return {
        "relation": link.relation,
        "score": link.score,
        "kind": link.kind,
        "status": link.status,
        "decided_by": link.decided_by,
        "shared_text": link.shared_text,
    }

"""The network of duties: a plain ``networkx.DiGraph`` whose nodes and edges say what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from wpnet.cascade.graph import requirement_label
from wpnet.corpus import Corpus
from wpnet.errors import UnknownName, WpnetError
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
    ``year``, ``text``, ``label``, ``units`` and ``unit_ids`` (joined with ``;``), ``deadline``.
    Edges have ``relation``, ``score``, ``kind``, ``status``, ``decided_by``, ``shared_text``. All
    values are text or numbers, so that ``nx.write_graphml`` and ``nx.write_gexf`` take the graph as
    it is.
    ``graph["compared"]`` names the pairs of plans that were compared.

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
    pairs = _pairs(corpus, source, targets, relation)
    wanted = set(STATUSES if status is None else _several(status))
    graph: Duties = nx.DiGraph(
        name="wpnet duties", compared=";".join(f"{one}>{other}" for one, other in sorted(pairs))
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
    return {(one, other) for one, _, other in (pair.partition(">") for pair in said.split(";"))}


def plan_ids(
    graph: Duties, asked: str | Sequence[str] | None, known: Iterable[str], what: str
) -> list[str]:
    """Return the plans asked for, or all that there are.

    Raises :class:`~wpnet.errors.UnknownName` for one that the network lacks in that part.
    """
    there = sorted(set(known))
    wanted = there if asked is None else _several(asked)
    for name in wanted:
        if name not in there:
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


def _pairs(
    corpus: Corpus,
    source: str | Sequence[str] | None,
    targets: str | Sequence[str] | None,
    relation: str | None,
) -> set[Pair]:
    """Return the pairs of plans that were compared and that are asked for."""
    known = {
        (row.source_id.partition("#")[0], row.target_plan_id)
        for row in corpus.coverage
        if relation in (None, row.relation)
    }
    known |= {plans_of(link) for link in corpus.links if relation in (None, link.relation)}
    sources = None if source is None else {_held(corpus, name) for name in _several(source)}
    ends = None if targets is None else {_held(corpus, name) for name in _several(targets)}
    pairs = {
        pair
        for pair in known
        if (sources is None or pair[0] in sources) and (ends is None or pair[1] in ends)
    }
    lost = sorted((sources or set()) - {pair[0] for pair in pairs})
    lost += sorted((ends or set()) - {pair[1] for pair in pairs})
    if lost or not pairs:
        what = f" by {relation}" if relation else ""
        pairs_known = ", ".join(f"{one} > {other}" for one, other in sorted(known))
        raise WpnetError(
            f"{', '.join(lost) or 'no plan'} is not compared{what} with the other plans asked for; "
            f"compared are {pairs_known or 'none'}"
        )
    return pairs


def _held(corpus: Corpus, plan_id: str) -> str:
    if not corpus.plan(plan_id).held:
        raise WpnetError(f"{plan_id} is cited but not held: there is no text to compare")
    return plan_id


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
        "label": requirement_label(duty),
        "text": duty.text,
        "units": ";".join(dict.fromkeys(entry.unit_as_written for entry in entries)),
        "unit_ids": ";".join(dict.fromkeys(entry.unit_id for entry in entries)),
        "deadline": duty.deadline,
    }


def _edge(link: Link) -> dict[str, Any]:
    return {
        "relation": link.relation,
        "score": link.score,
        "kind": link.kind,
        "status": link.status,
        "decided_by": link.decided_by,
        "shared_text": link.shared_text,
    }

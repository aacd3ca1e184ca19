"""The network as GraphML, written node by node from the records: the same bytes in flat memory.

:func:`wpnet.cascade.graph.graph_bytes` needs the whole network three times in memory (about 1 MB a
plan); this needs the records alone. It is for exports of large corpora.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from wpnet.cascade import graph as network
from wpnet.errors import CorpusError
from wpnet.model import Assignment, Citation, Link, Plan, Requirement, Unit

T = TypeVar("T")
#: A node with its attributes, and an edge behind its two ends and its key.
Node = tuple[str, dict[str, Any]]
Edge = tuple[str, str, str, dict[str, Any]]
_HEAD = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
_TYPES = {str: "string", int: "long", float: "double", bool: "boolean"}
_ATTRIBUTE = {'"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"}
_LINES_A_PART = 2_000


def graphml_parts(
    plans: Sequence[Plan],
    requirements: Sequence[Requirement],
    assignments: Sequence[Assignment] = (),
    units: Sequence[Unit] = (),
    citations: Sequence[Citation] = (),
    links: Sequence[Link] = (),
    *,
    weighted: bool = False,
) -> Iterator[bytes]:
    """Yield the parts of a GraphML file of all records.

    Args:
        weighted: give every edge a ``weight``, by which Gephi draws: a link's score and else 1.

    Raises:
        CorpusError: as :func:`wpnet.cascade.graph.build_graph` does.

    Example:
        >>> b"".join(graphml_parts([Plan("a-hrss-2023", year=2023)], [])).count(b"<edge ")
        1
    """
    stream = _Stream(plans, requirements, units, weighted)
    stream.group(assignments, citations, links)
    keys = _Keys()
    keys.add("graph", {"name": "wpnet"})
    for kind, node in stream.first_of_each_kind():
        keys.add(kind, node)
    head = [_HEAD, *keys.lines(), '  <graph edgedefault="directed">\n']
    foot = [f'    <data key="{keys.of("graph", "name", str)}">wpnet</data>\n']
    lines = chain(
        head,
        (_node(keys, node) for node in stream.nodes()),
        (_edge(keys, edge) for edge in stream.edges()),
        foot,
        ["  </graph>\n</graphml>\n"],
    )
    part: list[str] = []
    for line in lines:
        part.append(line)
        if len(part) >= _LINES_A_PART:
            yield "".join(part).encode("utf-8")
            part = []
    yield "".join(part).encode("utf-8")


class _Keys:
    """The declarations of attributes, numbered as they first appear."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, type], str] = {}

    def add(self, scope: str, data: Mapping[str, Any]) -> None:
        for name, value in data.items():
            self._numbers.setdefault((scope, name, type(value)), f"d{len(self._numbers)}")

    def of(self, scope: str, name: str, kind: type) -> str:
        return self._numbers[scope, name, kind]

    def lines(self) -> Iterator[str]:
        for (scope, name, kind), number in reversed(self._numbers.items()):
            yield (
                f'  <key id="{number}" for="{scope}" attr.name="{name}" '
                f'attr.type="{_TYPES[kind]}" />\n'
            )


def _node(keys: _Keys, node: Node) -> str:
    name, data = node
    return f'    <node id="{_quoted(name)}">\n{_data(keys, "node", data)}    </node>\n'


def _edge(keys: _Keys, edge: Edge) -> str:
    source, target, key, data = edge
    ends = f'source="{_quoted(source)}" target="{_quoted(target)}"'
    name = _quoted(f"{key} {source} {target}")
    return f'    <edge {ends} id="{name}">\n{_data(keys, "edge", data)}    </edge>\n'


def _data(keys: _Keys, scope: str, data: Mapping[str, Any]) -> str:
    lines = []
    for name, value in data.items():
        key, text = keys.of(scope, name, type(value)), str(value)
        lines.append(
            f'      <data key="{key}">{escape(text)}</data>\n'
            if text
            else f'      <data key="{key}" />\n'
        )
    return "".join(lines)


def _quoted(text: str) -> str:
    return escape(text, _ATTRIBUTE)


class _Stream:
    """The nodes and edges of the records in the order in which networkx gives them."""

    def __init__(
        self,
        plans: Sequence[Plan],
        requirements: Sequence[Requirement],
        units: Sequence[Unit],
        weighted: bool,
    ) -> None:
        self.weighted = weighted
        self.plans = sorted(plans, key=lambda entry: entry.plan_id)
        self.requirements = sorted(
            requirements, key=lambda r: (r.plan_id, r.start, r.requirement_id)
        )
        self.units = sorted(units, key=lambda entry: entry.unit_id)
        self.years = sorted({plan.year for plan in plans if plan.year})
        self.by_plan = {plan.plan_id: plan for plan in plans}
        self.ends: dict[str, dict[str, Any]] = {}
        for plan in self.plans:
            self._know(plan.plan_id, {"kind": "plan", "year": plan.year})
        for entry in self.requirements:
            self._know(entry.requirement_id, {"kind": "requirement", "plan_id": entry.plan_id})
        for unit in self.units:
            self._know(unit.unit_id, {"kind": "unit"})
        for year in self.years:
            self._know(f"year:{year}", {"kind": "year"})

    def _know(self, name: str, data: dict[str, Any]) -> None:
        if name in self.ends:
            raise CorpusError(f"Two records have the id {name!r}: ids must be unique in a corpus.")
        self.ends[name] = data

    def group(
        self,
        assignments: Sequence[Assignment],
        citations: Sequence[Citation],
        links: Sequence[Link],
    ) -> None:
        """Put what leaves a node beside it."""
        self.assigned = _grouped(assignments, lambda entry: entry.requirement_id)
        self.cited = _grouped(citations, lambda entry: entry.plan_id)
        self.taken = _grouped(links, lambda entry: entry.source_id)
        self.held = _grouped(self.requirements, lambda entry: entry.plan_id)
        self.next = _grouped(network.precedes(self.plans), lambda edge: edge[0])
        for what, known in (
            ("assigned_to", self.assigned),
            ("cites", self.cited),
            ("link", self.taken),
            ("contains", self.held),
        ):
            for name in known:
                if name not in self.ends:
                    raise CorpusError(f"A {what} record names {name!r}, which is in no table.")

    def nodes(self) -> Iterator[Node]:
        for plan in self.plans:
            yield _plain(network.plan_node(plan))
        for entry in self.requirements:
            yield _plain(network.requirement_node(entry))
        for unit in self.units:
            yield _plain(network.unit_node(unit))
        for year in self.years:
            yield _plain(network.year_node(year))

    def edges(self) -> Iterator[Edge]:
        for plan in self.plans:
            name = plan.plan_id
            yield from self._of(
                [
                    *network.contains(self.held.get(name, ())),
                    *network.cites(self.cited.get(name, ())),
                    *network.in_year([plan], (), self.by_plan),
                    *self.next.get(name, ()),
                ]
            )
        for entry in self.requirements:
            name = entry.requirement_id
            yield from self._of(
                [
                    *network.assigned(self.assigned.get(name, ())),
                    *network.in_year((), [entry], self.by_plan),
                    *network.taken_up(self.taken.get(name, ())),
                ]
            )

    def _of(self, edges: list[Edge]) -> Iterator[Edge]:
        """Yield the edges of one node, those to one end together, each key once."""
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for source, target, key, data in sorted(edges, key=network.edge_order):
            kind = key.partition("/")[0]
            if target not in self.ends:
                raise CorpusError(f"A {kind} record names {target!r}, which is in no table.")
            network.check_edge(self.ends, source, target, kind)
            network.check_link(source, target, kind, data)
            whole = found.setdefault(target, {}).setdefault(key, {})
            whole.update(kind=kind, label=network.EDGE_KINDS[kind][2], **data)
        source = edges[0][0] if edges else ""
        for target, keyed in found.items():
            for key, data in keyed.items():
                if self.weighted:
                    data["weight"] = float(data.get("score", 1.0))
                yield source, target, key, network.plain_items(data)

    def first_of_each_kind(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield a node and an edge of every kind in the order in which kinds appear.

        All of a kind have the same attributes of the same types.
        """
        for some in (
            [network.plan_node(plan) for plan in self.plans[:1]],
            [network.requirement_node(entry) for entry in self.requirements[:1]],
            [network.unit_node(unit) for unit in self.units[:1]],
            [network.year_node(year) for year in self.years[:1]],
        ):
            for _, data in some:
                yield "node", network.plain_items(data)
        left = self._kinds_of_edges()
        for _, _, key, data in self.edges():
            kind = key.partition("/")[0]
            if kind in left:
                yield "edge", data
                left.remove(kind)
                if not left:
                    return

    def _kinds_of_edges(self) -> set[str]:
        """Return the kinds of edges that there are, so that nobody looks for others."""
        relations = {link.relation for links in self.taken.values() for link in links}
        there = {
            "contains": self.held,
            "assigned_to": self.assigned,
            "cites": any(True for found in self.cited.values() for _ in network.cites(found)),
            "in_year": self.years,
            "precedes": self.next,
        }
        return {kind for kind, any_of_it in there.items() if any_of_it} | {
            kind for relation, kind in network.LINK_EDGES.items() if relation in relations
        }


def _plain(node: Node) -> Node:
    return node[0], network.plain_items(node[1])


def _grouped(entries: Iterable[T], name: Callable[[T], str]) -> dict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for entry in entries:
        found[name(entry)].append(entry)
    return dict(found)

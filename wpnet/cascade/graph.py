"""The network of plans, requirements, units and years, and its files.

One ``networkx.MultiDiGraph`` holds everything that the tables say. Node keys are the ids of the
tables (``shanghai-hrss-2023``, ``shanghai-hrss-2023#2.1.3``, ``jiading-hrss/办公室``) and
``year:2023``; edge keys are the edge's kind, with what tells parallel edges apart behind a slash
(``assigned_to/responsible/item``). Three record fields are renamed, since the node or edge kind,
and GEXF, claim their names: ``kind`` becomes ``requirement_kind``, ``unit_kind`` or ``link_kind``,
``start`` and ``end`` become ``text_start`` and ``text_end``.
"""

from __future__ import annotations

import io
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from wpnet.errors import CorpusError
from wpnet.model import Assignment, Citation, Link, Plan, Requirement, Unit

if TYPE_CHECKING:
    import networkx as nx

Graph: TypeAlias = "nx.MultiDiGraph[str]"
GraphFormat = Literal["graphml", "gexf", "json"]

NODE_KINDS = ("plan", "requirement", "unit", "year")
#: Edge kind -> the node kinds it joins and its Chinese label.
EDGE_KINDS: dict[str, tuple[str, str, str]] = {
    "contains": ("plan", "requirement", "包含"),
    "assigned_to": ("requirement", "unit", "责任单位"),
    "cites": ("plan", "plan", "引用"),
    "in_year": ("plan requirement", "year", "年度"),
    "precedes": ("plan", "plan", "下一年度"),
    "cascades_to": ("requirement", "requirement", "上下级承接"),
    "evolves_into": ("requirement", "requirement", "年度演变"),
}
LINK_EDGES = {"cascade": "cascades_to", "evolution": "evolves_into"}
#: Characters of a requirement's text in its label: more would cover its neighbours in Gephi.
LABEL_LENGTH = 24
_RENAMED = {"start": "text_start", "end": "text_end"}
# What XML 1.0 cannot hold: controls, lone surrogates, and the two non-characters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("[\t\n\r\u2028\u2029]+")


def build_graph(
    plans: Sequence[Plan],
    requirements: Sequence[Requirement],
    assignments: Sequence[Assignment] = (),
    units: Sequence[Unit] = (),
    citations: Sequence[Citation] = (),
    links: Sequence[Link] = (),
) -> Graph:
    """Return the network of the records; its order does not depend on theirs.

    Links of every status become edges: look at ``status`` before counting. Citations without a
    ``cited_plan_id`` (laws) and of a plan by itself are no edges.

    Raises :class:`~wpnet.errors.CorpusError` when a record names one that is not there, or when
    two records have the same id.

    >>> graph = build_graph([Plan("a-hrss-2023", year=2023)], [])
    >>> list(graph.edges(keys=True))
    [('a-hrss-2023', 'year:2023', 'in_year')]
    """
    import networkx as nx

    graph: Graph = nx.MultiDiGraph(name="wpnet")
    by_plan = {plan.plan_id: plan for plan in plans}
    for plan in sorted(plans, key=lambda entry: entry.plan_id):
        _add_node(graph, *plan_node(plan))
    for entry in sorted(requirements, key=lambda r: (r.plan_id, r.start, r.requirement_id)):
        _add_node(graph, *requirement_node(entry))
    for unit in sorted(units, key=lambda entry: entry.unit_id):
        _add_node(graph, *unit_node(unit))
    for year in sorted({plan.year for plan in plans if plan.year}):
        _add_node(graph, *year_node(year))
    edges = [
        *contains(requirements),
        *assigned(assignments),
        *cites(citations),
        *in_year(plans, requirements, by_plan),
        *precedes(plans),
        *taken_up(links),
    ]
    for source, target, key, data in sorted(edges, key=edge_order):
        _add_edge(graph, source, target, key, data)
    validate_graph(graph)
    return graph


def requirement_label(requirement: Requirement) -> str:
    """Return the label of a requirement: its printed path and the head of its text.

    >>> text = "强化政府信息管理，按要求完成公文备案及历史公文公开属性重新认定工作。"
    >>> requirement_label(Requirement("p#2.1.3", "p", "duty", 2, "", 1, "", 0, "", 3, text, 0, 34))
    '2.1.3 强化政府信息管理，按要求完成公文备案及历史公文公…'
    """
    path = requirement.requirement_id.partition("#")[2] or requirement.requirement_id
    text = requirement.text
    head = text if len(text) <= LABEL_LENGTH else text[:LABEL_LENGTH] + "…"
    return f"{path} {head}"


def sanitise(graph: Graph) -> Graph:
    """Return a copy whose attributes every file format can hold.

    ``None`` and NaN become the empty string, lists and tuples are joined with ``;``, line breaks
    become spaces, control characters are removed, numbers and truth values stay, records and
    anything else are written out as text. Node keys and edge keys stay as they are.
    """
    import networkx as nx

    clean: Graph = nx.MultiDiGraph()
    clean.graph.update(plain_items(graph.graph))
    for node, data in graph.nodes(data=True):
        clean.add_node(node, **plain_items(data))
    for source, target, key, data in graph.edges(keys=True, data=True):
        clean.add_edge(source, target, key=key, **plain_items(data))
    return clean


def graph_bytes(graph: Graph, file_format: GraphFormat) -> bytes:
    """Return the bytes of a graph file: the same graph gives the same bytes, on any day.

    In ``graphml`` and ``gexf`` an edge's id is its key and both ends, since viewers want ids that
    are unique in the file; :func:`read_graph` gives the keys back. Raises ``ValueError`` for
    another format.
    """
    import networkx as nx

    clean = sanitise(graph)
    if file_format == "json":
        data = nx.node_link_data(clean, edges="edges")
        return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
    buffer = io.BytesIO()
    if file_format == "graphml":
        nx.write_graphml_xml(_with_edge_ids(clean), buffer, encoding="utf-8", prettyprint=True)
        return buffer.getvalue().rstrip(b"\n") + b"\n"
    if file_format == "gexf":
        nx.write_gexf(
            _with_gexf_ids(clean), buffer, encoding="utf-8", prettyprint=True, version="1.2draft"
        )
        text = re.sub(r' lastmodifieddate="[^"]*"', "", buffer.getvalue().decode())
        text = re.sub(r"<creator>[^<]*</creator>", "<creator>wpnet</creator>", text)
        return (text.rstrip("\n") + "\n").encode()
    raise ValueError(f"graph format {file_format!r} is none of graphml, gexf, json")


def read_graph(path: str | Path) -> Graph:
    """Read a graph that :func:`graph_bytes` wrote; the suffix tells the format.

    Raises :class:`~wpnet.errors.CorpusError` when the file cannot be read as such a graph.
    """
    import networkx as nx

    path = Path(path)
    try:
        if path.suffix == ".json":
            data = json.loads(path.read_text(encoding="utf-8"))
            graph = _with_plain_keys(nx.node_link_graph(data, edges="edges"))
        elif path.suffix == ".graphml":
            graph = _with_plain_keys(nx.read_graphml(path, force_multigraph=True))
        elif path.suffix == ".gexf":
            graph = _with_plain_keys(nx.read_gexf(path))
        else:
            raise CorpusError(f"{path.name}: a graph file ends in .graphml, .gexf or .json")
    except (OSError, ValueError, KeyError, SyntaxError, nx.NetworkXException) as fault:
        raise CorpusError(f"{path.name} cannot be read as a graph of wpnet: {fault}") from fault
    validate_graph(graph)
    return graph


def validate_graph(graph: Graph) -> None:
    """Raise :class:`~wpnet.errors.CorpusError` unless the graph keeps to the contract.

    Every node has a known kind and a label; every edge has a known kind, joins the kinds of nodes
    that it may join, and never leads from a later plan's requirement to an earlier one's; every
    requirement lies in one plan; links have a score from 0 to 1 and a status.
    """
    for node, data in graph.nodes(data=True):
        if data.get("kind") not in NODE_KINDS:
            raise CorpusError(f"Graph node {node!r} has the unknown kind {data.get('kind')!r}.")
        if not data.get("label"):
            raise CorpusError(f"Graph node {node!r} has no label.")
    homes: dict[str, int] = defaultdict(int)
    for source, target, data in graph.edges(data=True):
        kind = str(data.get("kind"))
        check_edge(graph.nodes, source, target, kind)
        check_link(source, target, kind, data)
        if kind == "contains":
            homes[target] += 1
    for node, data in graph.nodes(data=True):
        if data["kind"] == "requirement" and homes[node] != 1:
            raise CorpusError(f"Requirement {node} lies in {homes[node]} plans instead of one.")


def check_link(source: str, target: str, kind: str, data: Mapping[str, Any]) -> None:
    """Raise :class:`~wpnet.errors.CorpusError` for a link without a score or a status."""
    if kind in LINK_EDGES.values() and not (
        0 <= float(data.get("score", -1)) <= 1 and data.get("status")
    ):
        raise CorpusError(f"The link from {source} to {target} lacks a score or a status.")


def check_edge(nodes: Mapping[str, Mapping[str, Any]], source: str, target: str, kind: str) -> None:
    """Raise :class:`~wpnet.errors.CorpusError` for an edge that joins what it must not."""
    if kind not in EDGE_KINDS:
        raise CorpusError(f"The edge from {source} to {target} has the unknown kind {kind!r}.")
    from_kinds, to_kind, _ = EDGE_KINDS[kind]
    ends = nodes[source]["kind"], nodes[target]["kind"]
    if ends[0] not in from_kinds.split() or ends[1] != to_kind:
        raise CorpusError(f"A {kind} edge cannot lead from a {ends[0]} to a {ends[1]} ({source}).")
    if kind in LINK_EDGES.values():
        years = [nodes[nodes[node]["plan_id"]].get("year", 0) for node in (source, target)]
        if all(years) and years[0] > years[1]:
            raise CorpusError(f"{source} ({years[0]}) cannot lead to the earlier {target}.")


def plan_node(plan: Plan) -> tuple[str, dict[str, Any]]:
    """Return the id of a plan's node and its attributes."""
    return _node(plan.plan_id, "plan", plan.title or plan.plan_id, _fields(plan))


def requirement_node(entry: Requirement) -> tuple[str, dict[str, Any]]:
    """Return the id of a requirement's node and its attributes."""
    fields = _fields(entry, "requirement_kind")
    return _node(entry.requirement_id, "requirement", requirement_label(entry), fields)


def unit_node(unit: Unit) -> tuple[str, dict[str, Any]]:
    """Return the id of a unit's node and its attributes."""
    return _node(unit.unit_id, "unit", unit.name, _fields(unit, "unit_kind"))


def year_node(year: int) -> tuple[str, dict[str, Any]]:
    """Return the id of a year's node and its attributes."""
    return _node(f"year:{year}", "year", f"{year}年", {"year": year})


def _node(key: str, kind: str, label: str, fields: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return key, {"kind": kind, "label": label, **fields}


def _add_node(graph: Graph, key: str, data: Mapping[str, Any]) -> None:
    if key in graph:
        raise CorpusError(f"Two records have the id {key!r}: ids must be unique in a corpus.")
    graph.add_node(key, **data)


def _add_edge(graph: Graph, source: str, target: str, key: str, data: dict[str, Any]) -> None:
    kind = key.partition("/")[0]
    for end in (source, target):
        if end not in graph:
            raise CorpusError(f"A {kind} record names {end!r}, which is in no table.")
    graph.add_edge(source, target, key=key, kind=kind, label=EDGE_KINDS[kind][2], **data)


_Edge = tuple[str, str, str, dict[str, Any]]


def edge_order(edge: _Edge) -> tuple[int, str, str, str]:
    """Return by what edges are sorted."""
    source, target, key, _ = edge
    return (list(EDGE_KINDS).index(key.partition("/")[0]), source, target, key)


def contains(requirements: Iterable[Requirement]) -> Iterator[_Edge]:
    """Yield an edge from every plan to its requirements."""
    for entry in requirements:
        yield entry.plan_id, entry.requirement_id, "contains", {}


def assigned(assignments: Iterable[Assignment]) -> Iterator[_Edge]:
    """Yield an edge from requirements to their units."""
    for entry in assignments:
        data = {
            "role": entry.role,
            "origin": entry.origin,
            "effective": entry.effective,
            "unit_as_written": entry.unit_as_written,
        }
        key = f"assigned_to/{entry.role}/{entry.origin}"
        yield entry.requirement_id, entry.unit_id, key, data


def cites(citations: Iterable[Citation]) -> Iterator[_Edge]:
    """Yield an edge from plans to the plans they cite."""
    for entry in citations:
        if not entry.cited_plan_id or entry.cited_plan_id == entry.plan_id:
            continue
        data = {_RENAMED.get(name, name): value for name, value in _values(entry).items()}
        del data["plan_id"], data["cited_plan_id"]
        yield entry.plan_id, entry.cited_plan_id, f"cites/{entry.start}", data


def in_year(
    plans: Iterable[Plan], requirements: Iterable[Requirement], by_plan: Mapping[str, Plan]
) -> Iterator[_Edge]:
    """Yield an edge from plans and requirements to their year."""
    for plan in plans:
        if plan.year:
            yield plan.plan_id, f"year:{plan.year}", "in_year", {}
    for entry in requirements:
        home = by_plan.get(entry.plan_id)
        if home is not None and home.year:
            yield entry.requirement_id, f"year:{home.year}", "in_year", {}


def precedes(plans: Iterable[Plan]) -> Iterator[_Edge]:
    """Yield an edge from each held plan to every held plan of its issuer's next year."""
    issuers: dict[tuple[str, ...], dict[int, list[Plan]]] = defaultdict(lambda: defaultdict(list))
    for plan in plans:
        place = (plan.place_code, plan.bureau) if plan.place_code and plan.bureau else ()
        issuer = place or ((plan.issuer,) if plan.issuer else ())
        if plan.held and plan.year and issuer:
            issuers[issuer][plan.year].append(plan)
    for years in issuers.values():
        ordered = sorted(years)
        for year, later in pairwise(ordered):
            for first in years[year]:
                for second in years[later]:
                    lag = {"lag_years": later - year}
                    yield first.plan_id, second.plan_id, "precedes", lag


def taken_up(links: Iterable[Link]) -> Iterator[_Edge]:
    """Yield an edge from requirements to those that take them up."""
    for link in links:
        data = {
            "score": link.score,
            "status": link.status,
            "link_kind": link.kind,
            "decided_by": link.decided_by,
            "shared_text": link.shared_text,
        }
        yield link.source_id, link.target_id, LINK_EDGES[link.relation], data


def _values(record: Plan | Requirement | Unit | Citation) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}


def _fields(record: Plan | Requirement | Unit, kind: str = "") -> dict[str, Any]:
    renamed = {**_RENAMED, "kind": kind}
    return {renamed.get(name, name): value for name, value in _values(record).items()}


def plain_items(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes that every file format can hold."""
    return {str(name): _plain(value) for name, value in data.items()}


def _plain(value: Any) -> str | int | float | bool:
    """Return an attribute's value as text, number or truth value.

    >>> _plain(None), _plain(("甲", None, "乙")), _plain("一\\x0b\\n二"), _plain(True)
    ('', '甲;;乙', '一 二', True)
    """
    if type(value) is str and value.isprintable():  # nearly all
        return value
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, set | frozenset):
        value = sorted(value, key=str)
    if isinstance(value, list | tuple):
        return ";".join(str(_plain(part)) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return _NOT_XML.sub("", _BREAKS.sub(" ", str(value)))


def _with_edge_ids(graph: Graph) -> Graph:
    """Return the graph with edge keys that are unique in the whole file."""
    import networkx as nx

    unique: Graph = nx.MultiDiGraph()
    unique.graph.update(graph.graph)
    unique.add_nodes_from(graph.nodes(data=True))
    for source, target, key, data in graph.edges(keys=True, data=True):
        name = f"{key} {source} {target}"
        unique.add_edge(source, target, key=name, **data)
    return unique


def _with_gexf_ids(graph: Graph) -> Graph:
    """Return the graph with unique attributes ``id``, which networkx writes as GEXF edge ids."""
    unique = graph.copy()
    for source, target, key, data in unique.edges(keys=True, data=True):
        data["id"] = f"{key} {source} {target}"
    return unique


def _with_plain_keys(graph: Any) -> Graph:
    """Give edges their keys back, and drop what the reader of a format adds.

    A GEXF file without parallel edges comes as a simple graph, so the ``id`` counts first.
    """
    import networkx as nx

    plain: Graph = nx.MultiDiGraph(name="wpnet")
    plain.add_nodes_from(graph.nodes(data=True))
    edges = (
        graph.edges(keys=True, data=True)
        if graph.is_multigraph()
        else ((source, target, "", data) for source, target, data in graph.edges(data=True))
    )
    for source, target, key, data in edges:
        kept = {name: value for name, value in data.items() if name not in ("id", "networkx_key")}
        name = str(data.get("id", key)).partition(" ")[0]
        plain.add_edge(source, target, key=name, **kept)
    return plain

"""The network says what the tables say, and its files say what the network says."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from wpnet.cascade.graph import (
    EDGE_KINDS,
    Graph,
    GraphFormat,
    build_graph,
    graph_bytes,
    read_graph,
    sanitise,
    validate_graph,
)
from wpnet.errors import CorpusError
from wpnet.model import Assignment, Citation, Link, Plan, Requirement, Unit

FORMATS: tuple[GraphFormat, ...] = ("graphml", "gexf", "json")
EVERY_FORMAT = pytest.mark.parametrize("file_format", FORMATS)
HOSTILE = '做好\x00\x0b“政务”<公开>&amp;\'"]]>，\r\n换行\t\ud800\uffff；堃😀 lastmodifieddate="x"'


def plan(plan_id: str = "shanghai-hrss-2023", **changes: Any) -> Plan:
    """Build a held city plan whose year is the end of its id."""
    facts: dict[str, Any] = {
        "title": f"{plan_id}要点",
        "issuer": "上海市人力资源和社会保障局",
        "place_code": "310000",
        "bureau": "hrss",
        "year": int(plan_id[-4:]),
    }
    return Plan(plan_id, **(facts | changes))


def requirement(requirement_id: str, text: str = "做好政策解读。", start: int = 0) -> Requirement:
    """Build a duty; its plan is what stands before the ``#``."""
    home = requirement_id.partition("#")[0]
    return Requirement(
        requirement_id, home, "duty", 1, "一", 1, "", 0, "", 1, text, start, start + len(text)
    )


def link(source: str, target: str, **changes: Any) -> Link:
    """Build an accepted cascade link."""
    facts: dict[str, Any] = {
        "relation": "cascade",
        "score": 0.75,
        "kind": "adapted",
        "status": "accepted",
    }
    return Link(source, target, **(facts | changes))


def tables(text: str = "做好政策解读。") -> dict[str, list[Any]]:
    """Build a small corpus with every kind of node and edge, parallel edges included."""
    city, old, district = "shanghai-hrss-2023", "shanghai-hrss-2020", "qingpu-hrss-2024"
    duties = [f"{city}#1.1.1", f"{old}#1.1.1", f"{district}#1.1.1"]
    return {
        "plans": [
            plan(city),
            plan(old),
            plan(district, place_code="310118", issuer="青浦区人力资源和社会保障局"),
            plan("shanghai-hrss-2024", held=False, title="", issuer=""),
        ],
        "requirements": [requirement(name, text, 10) for name in duties],
        "assignments": [
            Assignment(duties[0], "shanghai-hrss/办公室", "办公室", "lead", "item", False),
            Assignment(duties[0], "shanghai-hrss/办公室", "局办公室", "responsible", "table"),
        ],
        "units": [Unit("shanghai-hrss/办公室", "办公室", "unit", "上海市", ("局办公室", "办"))],
        "citations": [
            Citation(
                district,
                5,
                9,
                "要点",
                "沪人社办〔2024〕77号",
                "parent",
                "落实",
                "shanghai-hrss-2024",
            ),
            Citation(district, 15, 19, "要点", "", "parent", "根据", "shanghai-hrss-2024"),
            Citation(district, 1, 3, "条例", "", "reference"),
            Citation(city, 1, 3, "自己", "", "self", "", city),
        ],
        "links": [
            link(duties[0], duties[2], shared_text=text),
            link(duties[1], duties[2], status="candidate"),
            link(duties[1], duties[0], relation="evolution", score=1.0, kind="verbatim"),
        ],
    }


def contents(graph: Graph) -> tuple[dict[str, Any], dict[Any, Any]]:
    """Return nodes and edges with their attributes, without regard to order."""
    nodes = {node: dict(data) for node, data in graph.nodes(data=True)}
    edges = {(s, t, key): dict(data) for s, t, key, data in graph.edges(keys=True, data=True)}
    return nodes, edges


def test_every_table_becomes_nodes_and_edges() -> None:
    """Each kind of edge of the contract is there, as often as the records say."""
    graph = build_graph(**tables())
    kinds = [data["kind"] for _, _, data in graph.edges(data=True)]
    counted = {kind: kinds.count(kind) for kind in EDGE_KINDS}
    assert counted == {
        "contains": 3,
        "assigned_to": 2,
        "cites": 2,
        "in_year": 7,
        "precedes": 1,
        "cascades_to": 2,
        "evolves_into": 1,
    }
    assert graph.nodes["shanghai-hrss-2024"]["held"] is False
    assert graph.nodes["shanghai-hrss-2024"]["label"] == "shanghai-hrss-2024"
    assert graph.has_edge("qingpu-hrss-2024", "shanghai-hrss-2024", "cites/5")
    edge = graph.edges["shanghai-hrss-2020#1.1.1", "shanghai-hrss-2023#1.1.1", "evolves_into"]
    assert (edge["score"], edge["status"], edge["label"]) == (1.0, "accepted", "年度演变")


def test_a_plan_precedes_only_the_next_held_plan_of_its_issuer() -> None:
    """Plans that are not held, and other places, are passed over."""
    years = [plan(f"shanghai-hrss-{year}") for year in (2020, 2023, 2025)]
    missing = plan("shanghai-hrss-2022", held=False)
    graph = build_graph([*years, missing, plan("qingpu-hrss-2024", place_code="310118")], [])
    chain = [(s, t) for s, t, data in graph.edges(data=True) if data["kind"] == "precedes"]
    assert chain == [
        ("shanghai-hrss-2020", "shanghai-hrss-2023"),
        ("shanghai-hrss-2023", "shanghai-hrss-2025"),
    ]


def test_the_order_of_the_records_does_not_matter() -> None:
    """Shuffled tables give the same bytes."""
    shuffled = tables()
    for rows in shuffled.values():
        random.Random(7).shuffle(rows)
    for file_format in FORMATS:
        first = graph_bytes(build_graph(**tables()), file_format)
        assert graph_bytes(build_graph(**shuffled), file_format) == first


@EVERY_FORMAT
@pytest.mark.parametrize("text", ["做好政策解读。", HOSTILE, "", " 前后空格 "])
def test_a_file_read_back_is_the_graph(file_format: GraphFormat, text: str, tmp_path: Path) -> None:
    """Nodes, keys and attributes come back with their types, whatever the text holds."""
    graph = build_graph(**tables(text))
    path = tmp_path / f"图.{file_format}"
    path.write_bytes(graph_bytes(graph, file_format))
    assert contents(read_graph(path)) == contents(sanitise(graph))


@EVERY_FORMAT
def test_plain_networkx_reads_the_files(file_format: GraphFormat, tmp_path: Path) -> None:
    """Others need no wpnet: same nodes, same number of edges, the labels in Chinese."""
    path = tmp_path / f"graph.{file_format}"
    graph = build_graph(**tables())
    path.write_bytes(graph_bytes(graph, file_format))
    if file_format == "json":
        read: Any = nx.node_link_graph(json.loads(path.read_text("utf-8")), edges="edges")
    else:
        read = nx.read_graphml(path) if file_format == "graphml" else nx.read_gexf(path)
    assert set(read.nodes) == set(graph.nodes)
    assert read.number_of_edges() == graph.number_of_edges()
    assert read.nodes["shanghai-hrss-2023#1.1.1"]["label"] == "1.1.1 做好政策解读。"
    assert "做好政策解读" in path.read_text("utf-8")


@pytest.mark.parametrize("file_format", ["graphml", "gexf"])
def test_edge_ids_are_unique_in_a_file(file_format: GraphFormat) -> None:
    """Gephi drops an edge whose id it has seen."""
    text = graph_bytes(build_graph(**tables()), file_format).decode()
    ids = [line.split(' id="')[1].split('"')[0] for line in text.splitlines() if "<edge " in line]
    assert len(ids) == 18
    assert len(set(ids)) == len(ids)


def test_no_file_holds_a_date_or_a_version() -> None:
    """The same graph gives the same bytes on another day and with another networkx."""
    for file_format in FORMATS:
        text = graph_bytes(build_graph(**tables()), file_format).decode()
        assert "lastmodifieddate" not in text
        assert "NetworkX" not in text


def test_attributes_are_made_fit_for_files() -> None:
    """None, lists, controls and numbers each have their rule; the graph itself stays as it was."""
    graph: Graph = nx.MultiDiGraph(name=None)
    graph.add_node(
        "甲", a=None, b=["一", None, "二"], c="一\x00\n二", d=3, e=0.5, f=True, g={"k": 1}
    )
    graph.add_edge("甲", "甲", key="k", score=float("nan"), parts={"乙", "丙"})
    clean = sanitise(graph)
    assert dict(clean.nodes["甲"]) == {
        "a": "",
        "b": "一;;二",
        "c": "一 二",
        "d": 3,
        "e": 0.5,
        "f": True,
        "g": '{"k": 1}',
    }
    assert dict(clean.edges["甲", "甲", "k"]) == {"score": "", "parts": "丙;乙"}
    assert graph.nodes["甲"]["a"] is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"links": [link("shanghai-hrss-2023#9.9.9", "qingpu-hrss-2024#1.1.1")]}, "9.9.9"),
        ({"links": [link("qingpu-hrss-2024#1.1.1", "shanghai-hrss-2023#1.1.1")]}, "earlier"),
        ({"links": [link("shanghai-hrss-2023#1.1.1", "qingpu-hrss-2024#1.1.1", score=7)]}, "score"),
        ({"units": []}, "办公室"),
        ({"plans": [plan(), plan()]}, "Two records have the id"),
        ({"requirements": [requirement("nowhere-hrss-2023#1.1.1")], "links": []}, "nowhere"),
    ],
)
def test_tables_that_contradict_each_other_are_refused(
    changed: dict[str, list[Any]], said: str
) -> None:
    """The message names the record at fault."""
    with pytest.raises(CorpusError, match=said):
        build_graph(**(tables() | changed))


def test_a_graph_that_breaks_the_contract_is_refused() -> None:
    """An edge may join only the kinds of nodes that it is made for."""
    graph = build_graph(**tables())
    graph.add_edge("year:2023", "shanghai-hrss-2023", kind="contains")
    with pytest.raises(CorpusError, match="cannot lead from a year to a plan"):
        validate_graph(graph)


@pytest.mark.parametrize("name", ["a.json", "a.graphml", "a.gexf", "a.txt"])
def test_a_file_that_is_no_graph_is_refused(name: str, tmp_path: Path) -> None:
    """The message names the file."""
    path = tmp_path / name
    path.write_text("政务公开", encoding="utf-8")
    with pytest.raises(CorpusError, match=name):
        read_graph(path)


def test_an_unknown_format_is_refused() -> None:
    """The message lists the formats there are."""
    with pytest.raises(ValueError, match="graphml, gexf, json"):
        graph_bytes(build_graph(**tables()), "dot")  # type: ignore[arg-type]

"""The network of duties: what is in it, and what is asked of it beyond plain networkx."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import matplotlib as mpl
import networkx as nx
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from wpnet import network, open_corpus
from wpnet.cascade.scorer import load_scorer
from wpnet.corpus import Corpus
from wpnet.errors import NotHeldWarning, UnknownName, WpnetError
from wpnet.figures import drawn as drawn_at_size
from wpnet.model import Assignment, Coverage, Link, Plan, Relation, Requirement, Unit
from wpnet.research.corpus import ResearchCorpus
from wpnet.showing.style import use_style

PROCESSED = Path(__file__).parents[2] / "data" / "processed"
CITY, OLD, DISTRICT = "city-hrss-2023", "city-hrss-2020", "town-hrss-2025"


def duty(name: str, text: str = "公开信息。") -> Requirement:
    """A duty of that id."""
    plan, _, number = name.partition("#")
    section = int(number.partition(".")[0])
    return Requirement(name, plan, "duty", section, "", 0, "", 0, "", 1, text, section, section + 1)


def covered(source: str, target: str, relation: Relation = "cascade") -> Coverage:
    """A verdict, by which the two plans are known to be compared."""
    return Coverage(source, target, relation, 2, "omitted", 0.1, 0.3, 0.6, False, "omitted")


def small() -> Corpus:
    """Two city plans and a district: one chain by way of 2023 only, one with a direct link."""
    ids = [f"{plan}#{n}.0.1" for plan in (OLD, CITY, DISTRICT) for n in (1, 2, 3)]
    links = [
        (OLD, 1, CITY, 1, "evolution", 0.5),
        (CITY, 1, DISTRICT, 1, "cascade", 0.8),
        (OLD, 2, CITY, 2, "evolution", 0.9),
        (CITY, 2, DISTRICT, 2, "cascade", 0.9),
        (OLD, 2, DISTRICT, 2, "cascade", 0.6),
    ]
    return Corpus(
        plans=(
            Plan(OLD, place_code="310000", level="municipal", year=2020),
            Plan(CITY, place_code="310000", level="municipal", year=2023),
            Plan(DISTRICT, place_code="310114", level="district", year=2025),
            Plan("nation-2020", level="national", held=False),
        ),
        requirements=tuple(duty(name) for name in ids),
        assignments=(
            Assignment(f"{CITY}#1.0.1", "city/甲", "甲", "responsible", "item"),
            Assignment(f"{CITY}#1.0.1", "city/乙", "乙", "responsible", "item"),
            Assignment(f"{CITY}#1.0.1", "city/各科室", "各科室", "responsible", "item"),
            Assignment(f"{DISTRICT}#1.0.1", "town/丙", "丙", "responsible", "item"),
        ),
        units=(
            Unit("city/甲", "甲", "unit", "city"),
            Unit("city/乙", "乙", "unit", "city"),
            Unit("city/各科室", "各科室", "group", "city"),
            Unit("town/丙", "丙", "unit", "town"),
        ),
        links=tuple(
            Link(f"{a}#{m}.0.1", f"{b}#{n}.0.1", relation, score, "partial", "accepted")  # type: ignore[arg-type]
            for a, m, b, n, relation, score in links
        ),
        coverage=(
            covered(f"{OLD}#1.0.1", CITY, "evolution"),
            covered(f"{OLD}#1.0.1", DISTRICT),
            covered(f"{CITY}#1.0.1", DISTRICT),
        ),
    )


@pytest.fixture(scope="module")
def base() -> ResearchCorpus:
    """The committed corpus."""
    return open_corpus(PROCESSED)


def test_nodes_and_edges_say_what_they_are() -> None:
    """Where a duty stands and who answers for it; what a link is and how sure."""
    graph = network.duty_graph(small())
    node = graph.nodes[f"{CITY}#1.0.1"]
    assert (node["plan"], node["place"], node["level"], node["year"]) == (
        CITY,
        "上海市",
        "municipal",
        2023,
    )
    assert (node["units"], node["label"]) == ("甲;乙;各科室", "1.0.1 公开信息。")
    edge = graph.edges[f"{OLD}#1.0.1", f"{CITY}#1.0.1"]
    assert (edge["relation"], edge["score"], edge["kind"]) == ("evolution", 0.5, "partial")
    assert (edge["status"], edge["shared_text"]) == ("accepted", "")


def test_duties_without_a_link_are_nodes_too() -> None:
    """What is left out must be seen in the network."""
    assert len(network.duty_graph(small())) == 9
    assert len(network.duty_graph(small(), source=CITY, targets=[DISTRICT])) == 6


def test_filters_keep_what_they_say(base: ResearchCorpus) -> None:
    """Relation, status and least score count as in the table of links."""
    links = base.tables.links
    fits = (links["relation"] == "cascade") & (links["score"] >= 0.5)
    accepted = fits & (links["status"] == "accepted")
    graph = base.cascade(relation="cascade", min_score=0.5)
    assert graph.number_of_edges() == accepted.sum() > 0
    every = base.cascade(relation="cascade", min_score=0.5, status=None)
    assert every.number_of_edges() == fits.sum() > accepted.sum()


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"relation": "cascades"}, "cascade, evolution"),
        ({"status": "acepted"}, "accepted, candidate"),
        ({"status": []}, "accepted, candidate"),
        ({"min_score": 50}, "from 0 to 1"),
        ({"min_score": "0.5"}, "from 0 to 1"),
        ({"source": "city-hrss-2032"}, CITY),
        ({"source": DISTRICT}, "not compared"),
        ({"source": CITY, "targets": [OLD]}, "not compared"),
        ({"source": CITY, "targets": DISTRICT, "relation": "evolution"}, "by evolution"),
    ],
)
def test_a_wrong_filter_is_an_error_never_an_empty_graph(
    filters: dict[str, object], said: str
) -> None:
    """One sentence names the value and what it may be."""
    with pytest.raises(WpnetError, match=said):
        network.duty_graph(small(), **filters)  # type: ignore[arg-type]


def test_a_plan_that_is_cited_only_is_left_out_aloud() -> None:
    """It is no slip: the rest of the network stands, and nothing is said of what nobody holds."""
    with pytest.warns(NotHeldWarning, match="nation-2020"):
        graph = network.duty_graph(small(), source=CITY, targets=[DISTRICT, "nation-2020"])
    assert graph.graph["not_held"] == "nation-2020"
    assert {plan for _, plan in graph.nodes(data="plan")} == {CITY, DISTRICT}
    table = network.reach(graph, CITY, [DISTRICT, "nation-2020"])
    assert table["nation-2020"].tolist() == ["not held"] * 3
    with pytest.raises(WpnetError, match="not held"):
        network.orphans(graph, "nation-2020")
    with pytest.warns(NotHeldWarning):
        nothing = network.duty_graph(small(), source="nation-2020", targets=DISTRICT)
    assert len(nothing) == len(network.paths(nothing, "nation-2020")) == 0
    assert len(network.around(nothing, "nation-2020#1.0.1")) == 0


def test_the_part_around_a_duty_goes_both_ways() -> None:
    """What leads to it and what it leads to; a slip names what is near."""
    graph = network.duty_graph(small())
    found = network.around(graph, f"{CITY}#1.0.1")
    assert set(found) == {f"{plan}#1.0.1" for plan in (OLD, CITY, DISTRICT)}
    with pytest.raises(UnknownName, match=f"{CITY}#1.0.1"):
        network.around(graph, f"{CITY}#1.0.11")


def test_files_of_networkx_take_the_graph_as_it_is(tmp_path: Path) -> None:
    """GraphML and GEXF hold every attribute and give it back."""
    graph = network.duty_graph(small())
    nx.write_graphml(graph, tmp_path / "a.graphml")
    nx.write_gexf(graph, tmp_path / "a.gexf")
    back = nx.read_graphml(tmp_path / "a.graphml")
    assert dict(back.nodes(data=True)) == dict(graph.nodes(data=True))
    assert {(a, b): data["score"] for a, b, data in back.edges(data=True)} == {
        (a, b): data["score"] for a, b, data in graph.edges(data=True)
    }
    assert nx.read_gexf(tmp_path / "a.gexf").number_of_edges() == graph.number_of_edges()


def test_reach_tells_direct_from_by_way_of_another_year() -> None:
    """A duty of 2020 that comes down by way of 2023 only is not said to be there directly."""
    table = network.reach(network.duty_graph(small()), OLD)
    assert table[DISTRICT].tolist() == ["by way of another plan", "direct", "not reached"]
    assert table[CITY].tolist() == ["direct", "direct", "not reached"]


def test_a_chain_that_is_no_single_duty_is_said_to_be_one() -> None:
    """Its score is the product of its links; a direct link confirms it."""
    table = network.paths(network.duty_graph(small()), OLD, DISTRICT).set_index("source_id")
    broken, whole = table.loc[f"{OLD}#1.0.1"], table.loc[f"{OLD}#2.0.1"]
    assert (broken["score"], broken["weakest"], broken["via"]) == (0.4, 0.5, [f"{CITY}#1.0.1"])
    assert broken["standing"] == "no single duty"
    assert broken["direct_score"] != broken["direct_score"]
    assert (whole["score"], whole["direct_score"], whole["standing"]) == (0.81, 0.6, "one duty")


def test_a_chain_between_plans_that_were_not_compared_is_not_judged() -> None:
    """No direct link means nothing there."""
    corpus = small()
    links = [link for link in corpus.links if link.source_id != f"{OLD}#2.0.1"]
    part = Corpus(
        plans=corpus.plans,
        requirements=corpus.requirements,
        links=tuple(links),
        coverage=(corpus.coverage[0], corpus.coverage[2]),
    )
    table = network.paths(network.duty_graph(part), OLD, DISTRICT)
    assert table["standing"].tolist() == ["not compared"]


def test_orphans_have_no_ancestor_of_a_higher_level() -> None:
    """By whatever chain; without a higher plan the question is refused."""
    graph = network.duty_graph(small())
    assert network.orphans(graph, DISTRICT)["requirement_id"].tolist() == [f"{DISTRICT}#3.0.1"]
    with pytest.raises(WpnetError, match="no plan above"):
        network.orphans(graph, CITY)
    with pytest.raises(UnknownName, match=DISTRICT):
        network.orphans(graph, "town-hrss-2052")


def test_units_are_joined_by_shared_and_by_linked_duties() -> None:
    """Across levels by links only; groups are nobody in particular."""
    units = network.unit_projection(small())
    assert units.edges["city/甲", "city/乙"] == {"shared": 1, "linked": 0, "weight": 1}
    assert units.edges["city/甲", "town/丙"] == {"shared": 0, "linked": 1, "weight": 1}
    assert units.nodes["town/丙"]["level"] == "district"
    assert set(units) == {"city/甲", "city/乙", "town/丙"}
    assert "city/各科室" in network.unit_projection(small(), groups=True)


def test_a_graph_that_is_no_network_of_duties_is_refused(base: ResearchCorpus) -> None:
    """The graph of all has other nodes."""
    with pytest.raises(WpnetError, match=r"corpus\.cascade"):
        network.reach(base.graph(), "shanghai-hrss-2023")  # type: ignore[arg-type]


@pytest.mark.slow
def test_any_two_plans_are_compared_and_the_same_text_is_in_both(base: ResearchCorpus) -> None:
    """Same level and same year included; the order of the plans changes no score."""
    one = network.compare(base, "jiading-hrss-2025", "minhang-hrss-2025")
    other = network.compare(base, "minhang-hrss-2025", "jiading-hrss-2025")
    assert one["first_id"].nunique() == 30
    assert one["second_id"].nunique() == 32
    found = {(row.first_id, row.second_id): row.score for row in one.itertuples()}
    turned = {(row.second_id, row.first_id): row.score for row in other.itertuples()}
    shared = found.keys() & turned.keys()
    assert len(shared) > 20
    assert all(abs(found[pair] - turned[pair]) < 0.0002 for pair in shared)
    with pytest.raises(WpnetError, match="two plans"):
        network.compare(base, "minhang-hrss-2025", "minhang-hrss-2025")


def test_fewer_duties_are_omitted_at_a_higher_threshold(base: ResearchCorpus) -> None:
    """Shares sum to one, and the threshold moves them one way."""
    table = network.sensitivity(base, "shanghai-hrss-2023", "jiading-hrss-2025")
    verdicts = table[["carried", "partial", "omitted", "not_applicable"]]
    assert verdicts.sum(axis=1).round(9).tolist() == [1, 1, 1]
    assert all(a >= b for a, b in itertools.pairwise(table["omitted"]))
    assert table["omitted"].iloc[0] > table["omitted"].iloc[-1]
    with pytest.raises(WpnetError, match="0 to 1"):
        network.sensitivity(base, "shanghai-hrss-2023", "jiading-hrss-2025", [30])


def test_at_the_models_own_threshold_the_shares_are_those_of_the_table(
    base: ResearchCorpus,
) -> None:
    """The same rules decide, a duty that is turned round included."""
    used = load_scorer().thresholds.omitted
    pairs = [
        ("shanghai-hrss-2023", "qingpu-hrss-2024"),
        ("shanghai-hrss-2020", "minhang-hrss-2025"),
    ]
    for source, target in pairs:
        (shares,) = network.sensitivity(base, source, target, [used]).to_dict("records")
        said = [row.auto_verdict for row in base.coverage_between[source, target]]
        for verdict in ("carried", "partial", "omitted"):
            assert shares[verdict] == pytest.approx(said.count(verdict) / len(said))


@pytest.fixture
def figure() -> Figure:
    """A figure of its own; settings of matplotlib come back afterwards."""
    return Figure(figsize=(6.9, 4), layout="constrained")


def test_a_cascade_is_drawn_in_layers_with_chinese_labels(
    base: ResearchCorpus, figure: Figure
) -> None:
    """Few duties: every one with its sentence; no glyph is missing (warnings are errors)."""
    graph = base.cascade()
    start = "shanghai-hrss-2023#3.2.4"
    part = network.around(graph, start)
    with mpl.rc_context():
        use_style("bundled")
        ax = network.draw(part, figure.add_subplot())
        figure.draw_without_rendering()
        texts = [text.get_text().replace("\n", "") for text in ax.texts]
    assert len(texts) == len(part)
    assert any("同时，丰富解读方式" in text for text in texts)


def test_a_crowded_picture_gives_up_sentences_then_numbers(
    base: ResearchCorpus, figure: Figure
) -> None:
    """Nothing is written over each other; what is asked for is done."""
    graph = base.cascade()
    with mpl.rc_context():
        use_style("bundled")
        assert len(network.draw(graph, figure.add_subplot(121)).texts) == 0
        some = base.cascade(source="shanghai-hrss-2020", targets="shanghai-hrss-2023")
        ax = network.draw(some, figure.add_subplot(122), isolated=True)
    assert {text.get_text() for text in ax.texts} == {node.partition("#")[2] for node in some}
    with pytest.raises(WpnetError, match="labels"):
        network.draw(graph, figure.add_subplot(), labels="all")  # type: ignore[arg-type]


def test_duties_stand_in_printed_order(base: ResearchCorpus, figure: Figure) -> None:
    """Top to bottom as in the plan, 2 before 10, the same at every run."""
    graph = base.cascade(source="shanghai-hrss-2020", targets="shanghai-hrss-2023")
    with mpl.rc_context():
        use_style("bundled")
        ax = network.draw(graph, figure.add_subplot(), labels="number")
    left = min(text.get_position()[0] for text in ax.texts)
    column = [text for text in ax.texts if text.get_position()[0] == left]
    column.sort(key=lambda text: -text.get_position()[1])
    numbers = [[int(part) for part in text.get_text().split(".")] for text in column]
    assert numbers == sorted(numbers)
    assert len(numbers) > 10


def test_a_panel_for_each_target_says_what_becomes_of_every_duty(
    base: ResearchCorpus, figure: Figure
) -> None:
    """Verdicts as colours with one legend; a plan that is not held gets an empty panel."""
    pair = "shanghai-hrss-2023", ["jiading-hrss-2025", "qingpu-gov-2024"]
    with mpl.rc_context():
        use_style("bundled")
        with pytest.warns(NotHeldWarning):
            drawn = network.draw_pairs(base, *pair, figure, language="en")
        drawn.draw_without_rendering()
    first, second = drawn.axes
    assert first.get_title() == "shanghai-hrss-2023 → jiading-hrss-2025"
    assert len(first.collections[-1].get_offsets()) == 36 + 30
    assert [text.get_text() for text in second.texts] == ["The corpus holds nothing to show here"]
    (legend,) = drawn.legends
    assert [text.get_text() for text in legend.get_texts()][-2:] == ["with a source", "local"]


def test_colours_may_stand_for_an_attribute_of_ones_own(
    base: ResearchCorpus, figure: Figure
) -> None:
    """Communities, say; an attribute that no duty has is a slip."""
    graph = base.cascade(source="shanghai-hrss-2023", targets="jiading-hrss-2025")
    nx.set_node_attributes(graph, {node: int(at % 2) for at, node in enumerate(graph)}, "half")
    with mpl.rc_context():
        use_style("bundled")
        ax = network.draw(graph, figure.add_subplot(), colour="half")
        with pytest.raises(WpnetError, match="community"):
            network.draw(graph, figure.add_subplot(), colour="community")
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"0", "1"}


def test_every_layer_is_headed_by_its_plans(base: ResearchCorpus, figure: Figure) -> None:
    """Place and year above each layer, and how many duties are drawn where no sentence shows it."""
    graph = base.cascade()
    with mpl.rc_context():
        use_style("bundled")
        ax = network.draw(graph, figure.add_subplot(121))
        few = network.draw(
            network.around(graph, "shanghai-hrss-2023#3.2.4"), figure.add_subplot(122)
        )
    heads = [label.get_text() for label in ax.get_xticklabels()]
    linked = Counter(data["plan"] for node, data in graph.nodes(data=True) if graph.degree(node))
    assert heads[0] == f"上海市2020\n{linked['shanghai-hrss-2020']} 条"
    last = linked["jiading-hrss-2025"] + linked["minhang-hrss-2025"]
    assert heads[-1] == f"嘉定区2025\n闵行区2025\n{last} 条"
    assert not any("条" in label.get_text() for label in few.get_xticklabels())
    assert min(text.get_fontsize() for text in few.texts) >= 7


def test_chains_are_coloured_where_their_ends_are_linked(base: ResearchCorpus) -> None:
    """A coloured line for every link of a confirmed chain, a grey one for the others."""
    graph = base.cascade()
    chains = network.paths(graph, "shanghai-hrss-2020", "jiading-hrss-2025", longest=2)
    chains = chains[chains["via"].str[0].str.startswith("shanghai-hrss-2023#")]
    links = {
        standing: {
            link
            for row in block.itertuples()
            for link in itertools.pairwise([row.source_id, *row.via, row.target_id])
        }
        for standing, block in chains.groupby("standing", observed=True)
    }
    sound = links["one duty"]
    with mpl.rc_context():
        use_style("bundled")
        drawn = network.draw_chains(graph, chains, language="en")
        (ax,) = drawn.axes
        none = network.draw_chains(graph, chains.head(0), language="en")
    edges = Counter(to_hex(patch.get_edgecolor()) for patch in ax.patches)
    assert sorted(edges.values()) == sorted([len(sound), len(links["no single duty"] - sound)])
    shown = len(set(chains["source_id"]))
    assert f"shanghai-hrss-2020  {shown} of 34 duties" in [text.get_text() for text in ax.texts]
    assert [text.get_text() for text in none.axes[0].texts] == [
        "The corpus holds nothing to show here"
    ]
    with pytest.raises(WpnetError, match="not in this network"):
        network.draw_chains(base.cascade(source="shanghai-hrss-2023"), chains)


def test_units_stand_in_a_ring_with_their_names_outside(
    base: ResearchCorpus, figure: Figure
) -> None:
    """A name for every unit, none over another, and a legend entry for every community."""
    units = network.unit_projection(base, base.cascade())
    ax = figure.add_subplot()
    with mpl.rc_context():
        use_style("bundled")
        with pytest.raises(WpnetError, match="community"):
            network.draw_ring(units, ax)
        nx.set_node_attributes(units, {unit: at % 3 for at, unit in enumerate(units)}, "community")
        ring = drawn_at_size(network.draw_ring, units, language="en")
        ring.draw_without_rendering()
    (ax,) = ring.axes
    assert len(ax.texts) == len(units)
    boxes = [text.get_window_extent() for text in ax.texts]
    assert not [one for one, other in itertools.combinations(boxes, 2) if one.overlaps(other)]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert [name.partition(" (")[0] for name in legend[:3]] == [
        "community 1",
        "community 2",
        "community 3",
    ]


def test_plain_networkx_draws_chinese_after_use_style(figure: Figure) -> None:
    """Its labels ask for sans-serif by name."""
    graph = nx.Graph([("政务公开", "责任单位")])
    with mpl.rc_context():
        family = use_style("bundled")
        ax = figure.add_subplot()
        nx.draw_networkx(graph, ax=ax, pos={"政务公开": (0, 0), "责任单位": (1, 1)})
        figure.draw_without_rendering()
        assert mpl.rcParams["font.sans-serif"][0] == family

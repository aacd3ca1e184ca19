"""What a researcher does in a day, in the lines that a fluent user would write.

Fourteen tasks, then five more.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import matplotlib as mpl
import networkx as nx
import pandas as pd
import pytest
from matplotlib.figure import Figure

import wpnet
from wpnet import figures, network
from wpnet.cli import main
from wpnet.errors import ReviewError
from wpnet.research.corpus import ResearchCorpus
from wpnet.showing.style import use_style

ROOT = Path(__file__).parents[1]
CITY = "shanghai-hrss-2023"
DISTRICTS = ["jiading-hrss-2025", "qingpu-hrss-2024", "minhang-hrss-2025"]


@pytest.fixture(scope="module")
def corpus() -> ResearchCorpus:
    """Task 1: load the corpus."""
    return wpnet.open_corpus(ROOT / "data" / "processed")


def test_1_load_the_corpus_and_look_at_it(corpus: ResearchCorpus) -> None:
    """One line says what there is; a duty shows itself."""
    assert repr(corpus).startswith("<Corpus 5 plans")
    assert "units:" in repr(corpus["shanghai-hrss-2023#3.2.4"])


def test_2_requirements_with_plan_units_deadline_and_modality(corpus: ResearchCorpus) -> None:
    """All as one DataFrame."""
    table = corpus.tables.joined("requirements")
    counted = table[table["kind"] == "duty"].groupby(["place", "year"]).size()
    assert counted["上海市", 2023] == 36
    assert {"units", "deadline", "modality", "level"} <= set(table.columns)


def test_3_only_accepted_cascade_links_from_one_half_on(corpus: ResearchCorpus) -> None:
    """The graph in memory."""
    graph = corpus.cascade(relation="cascade", min_score=0.5)
    assert min(score for _, _, score in graph.edges(data="score")) >= 0.5


def test_4_districts_reached_and_paths_over_three_layers(corpus: ResearchCorpus) -> None:
    """Every duty of the city's plan, and 2020 > 2023 > district."""
    graph = corpus.cascade()
    assert network.reach(graph, CITY).shape == (36, 3)
    chains = network.paths(graph, "shanghai-hrss-2020", DISTRICTS)
    assert {"one duty", "no single duty"} <= set(chains["standing"])


def test_5_units_their_centrality_and_communities(corpus: ResearchCorpus) -> None:
    """Plain networkx on the projection."""
    units = network.unit_projection(corpus)
    central = pd.Series(nx.degree_centrality(units)).sort_values(ascending=False)
    assert units.nodes[central.index[0]]["name"]
    assert len(nx.community.louvain_communities(units, seed=1)) > 1


def test_6_district_duties_without_a_city_ancestor(corpus: ResearchCorpus) -> None:
    """The same as asking networkx for ancestors one by one."""
    graph = corpus.cascade()
    mine = [node for node, home in graph.nodes(data="plan") if home == "qingpu-hrss-2024"]
    alone = [node for node in mine if not nx.ancestors(graph, node)]
    assert network.orphans(graph, "qingpu-hrss-2024")["requirement_id"].tolist() == alone


def test_7_shares_of_verdicts_at_three_thresholds(corpus: ResearchCorpus) -> None:
    """A row a district and threshold."""
    assert len(network.sensitivity(corpus, CITY, DISTRICTS, [0.3, 0.5, 0.7])) == 9


def test_8_the_cascade_of_one_duty_as_a_picture(corpus: ResearchCorpus, tmp_path: Path) -> None:
    """Layers, arrows, Chinese labels."""
    graph, duty = corpus.cascade(), "shanghai-hrss-2023#3.2.4"
    figure = Figure(figsize=(6.9, 3.5))
    with mpl.rc_context():
        use_style("bundled")
        network.draw(network.around(graph, duty), figure.add_subplot())
        figure.savefig(tmp_path / "cascade.png")
    assert (tmp_path / "cascade.png").stat().st_size > 5_000


@pytest.mark.slow
def test_9_a_sixth_plan_of_ones_own_beside_another(tmp_path: Path) -> None:
    """Put in the raw folder, rebuilt with strings as paths, compared."""
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    text = (tmp_path / "raw" / "qingpu-hrss-2024.txt").read_text("utf-8")
    again = text.replace("青浦", "崇明").replace("青人社", "崇人社")
    (tmp_path / "raw" / "own.txt").write_text(again, "utf-8")
    corpus = wpnet.build(str(tmp_path / "raw"), str(tmp_path / "processed")).corpus
    table = network.compare(corpus, "chongming-hrss-2024", "minhang-hrss-2025")
    assert len(corpus) == 6
    assert (table["in"] == "both").any()


LABELS = [
    ("shanghai-hrss-2023#3.2.4", "minhang-hrss-2025", "carried", ["minhang-hrss-2025#2.1.3"]),
    ("shanghai-hrss-2023#2.1.3", "minhang-hrss-2025", "omitted", []),
    ("shanghai-hrss-2023#2.1.3", "jiading-hrss-2025", "partial", ["jiading-hrss-2025#4.2.2"]),
]


@pytest.mark.slow
def test_10_labels_of_ones_own_as_csv_and_json(
    corpus: ResearchCorpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same figures from both files, from Python and from the command."""
    labels = pd.DataFrame(LABELS, columns=["source_id", "target_plan_id", "verdict", "target_ids"])
    labels.to_json(tmp_path / "mine.json", orient="records")
    labels["target_ids"] = labels["target_ids"].str.join(";")
    labels.to_csv(tmp_path / "mine.csv", index=False)
    measured = wpnet.evaluate(corpus, tmp_path / "mine.csv")
    assert measured.confusion().loc["omitted", "omitted"] == 1
    assert wpnet.evaluate(corpus, tmp_path / "mine.json") == measured
    assert wpnet.evaluate(corpus, labels) == measured
    assert repr(measured).startswith("<Evaluation 3 rows · link precision")
    data = str(ROOT / "data" / "processed")
    gold = ["--gold", str(tmp_path / "mine.csv"), "--quick", "--format", "json"]
    assert main(["evaluate", *gold, "--data", data]) == 0
    assert json.loads(capsys.readouterr().out)["as built"] == measured.as_dict()


@pytest.mark.slow
def test_11_a_verdict_changed_from_python_and_seen_after_the_build(tmp_path: Path) -> None:
    """Who decided stands beside it; saying it twice adds nothing; a slip is refused."""
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    raw, out = str(tmp_path / "raw"), str(tmp_path / "processed")
    corpus = wpnet.build(raw, out).corpus
    pair = ("shanghai-hrss-2023#3.2.4", "jiading-hrss-2025")
    said = {"targets": ["jiading-hrss-2025#2.1.1"], "reviewer": "李"}
    assert corpus.decide(*pair, "partial", **said) is not None  # type: ignore[arg-type]
    assert corpus.decide(*pair, "partial", **said) is None  # type: ignore[arg-type]
    with pytest.raises(ReviewError, match="maybe"):
        corpus.decide(*pair, "maybe")
    rows = wpnet.build(raw, out).corpus.tables.coverage.set_index(["source_id", "target_plan_id"])
    assert rows.loc[pair, "decided_by"] == "review"
    assert rows.loc[pair, "target_ids"] == ["jiading-hrss-2025#2.1.1"]


def test_12_a_scoring_function_of_ones_own(corpus: ResearchCorpus) -> None:
    """Two lists of texts in, numbers from 0 to 1 out; its name stands in the tables."""

    def overlap(sources: list[str], targets: list[str]) -> list[list[float]]:
        return [[len(set(one) & set(two)) / len(set(one)) for two in targets] for one in sources]

    mine = corpus.select(plans=[CITY, "minhang-hrss-2025"]).rescored(overlap)
    assert set(mine.tables.coverage["decided_by"]) == {"auto:overlap"}
    assert mine.cascade(min_score=0.5).number_of_edges() > 0


def test_13_export_for_gephi_and_r_and_read_back(corpus: ResearchCorpus, tmp_path: Path) -> None:
    """A file for each, with exactly what was asked for."""
    graph = corpus.cascade(relation="cascade")
    nx.write_gexf(graph, tmp_path / "cascade.gexf")
    network.edge_table(graph).to_csv(tmp_path / "edges.csv", index=False)
    assert nx.read_gexf(tmp_path / "cascade.gexf").number_of_edges() == graph.number_of_edges()
    nx.write_gexf(corpus.graph(), tmp_path / "all.gexf")
    assert len(pd.read_csv(tmp_path / "edges.csv")) == graph.number_of_edges()


def test_14_a_figure_for_a_journal(corpus: ResearchCorpus, tmp_path: Path) -> None:
    """Another size, another font, English labels."""
    figure = Figure(figsize=(3.3, 5))
    with mpl.rc_context():
        use_style("bundled")
        graph = corpus.cascade(source=CITY, targets="jiading-hrss-2025")
        ax = network.draw(graph, figure.add_subplot(), language="en")
        figure.savefig(tmp_path / "figure.pdf")
        table = figures.coverage_data(corpus, CITY)
        assert figures.drawn(figures.draw_coverage, table, language="en").get_figheight() > 4
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [CITY, "jiading-hrss-2025"]


def test_the_ledger_is_a_table_and_a_trace_one_call(corpus: ResearchCorpus) -> None:
    """Evidence beside every verdict."""
    table = corpus.ledger(CITY, "jiading-hrss-2025")
    assert len(table) == 36
    assert table["nearest_text"].str.len().min() > 0
    trace = corpus.trace("shanghai-hrss-2023#3.2.4")
    assert len(trace.fates) == 3
    assert repr(trace).startswith("shanghai-hrss-2023#3.2.4  ")


def test_15_why_a_link_has_its_score_and_a_duty_its_verdict(corpus: ResearchCorpus) -> None:
    """Named features, the weightiest first, each with what it looks at."""
    link = corpus.explain("shanghai-hrss-2023#3.2.4", "minhang-hrss-2025#2.1.3")
    assert link["contribution"].abs().is_monotonic_decreasing
    assert link["sentence"].str.len().min() > 10
    verdict = corpus.explain("shanghai-hrss-2023#3.2.4", "minhang-hrss-2025")
    assert set(verdict["question"]) == {"taken_up", "whole"}


def test_16_which_sentences_gather_most_city_duties(corpus: ResearchCorpus) -> None:
    """The in-degree of networkx."""
    graph = corpus.cascade(source=CITY, targets=DISTRICTS)
    (node, most), *_ = sorted(graph.in_degree, key=lambda pair: -pair[1])
    assert most > 1
    assert graph.nodes[node]["text"]


def test_17_deadlines_of_a_unit_over_all_plans(corpus: ResearchCorpus) -> None:
    """One table, plain pandas."""
    table = corpus.tables.joined("requirements").explode("units")
    mine = table[(table["units"] == "办公室") & (table["deadline"] != "")]
    assert (mine.groupby("plan_id").size() > 0).all()


def test_18_what_a_unit_of_the_city_becomes_in_a_district(corpus: ResearchCorpus) -> None:
    """The neighbours of a node in the projection, by how many links."""
    units = network.unit_projection(corpus)
    (office,) = [u for u, d in units.nodes(data=True) if d["label"] == "法规处"]
    below = [v for v in units[office] if units.nodes[v]["level"] == "district"]
    assert max(units[office][unit]["linked"] for unit in below) >= 1


def test_19_how_a_plan_was_read(corpus: ResearchCorpus) -> None:
    """Line by line in words, from its raw file."""
    said = corpus["qingpu-hrss-2024"].explain()
    assert any(line.startswith("numbering: 一、") for line in said)


@pytest.mark.slow
def test_every_block_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In order, in a folder that holds nothing but the data."""
    for name in ("raw", "processed"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    names: dict[str, object] = {}
    with mpl.rc_context({"backend": "agg"}):
        for block in blocks:
            exec(compile(block, "docs/python.md", "exec"), names)
    assert repr(names["corpus"]).endswith("1 reviewed>")
    assert {file.name for file in tmp_path.iterdir()} >= {"cascade.pdf", "cascade.gexf"}

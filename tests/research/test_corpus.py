"""A corpus in a researcher's hands: displays, look-ups, tables with real types, selections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.asking.server import serving
from wpnet import open_corpus
from wpnet.errors import CorpusError, UnknownName, WpnetError
from wpnet.research.corpus import ResearchCorpus

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def corpus() -> ResearchCorpus:
    """The committed corpus."""
    return open_corpus(ROOT / "data" / "processed")


def test_a_corpus_prints_as_one_line(corpus: ResearchCorpus) -> None:
    """A researcher who types its name is not flooded."""
    duties = sum(entry.kind == "duty" for entry in corpus.requirements)
    assert repr(corpus).startswith(f"<Corpus 5 plans (4 cited, not held) · {duties} duties · ")
    assert repr(corpus).endswith(" · 0 reviewed>")
    assert len(repr(corpus)) < 150


def test_a_notebook_shows_a_small_table_in_which_titles_are_escaped(corpus: ResearchCorpus) -> None:
    """A title with marks of HTML cannot become HTML."""
    [first, *others] = corpus.plans
    html = replace(corpus, plans=(replace(first, title="<b>&"), *others))._repr_html_()
    assert "&lt;b&gt;&amp;" in html
    assert html.count("<tr>") == len(corpus.plans) + 1


def test_its_length_and_its_items_are_the_plans_that_are_held(corpus: ResearchCorpus) -> None:
    """A plan that is only cited has nothing to go through."""
    assert len(corpus) == len(list(corpus)) == 5
    assert all(plan.held for plan in corpus)
    assert "shanghai-hrss-2023#3.2.4" in corpus
    assert "nowhere-2023" not in corpus


def test_a_requirement_shows_its_text_units_deadline_and_links(corpus: ResearchCorpus) -> None:
    """What a reader wants to know of a duty stands in a few lines."""
    card = corpus["shanghai-hrss-2023#3.2.4"]
    shown = repr(card).splitlines()
    assert shown[0] == f"shanghai-hrss-2023#3.2.4 {card.text}"
    assert shown[1].strip() == f"units: {'；'.join(card.units)}"
    assert [line.split()[0] for line in shown[2:]].count("↓") == len(card.links_down) > 0
    assert [line.split()[0] for line in shown[2:]].count("↑") == len(card.links_up)
    late = corpus["jiading-hrss-2025#1.1.1"]
    assert "deadline: 全年" in repr(late)
    assert "deadline: 全年" in late._repr_html_()


def test_a_plan_shows_title_issuer_and_counts(corpus: ResearchCorpus) -> None:
    """And says where it is only cited."""
    assert "嘉定区人力资源和社会保障局 · 2025" in repr(corpus["jiading-hrss-2025"])
    assert "cited, not held" in repr(corpus[corpus.not_held[0].plan_id])
    assert len(corpus["jiading-hrss-2025"].requirements) == 30


def test_an_unknown_id_is_answered_with_the_nearest(corpus: ResearchCorpus) -> None:
    """A slip in an id is named, for plans and for requirements."""
    with pytest.raises(UnknownName, match="jiading-hrss-2025"):
        corpus["jiading-hrss-2052"]
    with pytest.raises(UnknownName, match="did you mean"):
        corpus["shanghai-hrss-2023#3.2.44"]


def test_completion_shows_only_what_a_user_may_use(corpus: ResearchCorpus) -> None:
    """Every name that is shown is there, none begins with an underscore."""
    for shown in (corpus, corpus.tables, corpus["jiading-hrss-2025"], next(iter(corpus))):
        assert not [name for name in dir(shown) if name.startswith("_")]
        assert all(hasattr(shown, name) for name in dir(shown))
    assert {"tables", "select"} <= set(dir(corpus))


def test_tables_have_real_types(corpus: ResearchCorpus) -> None:
    """Dates are dates, true is true, verdicts have their order, lists are lists."""
    tables = corpus.tables
    assert pd.api.types.is_datetime64_any_dtype(tables.plans["date"])
    assert pd.api.types.is_datetime64_any_dtype(tables.requirements["deadline_date"])
    assert tables.coverage["needs_review"].dtype == bool
    assert (tables.coverage["verdict"] > "carried").sum() == (
        tables.coverage["verdict"] != "carried"
    ).sum()
    assert isinstance(tables.coverage["target_ids"].iloc[0], list)
    assert isinstance(tables.units["aliases"].iloc[0], list)
    for name in ("plans", "requirements", "assignments", "citations", "links", "units"):
        assert len(getattr(tables, name)) == len(getattr(corpus, name))


def test_the_dictionary_says_what_every_column_means(corpus: ResearchCorpus) -> None:
    """In the order of the columns, with the few values that it can have."""
    for name in ("plans", "coverage", "links"):
        said = corpus.tables.dictionary(name).set_index("column")
        assert set(said.index) <= set(getattr(corpus.tables, name).columns)
        assert said["meaning"].str.len().min() > 10
    assert (
        "carried"
        in corpus.tables.dictionary("coverage").set_index("column").loc["verdict", "allowed"]
    )
    with pytest.raises(UnknownName, match="coverage"):
        corpus.tables.dictionary("cover")


def test_a_decider_that_the_codebook_does_not_list_is_kept(corpus: ResearchCorpus) -> None:
    """A category is never turned into a missing value."""
    [first, *others] = corpus.coverage
    asked = replace(corpus, coverage=(replace(first, decided_by="model:x"), *others))
    assert asked.tables.coverage["decided_by"].iloc[0] == "model:x"


def test_requirements_are_joined_with_their_plan_and_units(corpus: ResearchCorpus) -> None:
    """Nothing is lost or doubled by joining."""
    table = corpus.tables.joined("requirements").set_index("requirement_id")
    assert len(table) == len(corpus.requirements)
    row = table.loc["jiading-hrss-2025#1.1.1"]
    assert (row["place"], row["level"], row["year"]) == ("嘉定区", "district", 2025)
    assert row["units"] == ["各科室、单位"]


@pytest.mark.parametrize("name", ["assignments", "citations", "links", "coverage"])
def test_every_joined_table_keeps_its_rows(corpus: ResearchCorpus, name: str) -> None:
    """Joining adds columns only."""
    table = corpus.tables.joined(name)
    assert len(table) == len(getattr(corpus, name))
    assert {"year", "source_year"} & set(table.columns)


def test_a_table_that_cannot_be_joined_is_named(corpus: ResearchCorpus) -> None:
    """A slip is an error that lists what there is."""
    with pytest.raises(UnknownName, match="requirements"):
        corpus.tables.joined("requirement")


def test_tables_are_the_readers_own(corpus: ResearchCorpus) -> None:
    """What is written into a table changes no other."""
    mine = corpus.tables.plans
    mine["year"] = 0
    assert corpus.tables.plans["year"].max() == 2025


def test_a_selection_is_a_corpus_whole_in_itself(corpus: ResearchCorpus) -> None:
    """By name, by code, by year, by plan: links lead nowhere outside."""
    district = corpus.select(place="嘉定区")
    assert [plan.plan_id for plan in district] == ["jiading-hrss-2025"]
    assert {plan.plan_id for plan in corpus.select(place="310114")} == {"jiading-hrss-2025"}
    assert len(corpus.select(years=2025)) == 2
    assert len(corpus.select(years=range(2023, 2025))) == 2
    pair = corpus.select(plans=["shanghai-hrss-2023", "qingpu-hrss-2024"])
    homes = {link.target_id.partition("#")[0] for link in pair.links}
    assert homes == {"qingpu-hrss-2024"}
    assert isinstance(pair.tables.links, pd.DataFrame)


def test_a_selection_of_nothing_is_an_error(corpus: ResearchCorpus) -> None:
    """A wrong filter value never gives an empty corpus."""
    with pytest.raises(CorpusError, match="嘉定区"):
        corpus.select(place="嘉定")
    with pytest.raises(CorpusError, match="bureau xyz"):
        corpus.select(bureau="xyz")
    with pytest.raises(CorpusError, match="years"):
        corpus.select(years="2023")  # type: ignore[arg-type]
    with pytest.raises(UnknownName):
        corpus.select(plans=["jiading-hrss-2052"])


def test_doubtful_rows_are_put_to_a_model_and_kept_beside_the_folder(
    corpus: ResearchCorpus, tmp_path: Path
) -> None:
    """The most doubtful first, so many as are wanted; asked again, nothing leaves."""
    pytest.importorskip("openai", reason="the extra llm is not installed")
    held = replace(corpus, folder=tmp_path / "processed")
    with serving() as chat:
        asked = held.ask(chat.url, "tiny", target="jiading-hrss-2025", at_most=2)
        again = held.ask(chat.url, "tiny", target="jiading-hrss-2025", at_most=1)
    assert (asked.answered, asked.file) == (2, tmp_path / "readings" / "tiny.jsonl")
    assert (again.known, again.answered, len(chat.asked)) == (2, 1, 3)


def test_what_cannot_be_asked_is_said_before_anything_leaves(corpus: ResearchCorpus) -> None:
    """An unknown plan, a doubt that is no share, a corpus that no folder holds."""
    pytest.importorskip("openai", reason="the extra llm is not installed")
    with serving() as chat:
        with pytest.raises(UnknownName):
            corpus.ask(chat.url, "tiny", source="nowhere-2023")
        with pytest.raises(WpnetError, match="a doubt is a number from 0 to 1"):
            corpus.ask(chat.url, "tiny", doubt=30)
        with pytest.raises(CorpusError, match="readings="):
            replace(corpus, folder=None).ask(chat.url, "tiny")
        assert chat.asked == []

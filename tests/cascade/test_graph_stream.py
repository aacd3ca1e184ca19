"""The network written node by node is the network written at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wpnet import open_corpus
from wpnet.cascade.graph import build_graph, graph_bytes
from wpnet.cascade.graph_stream import graphml_parts
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.model import Plan, Unit

PROCESSED = Path(__file__).parents[2] / "data" / "processed"


def parts(corpus: Corpus) -> tuple[object, ...]:
    return (
        corpus.plans,
        corpus.requirements,
        corpus.assignments,
        corpus.units,
        corpus.citations,
        corpus.links,
    )


def both(corpus: Corpus) -> tuple[bytes, bytes]:
    """Return a corpus as GraphML, written both ways."""
    records = parts(corpus)
    at_once = graph_bytes(build_graph(*records), "graphml")  # type: ignore[arg-type]
    return b"".join(graphml_parts(*records)), at_once  # type: ignore[arg-type]


def test_streamed_graphml_is_the_same_bytes() -> None:
    """Byte for byte: whole, without links, without units, and of a single plan."""
    corpus = open_corpus(PROCESSED)
    for some in (
        corpus,
        replace(corpus, links=(), citations=()),
        replace(corpus, links=tuple(link for link in corpus.links if link.relation == "cascade")),
        Corpus(plans=(Plan("a<&\"'", title="一\u2028二\x0b", year=2023),)),
        Corpus(),
    ):
        streamed, at_once = both(some)
        assert streamed == at_once


@pytest.mark.parametrize("what", ["unit", "link", "twice", "backwards"])
def test_a_network_that_breaks_the_contract_is_refused_both_ways(what: str) -> None:
    """A record that names what is not there, an id twice, a link back in time."""
    corpus = open_corpus(PROCESSED)
    changed = {
        "unit": lambda: replace(corpus, units=()),
        "link": lambda: replace(corpus, links=(replace(corpus.links[0], target_id="x#1"),)),
        "twice": lambda: replace(
            corpus, units=(*corpus.units, Unit(corpus.plans[0].plan_id, "x", "unit", "y"))
        ),
        "backwards": lambda: replace(
            corpus,
            plans=tuple(
                replace(plan, year=2030 - plan.year % 100) if plan.year else plan
                for plan in corpus.plans
            ),
        ),
    }[what]()
    for write in (
        lambda: list(graphml_parts(*parts(changed))),  # type: ignore[arg-type]
        lambda: build_graph(*parts(changed)),  # type: ignore[arg-type]
    ):
        with pytest.raises(CorpusError):
            write()

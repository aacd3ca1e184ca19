"""A scorer of one's own: what it may be, what it is asked, and where its name stands."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

import wpnet
from wpnet.cascade.align import align
from wpnet.cascade.own import OwnModel, Scorer, model_of
from wpnet.cascade.rules import Thresholds, decide
from wpnet.cli import main
from wpnet.errors import WpnetError
from wpnet.model import Requirement
from wpnet.showing.ledger import is_explained
from wpnet.tables import codebook

ROOT = Path(__file__).parents[2]
MINE = """
class Same:
    name, version, whole = "same letters", "1.0", 0.9
    def score(self, sources, targets):
        return [[float(a == b) for b in targets] for a in sources]
"""


class Letters:
    """Which share of the letters of a source stands in a target."""

    name, version = "letters", "2"

    def score(self, sources: Sequence[str], targets: Sequence[str]) -> list[list[float]]:
        return [[len(set(a) & set(b)) / len(set(a)) for b in targets] for a in sources]


def duties(plan: str, *texts: str) -> list[Requirement]:
    """Duties of a plan, one a text."""
    return [
        Requirement(f"{plan}#1.0.{n}", plan, "duty", 1, "", 0, "", 0, "", n, text, n, n + 1)
        for n, text in enumerate(texts, start=1)
    ]


def test_verdicts_follow_from_the_best_score() -> None:
    """Below .5 omitted, from .75 on carried, partial between; all signed with name and version."""
    source = duties("a", "一二三四五六七八九十", "一二三四五六甲乙丙丁", "一二戊己庚辛壬癸子丑")
    found = align(source, duties("b", "一二三四五六七八九十"), scorer=model_of(Letters()))
    assert [row.verdict for row in found.coverage] == ["carried", "partial", "omitted"]
    assert [row.p_omitted for row in found.coverage] == [0.0, 0.4, 0.8]
    assert {row.decided_by for row in (*found.coverage, *found.links)} == {"auto:letters@2"}
    assert all(
        abs(row.p_carried + row.p_partial + row.p_omitted - 1) < 1e-9 for row in found.coverage
    )


def test_its_name_fits_the_codebook_and_its_scores_are_explained_by_nobody_else() -> None:
    """The model's reasons are no reasons for the scores of another."""
    corpus = wpnet.open_corpus(ROOT / "data" / "processed")
    mine = corpus.select(plans=["shanghai-hrss-2023", "minhang-hrss-2025"]).rescored(Letters())
    (table,) = [table for table in codebook()["resources"] if table["name"] == "coverage"]
    (field,) = [field for field in table["fields"] if field["name"] == "decided_by"]
    assert mine.own_scorers == ("auto:letters@2",)
    assert re.fullmatch(field["constraints"]["pattern"], "auto:letters@2")
    assert is_explained(corpus)
    assert not is_explained(mine)
    with pytest.raises(WpnetError, match="letters"):
        mine.explain("shanghai-hrss-2023#3.2.4", "minhang-hrss-2025")


def test_a_class_with_name_version_and_score_is_a_scorer() -> None:
    """The protocol is what is documented; a function will do, too."""
    assert isinstance(Letters(), Scorer)
    assert OwnModel(lambda sources, targets: [[0.5]]).decided_by == "auto:<lambda>"


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([[0.5, 0.5]], "a row a source"),
        ([[7.0]], "outside 0 to 1"),
        ([[float("nan")]], "outside 0 to 1"),
        ([["often"]], "gave no scores"),
    ],
)
def test_what_is_no_score_is_refused(scores: object, said: str) -> None:
    """One sentence says what was given and what is needed."""
    with pytest.raises(WpnetError, match=said):
        align(duties("a", "甲"), duties("b", "乙"), scorer=OwnModel(lambda *_: scores))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("overlap", "module:name"),
        ("no_such_module_here:overlap", "cannot be imported"),
        ("wpnet:no_such_name", "has no"),
        ("wpnet:__version__", "no scorer"),
    ],
)
def test_a_slip_in_the_name_of_a_scorer_is_named(name: str, said: str) -> None:
    """Before anything is compared."""
    with pytest.raises(WpnetError, match=said):
        model_of(name)


@pytest.mark.slow
def test_a_build_takes_a_scorer_and_compares_anew_when_its_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From Python and from the command; the cache never gives the verdicts of another scorer."""
    monkeypatch.chdir(tmp_path)
    for name in ("qingpu-hrss-2024.txt", "shanghai-hrss-2023.txt"):
        (tmp_path / "raw").mkdir(exist_ok=True)
        (file,) = (ROOT / "data" / "raw").glob(f"{Path(name).stem}.*")
        shutil.copy(file, tmp_path / "raw")
    (tmp_path / "scorer_of_mine.py").write_text(MINE, "utf-8")
    built = wpnet.build("raw", "out", scorer="scorer_of_mine:Same").corpus.tables.coverage
    assert set(built["decided_by"]) == {"auto:same letters@1.0"}
    arguments = ["build", "--raw", "raw", "--out", "out"]
    assert main([*arguments, "--scorer", "scorer_of_mine:Same"]) == 0
    assert wpnet.open_corpus("out").tables.coverage.equals(built)
    assert main(arguments) == 0
    assert set(wpnet.open_corpus("out").tables.coverage["decided_by"]) == {"auto"}
    assert main([*arguments, "--scorer", "scorer_of_mine:Other"]) == 1


def test_the_rules_decide_verdict_links_and_doubt() -> None:
    """One function; the corpus and every threshold tried go through it."""
    limits = Thresholds(omitted=0.45, extra_link=0.6, review=0.5)
    assert wpnet.decide is decide
    assert decide([0.7, 0.2], [0.6, 0.3, 0.1], limits).accepted == (0,)
    assert decide([0.7, 0.9], [0.2, 0.5, 0.3], limits)[:2] == ("partial", (1, 0))
    assert decide([0.7], [0.2, 0.35, 0.45], limits)[:2] == ("omitted", ())
    assert decide([0.9], [0.9, 0.1, 0.0], limits, "cancelled").verdict == "omitted"
    assert decide([0.9], [0.9, 0.1, 0.0], limits, "cancelled").needs_review

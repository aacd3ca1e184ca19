"""Measuring against labelled rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cascade.builders import CITY, DISTRICT, covered, link, plan_of
from wpnet.cascade.compare import five_grams, threshold_method
from wpnet.cascade.evaluate import (
    Answer,
    evaluate,
    judge,
    leave_one_plan_out,
)
from wpnet.cascade.fitting import fit_scorer, labelled_pairs
from wpnet.cascade.labels import Label, read_gold
from wpnet.cascade.logistic import Logistic
from wpnet.cascade.scorer import Scorer
from wpnet.errors import CorpusError

ROOT = Path(__file__).resolve().parents[2]

CARRIED = Label("a#1.1.1", "b", "carried", ("b#1.1.1", "b#1.1.2"))
OMITTED = Label("a#1.1.2", "b", "omitted", ())


def test_figures_are_what_a_person_would_count() -> None:
    """One of two links found, one wrong: precision and recall one half; the omission is right."""
    links = [link("a#1.1.1", "b#1.1.1"), link("a#1.1.1", "b#1.1.9", 0.5)]
    coverage = [
        covered("a#1.1.1", "b", target_ids=("b#1.1.1", "b#1.1.9")),
        covered("a#1.1.2", "b", auto_verdict="omitted", verdict="omitted"),
    ]
    found = evaluate([CARRIED, OMITTED], links, coverage).overall
    assert found["link precision"].value == found["link recall"].value == 0.5
    assert found["omission F1"].value == found["right verdict"].value == 1.0
    assert found["right first candidate"].value == 1.0


def test_an_unanswered_row_is_missing_and_counts_against_us() -> None:
    """Nothing is left out of the count."""
    found = judge([CARRIED, OMITTED], {})
    assert found.missing == (("a#1.1.1", "b"), ("a#1.1.2", "b"))
    assert found.overall["link recall"].value == 0.0


def test_flagged_rows_are_right_after_review() -> None:
    """A wrong row that was flagged is put right by the reviewer."""
    found = judge([CARRIED], {("a#1.1.1", "b"): Answer("omitted", (), needs_review=True)})
    assert found.overall["right verdict"].value == 0.0
    assert found.overall["right verdict after review"].value == 1.0


def test_intervals_enclose_the_value_and_repeat() -> None:
    """The bootstrap has a fixed seed."""
    answers = {("a#1.1.1", "b"): Answer("carried", ("b#1.1.1",))}
    one, two = judge([CARRIED, OMITTED], answers), judge([CARRIED, OMITTED], answers)
    assert one == two
    assert all(figure.low <= figure.value <= figure.high for figure in one.overall.values())


def test_the_tested_plan_is_never_learnt_from() -> None:
    """Leaving a plan out removes all rows in which it is source or target."""
    rows = [
        Label("a#1.1.1", "b", "omitted", ()),
        Label("a#1.1.1", "c", "omitted", ()),
        Label("b#1.1.1", "c", "omitted", ()),
    ]
    seen: dict[str, set[tuple[str, str]]] = {}

    def method(training: list[Label], tested: list[Label]) -> dict[tuple[str, str], Answer]:
        seen[tested[0].target_plan_id] = {(x.source_id, x.target_plan_id) for x in training}
        return {}

    leave_one_plan_out(rows, method)  # type: ignore[arg-type]
    assert seen == {"b": {("a#1.1.1", "c")}, "c": {("a#1.1.1", "b")}}


@pytest.mark.parametrize(
    "row",
    [
        {"source_id": "a", "target_plan_id": "b", "verdict": "maybe", "target_ids": []},
        {"source_id": "a", "target_plan_id": "b", "verdict": "omitted", "target_ids": ["b#1"]},
        {"source_id": "a", "target_plan_id": "b", "verdict": "carried", "target_ids": []},
        {"source_id": "a", "verdict": "omitted", "target_ids": []},
    ],
)
def test_impossible_labels_are_refused_with_their_row(
    row: dict[str, object], tmp_path: Path
) -> None:
    """A gold file with a contradiction is an input error."""
    path = tmp_path / "gold.json"
    path.write_text(json.dumps([row]), "utf-8")
    with pytest.raises(CorpusError, match="row 1"):
        read_gold(path)


PLANS = {"c-x-2023": plan_of(CITY, "c-x-2023"), "d-x-2024": plan_of(DISTRICT, "d-x-2024")}
LABELS = [
    Label("c-x-2023#1.1.1", "d-x-2024", "carried", ("d-x-2024#1.1.1",)),
    Label("c-x-2023#1.2.1", "d-x-2024", "omitted", ()),
    Label("c-x-2023#1.3.1", "d-x-2024", "partial", ("d-x-2024#1.4.1",)),
    Label("c-x-2023#1.4.1", "d-x-2024", "carried", ("d-x-2024#1.2.1",)),
]


@pytest.mark.slow
def test_fitting_repeats_and_survives_storage() -> None:
    """The same labels give the same weights, and JSON gives them back."""
    one, two = (fit_scorer(labelled_pairs(LABELS, PLANS)) for _ in range(2))
    assert one == two
    stored = json.loads(json.dumps(one.as_dict()))
    assert Scorer.from_dict(stored).as_dict() == one.as_dict()
    assert isinstance(Scorer.from_dict(stored).link, Logistic)


def test_a_baseline_answers_every_tested_row() -> None:
    """A threshold baseline gives a verdict and a full ranking to each row."""
    answers = threshold_method(five_grams, PLANS)(LABELS, LABELS)
    assert set(answers) == {(x.source_id, x.target_plan_id) for x in LABELS}
    assert all(len(answer.ranking) == len(DISTRICT) for answer in answers.values())


def test_the_kept_aside_pairs_are_in_no_label_and_no_weight() -> None:
    """City 2023 to Minhang 2025 and city 2020 to city 2023 were never learnt from."""
    aside = {
        ("shanghai-hrss-2023", "minhang-hrss-2025"),
        ("shanghai-hrss-2020", "shanghai-hrss-2023"),
    }
    aside |= {(target, source) for source, target in aside}
    for file in sorted((ROOT / "data" / "labels").glob("*.json")):
        found = {(x.source_plan_id, x.target_plan_id) for x in read_gold(file)}
        assert not found & aside
    weights = json.loads((ROOT / "wpnet/cascade/data/weights.json").read_text("utf-8"))
    learnt = {tuple(pair.split(" -> ")) for pair in weights["plan_pairs"]}
    assert learnt
    assert not learnt & aside

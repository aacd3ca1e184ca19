"""How right verdicts are on plans and bureaus that the model has not seen: floors and rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wpnet.cascade.changes import Answered, answered, changes, packed, read_answers
from wpnet.cascade.evaluate import Evaluation
from wpnet.cascade.fitting import pairs_of_sets
from wpnet.cascade.held_out import HeldOut, read_held_out
from wpnet.cascade.labels import LabelledSet, read_family, read_sets
from wpnet.cascade.unseen import (
    Answers,
    folds,
    readings_of,
    settled,
    unseen_answers,
    unseen_evaluations,
)
from wpnet.errors import CorpusError
from wpnet.pipeline import read_plan

ROOT = Path(__file__).resolve().parents[2]
LABELS = ROOT / "data" / "labels"

#: Link F1, omission F1, truth of unflagged omissions: the committed figures less half the width of
#: their 95 % interval.
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def sets() -> list[LabelledSet]:
    parsed = [read_plan(file) for file in sorted((ROOT / "data" / "raw").glob("*.txt"))]
    return read_sets(LABELS, {plan.plan.plan_id: plan.requirements for plan in parsed})


@pytest.fixture(scope="module")
def held_out() -> HeldOut:
    return read_held_out(readings_of(LABELS))


@pytest.fixture(scope="module")
def answers(sets: list[LabelledSet], held_out: HeldOut) -> Answers:
    return unseen_answers(sets, held_out)


@pytest.fixture(scope="module")
def figures(sets: list[LabelledSet], held_out: HeldOut, answers: Answers) -> dict[str, Evaluation]:
    return unseen_evaluations(sets, held_out, answers)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(FLOORS))
def test_no_change_makes_the_verdicts_worse(name: str, figures: dict[str, Evaluation]) -> None:
    """Every kind of set keeps its figures, but for their noise."""
    for figure, floor in FLOORS[name].items():
        assert figures[name].overall[figure].value >= floor, figure


@pytest.mark.slow
def test_the_committed_answers_are_those_of_the_model(
    sets: list[LabelledSet], answers: Answers
) -> None:
    """A change of the model that moves a labelled row shows in the file of answers."""
    committed = read_answers(LABELS / "answers.csv")
    now = answered(sets, answers)
    assert str(changes(committed, now)) == "no labelled row changed"
    assert committed == now


def test_a_change_names_the_rows_it_lost_before_those_it_gained() -> None:
    """Equal figures do not hide that one row was won and another lost."""
    was = Answered("real", "a-2020#1.1.1", "b-2020", "omitted", "omitted", "false", "")
    other = was._replace(source_id="a-2020#1.1.2", verdict="partial", target_ids="b-2020#1.1.1")
    now = [was._replace(verdict="carried"), other._replace(verdict="omitted")]
    told = str(changes([was, other], now)).splitlines()
    assert [line.split(":")[0] for line in told] == ["lost real", "gained real", "real"]
    assert told[-1] == "real: 1 gained, 1 lost"


def test_answers_survive_their_file(tmp_path: Path) -> None:
    """What is written is read again; a file with other columns is refused in a sentence."""
    row = Answered("real", "a-2020#1.1.1", "b-2020", "omitted", "partial", "true", "b-2020#1.1.1")
    file = tmp_path / "answers.csv"
    file.write_text(packed([row]), "utf-8", newline="")
    assert read_answers(file) == [row]
    file.write_text("set,verdict\n", "utf-8")
    with pytest.raises(CorpusError, match="not the answers of a model"):
        read_answers(file)


def test_no_plan_and_no_bureau_is_on_both_sides(sets: list[LabelledSet], held_out: HeldOut) -> None:
    """What a fold tests has no plan, and no family, in common with what it learns from."""
    for fold in folds(sets, held_out):
        known = {r.plan_id for p in fold.known for r in (*p.pair.source, *p.pair.target)}
        tested = {p.pair.target[0].plan_id for p in fold.tested}
        assert not tested & known


def test_families_kept_apart_are_in_no_fold(sets: list[LabelledSet], held_out: HeldOut) -> None:
    """Four life-like bureaus were never learnt from, and no weight names their plans."""
    apart = [p for p in pairs_of_sets(sets, held_out) if p.fold < 0]
    assert {p.kind for p in apart} == {"lifelike"}
    assert len({p.pair.source[0].plan_id for p in apart}) == 4
    weights = json.loads((ROOT / "wpnet/cascade/data/weights.json").read_text("utf-8"))
    learnt = " ".join(weights["plan_pairs"])
    assert not any(p.pair.source[0].plan_id in learnt for p in apart)


def test_every_label_of_a_family_names_sentences_that_are_there(sets: list[LabelledSet]) -> None:
    """Sources and targets exist; each duty of the source is judged once for each target plan."""
    for one in sets:
        known = {r.requirement_id for plan in one.requirements.values() for r in plan}
        keys = [(label.source_id, label.target_plan_id) for label in one.labels]
        assert len(set(keys)) == len(keys), one.name
        for label in one.labels:
            assert {label.source_id, *label.target_ids} <= known, one.name


def test_rows_that_readers_did_not_settle_are_in_no_figure(sets: list[LabelledSet]) -> None:
    """Two readings that differ make a row doubtful, and a doubtful row is not scored."""
    for one in sets:
        for label in settled(one.labels):
            if one.kind == "lifelike":
                assert len(set(label.readings)) == 1


def test_readings_survive_their_file(tmp_path: Path, held_out: HeldOut) -> None:
    """What is packed is read again; a damaged file is one sentence; no file holds nothing."""
    file = tmp_path / "held_out.npz"
    file.write_bytes(held_out.packed())
    assert read_held_out(file).folds == dict(held_out.folds)
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(CorpusError, match="damaged"):
        read_held_out(file)
    assert not read_held_out(tmp_path / "none.npz").readings


def test_a_file_that_is_no_family_says_so(tmp_path: Path) -> None:
    """Rows without plans are no family."""
    file = tmp_path / "family.json"
    file.write_text('{"rows": []}', "utf-8")
    with pytest.raises(CorpusError, match="cannot be read as a family"):
        read_family(file, "lifelike")

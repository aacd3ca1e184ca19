"""Readings are judged by labels, under rules, and by each other; the committed ones, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.asking.plans import TARGET, corpus
from tests.asking.server import answer
from tests.asking.test_readings import YES, read_by
from wpnet.asking.agreement import alpha, kappa
from wpnet.asking.judging import Measured, measure, series
from wpnet.asking.prompt import prompt_sha256
from wpnet.asking.readings import Reading, read_readings
from wpnet.asking.rules import Rule, ruled, rules_for, until_two_agree
from wpnet.cascade.evaluate import Answer
from wpnet.cascade.labels import Label, read_sets, settled
from wpnet.review.decisions import Texts
from wpnet.store import load_corpus

ROOT = Path(__file__).parents[2]
READINGS = ROOT / "data" / "labels" / "readings"
TEXTS = Texts(corpus().requirements)
IDS = [one.requirement_id for one in corpus().requirements[:3]]
NO = answer()
UNSURE = answer(sureness="low")


def said_by(folder: Path, *replies: str, name: str = "m") -> Mapping[tuple[str, str], Reading]:
    [found] = series(read_by(folder, *replies, name=name), TEXTS).values()
    return found


def program(verdicts: Sequence[str], doubts: Sequence[float] = (0.5, 0.5, 0.5)) -> dict:
    return {
        (name, TARGET): Answer(verdict, (), doubt=doubt)
        for name, verdict, doubt in zip(IDS, verdicts, doubts, strict=True)
    }


def verdicts(rule: Rule, own: dict, *readers: Mapping[tuple[str, str], Reading]) -> list[str]:
    return [one.verdict for one in ruled(rule, own, readers, TEXTS).answers.values()]


def test_kappa_is_agreement_beyond_chance() -> None:
    """As worked out by hand: .75 agreed, .5 by chance."""
    pairs = [("carried", "carried")] * 2 + [("omitted", "omitted"), ("carried", "omitted")]
    assert kappa(pairs).value == 0.5
    assert kappa(pairs).low < 0.5 < kappa(pairs).high
    assert kappa([]).value == 0.0


def test_alpha_is_that_of_the_textbook() -> None:
    """Nominal data of Krippendorff (2011), two readers, ten rows: .095."""
    one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    other = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    names = ("carried", "omitted")
    rows = [[names[a], names[b]] for a, b in zip(one, other, strict=True)]
    assert alpha(rows).value == pytest.approx(0.095, abs=0.0005)


def test_rows_below_the_doubt_keep_the_verdict_of_the_program(tmp_path: Path) -> None:
    """They cost no question; flagged ones are asked whatever their doubt."""
    own = program(["partial", "partial", "partial"], [0.1, 0.2, 0.1])
    own[IDS[2], TARGET] = Answer("partial", (), needs_review=True, doubt=0.1)
    said = said_by(tmp_path, YES, NO, NO)
    done = ruled(Rule("", 0.15), own, [said], TEXTS)
    assert [one.verdict for one in done.answers.values()] == ["partial", "omitted", "omitted"]
    assert (len(done.asked), len(done.used)) == (2, 2)


def test_only_sure_answers_are_taken_where_the_rule_says_so(tmp_path: Path) -> None:
    """The others cost as much, and the verdict of the program stands."""
    said = said_by(tmp_path, YES, UNSURE, "抱歉")
    own = program(["partial", "partial", "partial"])
    assert verdicts(Rule("", sure=True), own, said) == ["carried", "partial", "partial"]
    assert verdicts(Rule(""), own, said) == ["carried", "omitted", "partial"]
    assert len(ruled(Rule("", sure=True), own, [said], TEXTS).used) == 3


def test_a_third_reader_is_asked_only_where_two_differ(tmp_path: Path) -> None:
    """The verdicts are those of all three; the questions are fewer."""
    readers = [
        said_by(tmp_path, YES, YES, "抱歉", name="a"),
        said_by(tmp_path, YES, NO, NO, name="b"),
        said_by(tmp_path, NO, NO, NO, name="c"),
    ]
    own = program(["partial", "partial", "partial"])
    until = Rule("", until_two=True)
    assert verdicts(until, own, *readers) == ["carried", "omitted", "omitted"]
    assert verdicts(until, own, *readers) == verdicts(Rule(""), own, *readers)
    assert len(ruled(until, own, readers, TEXTS).used) == 8
    assert until_two_agree([]) == []


def test_where_two_readers_differ_the_program_decides_and_a_person_looks(tmp_path: Path) -> None:
    """A tie is no verdict."""
    readers = [said_by(tmp_path, YES, name="a"), said_by(tmp_path, NO, name="b")]
    own = program(["partial", "omitted", "omitted"])
    first = ruled(Rule(""), own, readers, TEXTS).answers[IDS[0], TARGET]
    assert (first.verdict, first.needs_review) == ("partial", True)


def test_three_readers_can_be_asked_one_after_the_other() -> None:
    """Fewer cannot."""
    assert [rule.until_two for rule in rules_for(3, 0.2)].count(True) == 2
    assert not any(rule.until_two for rule in rules_for(2, 0.2))


def figures(lines: Sequence[Measured], about: str) -> dict[tuple[str, str], float]:
    return {(one.name, one.figure): one.value for one in lines if one.about == about}


def test_readings_are_judged_by_labels_and_by_each_other(tmp_path: Path) -> None:
    """Unanswered counts as wrong; sure answers have a figure of their own; so does the cost."""
    held = read_by(tmp_path, YES, "抱歉", NO, name="a")
    held += read_by(tmp_path, YES, NO, YES, name="b")
    labels = [Label(name, TARGET, "carried", (f"{TARGET}#1.1.1",)) for name in IDS[:2]]
    labels.append(Label(IDS[2], TARGET, "omitted", ()))
    elsewhere = Label("e-x-2023#1.1.1", TARGET, "omitted", ())
    lines = measure(
        {"given": [*labels, elsewhere]},
        program(["carried", "carried", "carried"]),
        series(held, TEXTS),
        TEXTS,
        doubt=0.5,
    )
    reader = figures(lines, "reader")
    a = f"a, prompt 2 ({prompt_sha256()[:8]})"
    b = a.replace("a,", "b,", 1)
    assert (reader[a, "read"], reader[a, "answered"], reader[a, "right verdict"]) == (3, 2, 0.6667)
    assert (reader[a, "kappa with labels"], reader[a, "right when sure"]) == (1.0, 1.0)
    assert (reader[a, "tokens a row"], reader[b, "right verdict"]) == (110, 0.3333)
    rule = figures(lines, "rule")
    assert rule["program alone", "right verdict"] == 0.6667
    assert rule["vote of 2: all", "right verdict"] == 0.3333
    assert rule["vote of 2: all", "questions a row"] == 2
    threshold = figures(lines, "threshold")
    assert (threshold["0", "asked"], threshold["0.5", "asked"]) == (1.0, 1.0)
    agreement = figures(lines, "agreement")
    assert agreement[f"{a} and {b}", "rows"] == 2
    assert agreement[f"{a} and {b}", "flips"] == 1
    assert ("all 2", "alpha") in agreement


@pytest.fixture(scope="module")
def committed() -> list[Measured]:
    """Return the figures of the committed readings, the program left out of it."""
    held = load_corpus(ROOT / "data" / "processed", tables=("plans", "requirements"))
    plans: dict[str, list] = {}
    for one in held.requirements:
        plans.setdefault(one.plan_id, []).append(one)
    sets = read_sets(ROOT / "data" / "labels", plans)
    texts = Texts(x for one in sets for plan in one.requirements.values() for x in plan)
    readings = [x for file in sorted(READINGS.glob("*.jsonl")) for x in read_readings(file)[0]]
    assert all(one.sources(texts) for one in readings)
    rows = {
        name: [x for one in sets if (one.kind == "real") == real for x in settled(one.labels)]
        for name, real in (("real", True), ("families", False))
    }
    return measure(rows, {}, series(readings, texts), texts, doubt=0.15)


@pytest.mark.slow
def test_the_committed_readings_are_about_todays_texts_and_prompt(
    committed: list[Measured],
) -> None:
    """Three readers, every settled row of the real plans and of four families, none unanswered."""
    read = {(one.rows, one.value) for one in committed if one.figure in ("read", "answered")}
    assert read == {("real", 479), ("families", 418)}
    assert len({one.name for one in committed if one.about == "reader"}) == 3
    held = [x for file in sorted(READINGS.glob("*.jsonl")) for x in read_readings(file)[0]]
    assert {one.prompt_sha256 for one in held} == {prompt_sha256()}


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "least"), [("real", 0.9), ("families", 0.93)])
def test_the_vote_of_the_committed_readings_is_as_right_as_the_readme_says(
    rows: str, least: float, committed: list[Measured]
) -> None:
    """With all rows asked: the ceiling of such a reader under this prompt."""
    name = "vote of 3: until two agree, all"
    found = {(one.name, one.figure): one for one in committed if one.rows == rows}
    assert found[name, "right verdict"].value >= least
    assert found[name, "questions a row"].value < 2.2

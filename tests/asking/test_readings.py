"""Answers are kept, replayed without a network, voted on, and never overrule a person."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.asking.plans import TARGET, corpus
from tests.asking.server import answer
from wpnet.asking import ASK_FROM
from wpnet.asking.client import NoReply, NoService, Reply
from wpnet.asking.prompt import NEAREST, Question, question
from wpnet.asking.readings import Reading, append, read_readings, readings_beside
from wpnet.asking.running import ask, chosen_rows, differing_rows
from wpnet.asking.votes import flag, unused_lines, vote
from wpnet.cli import main
from wpnet.errors import ReviewError, WpnetError
from wpnet.pipeline import build
from wpnet.review.decisions import Decision, Texts, decisions_to_csv
from wpnet.review.laying import apply_decisions
from wpnet.store import load_corpus

FIRST, SECOND = "c-x-2023#1.1.1", "c-x-2023#1.2.1"


class Stored:
    """A model whose replies are known beforehand."""

    def __init__(self, *replies: str, name: str = "m") -> None:
        self.replies, self.name, self.questions = list(replies), name, list[Question]()

    def reply(self, one: Question) -> Reply:
        """Return the next reply."""
        self.questions.append(one)
        return Reply(self.replies.pop(0), self.name, 100, 10)

    def close(self) -> None:
        """Nothing is under way."""


def read_by(folder: Path, *replies: str, name: str = "m") -> list[Reading]:
    """Return the readings of a model about the first rows."""
    known, file = corpus(), folder / f"{name}.jsonl"
    rows = known.coverage[: len(replies)]
    ask(known, rows, Stored(*replies, name=name), name, file, day="2026-11-28")
    return read_readings(file)[0]


YES = answer("carried", ("1.1.1",))


def test_a_reading_says_who_read_what_and_when(tmp_path: Path) -> None:
    """Fingerprints, prompt, parameters, raw and parsed answer, tokens and day are in its line."""
    one = read_by(tmp_path, YES)[0]
    texts = Texts(corpus().requirements)
    assert (one.source_id, one.target_plan_id, one.day) == (FIRST, TARGET, "2026-11-28")
    assert one.target_plan_sha256 == texts.plan(TARGET).whole
    assert (one.raw, one.answer["verdict"], one.tokens_in, one.tokens_out) == (
        YES,
        "carried",
        100,
        10,
    )
    assert one.parameters["temperature"] == 0
    assert len(one.prompt_sha256) == 64


def test_a_cut_last_line_is_passed_over_and_mended(tmp_path: Path) -> None:
    """What a crash left is said; the next answer stands on a line of its own."""
    held = read_by(tmp_path, YES, answer())
    file = tmp_path / "m.jsonl"
    file.write_bytes(file.read_bytes()[:-30])
    found, notes = read_readings(file)
    assert (found, len(notes)) == (held[:1], 1)
    append(file, held[1:])
    assert read_readings(file) == (held, [])


@pytest.mark.parametrize("damage", ["x\n", "{}\n", '{"source_id": 1}\n', "[" * 9999 + "\n"])
def test_other_damage_is_named_with_its_line(damage: str, tmp_path: Path) -> None:
    """A file that somebody has changed is not half believed."""
    read_by(tmp_path, YES)
    file = tmp_path / "m.jsonl"
    file.write_text(damage + file.read_text("utf-8"), "utf-8")
    with pytest.raises(ReviewError, match="line 1: is no reading"):
        read_readings(file)


@pytest.mark.parametrize("name", ["../../etc/x", "org/model:7b", "..", "模型 甲"])
def test_the_file_of_a_model_stays_in_its_folder(name: str) -> None:
    """Whatever the model is called."""
    assert readings_beside(Path("data/processed"), name).parent.name == "readings"


def test_a_changed_text_makes_a_reading_stale(tmp_path: Path) -> None:
    """It is not used, and the number of such readings is said; the row is asked again."""
    held = read_by(tmp_path, YES)
    changed = corpus(district=["按时公开财政信息。", "新的一句。"])
    said = vote(held, Texts(changed.requirements))
    assert (said.decisions, said.doubt) == ([], set())
    assert "1 readings are stale" in unused_lines(said.stale, said.elsewhere)[0]
    model = Stored(YES)
    ask(changed, changed.coverage[:1], model, "m", tmp_path / "m.jsonl")
    assert len(model.questions) == 1


def test_a_reading_of_plans_that_are_not_compared_here_is_counted_apart(tmp_path: Path) -> None:
    """No text has changed, nobody need ask again; a file of many corpora serves each of them."""
    held = read_by(tmp_path, YES, YES)
    texts = Texts(corpus().requirements)
    some = vote(held, texts, {(SECOND, TARGET)})
    assert [one.source_id for one in some.decisions] == [SECOND]
    assert (sum(some.stale.values()), sum(some.elsewhere.values())) == (0, 1)
    none = vote(held, Texts(corpus().requirements[:3]))
    assert (none.decisions, sum(none.stale.values())) == ([], 0)
    assert (
        "2 readings are about plans that are not held"
        in unused_lines(none.stale, none.elsewhere)[0]
    )


def test_a_third_model_needs_two_before_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows on which nobody has differed yet are no rows to ask about."""
    options = ["--model", "m", "--differing", "--dry-run", "--data", str(data / "processed")]
    assert main(["review", "ask", *options]) == 1
    assert "fewer than two models" in capsys.readouterr().err


def test_most_models_win_and_a_difference_is_flagged(tmp_path: Path) -> None:
    """Two against one: the verdict of the two, named, and the row asks for a look."""
    held = [
        *read_by(tmp_path, YES, name="a"),
        *read_by(tmp_path, answer(), name="b"),
        *read_by(tmp_path, YES, name="c"),
    ]
    said = vote(held, Texts(corpus().requirements))
    assert [(one.verdict, one.decided_by) for one in said.decisions] == [("carried", "model:a+c")]
    assert said.doubt == {(FIRST, TARGET)}
    tie = vote(held[:2], Texts(corpus().requirements))
    assert (tie.decisions, tie.doubt) == ([], {(FIRST, TARGET)})


@pytest.mark.parametrize("reply", [answer("carried", ("1.1.1",), sureness="low"), "抱歉"])
def test_an_unsure_or_missing_answer_leaves_the_row_in_doubt(reply: str, tmp_path: Path) -> None:
    """Only a sure answer settles a row."""
    said = vote(read_by(tmp_path, reply), Texts(corpus().requirements))
    assert said.doubt == {(FIRST, TARGET)}


def laid(readings: list[Reading], *people: Decision) -> tuple[str, str, bool]:
    """Return verdict, decider and mark of the first row after readings and decisions."""
    known = corpus()
    said = vote(readings, Texts(known.requirements))
    done = apply_decisions(
        [*people, *said.decisions], known.links, known.coverage, known.requirements
    )
    row = flag(done.coverage, said.doubt)[0]
    return row.verdict, row.decided_by, row.needs_review


def test_model_and_program_that_agree_settle_a_row(tmp_path: Path) -> None:
    """The program said carried; so does the model."""
    assert laid(read_by(tmp_path, YES)) == ("carried", "model:m", False)


def test_model_and_program_that_differ_are_flagged(tmp_path: Path) -> None:
    """The model's verdict stands and the row asks for a look."""
    assert laid(read_by(tmp_path, answer())) == ("omitted", "model:m", True)


def test_a_person_always_wins(tmp_path: Path) -> None:
    """Whatever the model says, and without a mark."""
    known = corpus()
    model = vote(read_by(tmp_path, answer()), Texts(known.requirements)).decisions[0]
    person = replace(
        vote(read_by(tmp_path, YES, name="p"), Texts(known.requirements)).decisions[0],
        decided_by="review",
        reviewer="王",
    )
    assert model.verdict != person.verdict
    assert laid(read_by(tmp_path, answer()), person) == ("carried", "review", False)


def test_rows_of_people_are_never_asked_about() -> None:
    """And without --all only rows in doubt, the most doubtful first."""
    known = corpus()
    first, second, third = known.coverage
    rows = (
        replace(first, decided_by="review"),
        replace(second, p_carried=0.5),
        replace(third, needs_review=False),
    )
    known = replace(known, coverage=rows)
    assert [one.source_id for one in chosen_rows(known)] == [SECOND]
    everything = chosen_rows(known, everything=True)
    assert [one.source_id for one in everything] == [SECOND, third.source_id]


def test_a_third_model_is_asked_only_where_two_differ(tmp_path: Path) -> None:
    """Or where one gave no answer; rows that one model has read alone do not differ."""
    read_by(tmp_path, YES, YES, answer(), name="a")
    read_by(tmp_path, YES, answer(), "抱歉", name="b")
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    third = corpus().requirements[2].requirement_id
    assert differing_rows(corpus(), files) == {(SECOND, TARGET), (third, TARGET)}
    assert differing_rows(corpus(), files[:1]) == set()


def test_rows_are_asked_from_a_doubt_on(tmp_path: Path) -> None:
    """Below what is flagged, too; the doubt from which on is a choice."""
    known = corpus()
    first, second, third = known.coverage
    rows = (
        replace(first, needs_review=False, doubt=ASK_FROM),
        replace(second, needs_review=False, doubt=ASK_FROM / 2),
        replace(third, doubt=0.0),
    )
    known = replace(known, coverage=rows)
    chosen = [one.source_id for one in chosen_rows(known)]
    assert chosen == [first.source_id, third.source_id]
    assert len(chosen_rows(known, doubt=ASK_FROM / 2)) == 3
    with pytest.raises(WpnetError, match="from 0 to 1"):
        chosen_rows(known, doubt=-0.1)


def test_of_a_long_plan_the_nearest_sentences_are_shown() -> None:
    """Those most like the duty, in the order of the plan, and the model is told so."""
    known = corpus(district=[f"第{at}项另外的工作。" for at in range(60)] + ["按时公开财政信息。"])
    one = question(known.requirements[0], TARGET, known.requirements[3:], whole=100)
    assert len(one.offered) == NEAREST
    assert one.offered[-1].text == "按时公开财政信息。"
    assert '"目标文件完整": false' in one.user


class Silent(Stored):
    """A model that never answers."""

    def reply(self, one: Question) -> Reply:
        """Give no reply."""
        raise NoReply("nothing")


def test_a_run_that_gets_no_replies_ends(tmp_path: Path) -> None:
    """After five questions in a row; nothing is written."""
    known = corpus(city=[f"公开第{at}项信息。" for at in range(8)])
    with pytest.raises(NoService, match="5 questions in a row"):
        ask(known, known.coverage, Silent(), "m", tmp_path / "m.jsonl")
    assert not (tmp_path / "m.jsonl").exists()


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"at_most": 0}])
def test_a_number_below_one_is_refused(wrong: dict[str, int], tmp_path: Path) -> None:
    """In a sentence that names the options."""
    known = corpus()
    with pytest.raises(WpnetError, match="numbers from 1 on"):
        ask(known, known.coverage, Stored(), "m", tmp_path / "m.jsonl", **wrong)


PLAN = "{}政务公开工作要点\n一、公开\n1.公开财政信息。\n2.{}。\n"
MANIFEST = """plan_id,file,title,issuer,place_code,level,bureau,year
c-hrss-2023,c.txt,市2023年政务公开工作要点,市局,310000,municipal,hrss,2023
d-hrss-2024,d.txt,区2024年政务公开工作要点,区局,310114,district,hrss,2024
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with two raw plans and what a build makes of them."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "manifest.csv").write_text(MANIFEST, "utf-8")
    (raw / "c.txt").write_text(PLAN.format("市2023年", "组织业务培训"), "utf-8")
    (raw / "d.txt").write_text(PLAN.format("区2024年", "做好公报管理"), "utf-8")
    build(raw, tmp_path / "processed")
    return tmp_path


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its name."""
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


@pytest.mark.slow
def test_a_build_replays_readings_without_a_network(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same file, the same bytes; a person's decision beside them wins; `()` leaves them out."""
    processed = data / "processed"
    plain, known = content(processed), load_corpus(processed)
    rows = known.coverage
    targets = [one for one in known.requirements if one.plan_id == "d-hrss-2024"]
    number = targets[0].requirement_id.partition("#")[2]
    replies = [answer("partial", (number,)) for _ in rows]
    ask(known, rows, Stored(*replies), "m", readings_beside(processed, "m"), day="2026-11-28")
    monkeypatch.setattr("socket.socket.connect", None)
    build(data / "raw", processed)
    replayed = content(processed)
    decided = load_corpus(processed).coverage
    assert {(one.verdict, one.decided_by) for one in decided} == {("partial", "model:m")}
    build(data / "raw", processed, keep_cache=False)
    assert content(processed) == replayed
    texts = Texts(known.requirements)
    held = read_readings(readings_beside(processed, "m"))[0]
    said = vote(held, texts).decisions[0]
    person = replace(said, verdict="omitted", target_ids="", target_sha256="", decided_by="review")
    (data / "decisions.csv").write_text(decisions_to_csv([person]), "utf-8")
    build(data / "raw", processed)
    by = Counter(one.decided_by for one in load_corpus(processed).coverage)
    assert by == {"review": 1, "model:m": len(rows) - 1}
    build(data / "raw", processed, readings=(), reviewed=False)
    assert content(processed) == plain


def test_a_dry_run_shows_what_would_leave_and_sends_nothing(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every question, and about how many tokens they are."""
    monkeypatch.setattr("socket.socket.connect", None)
    folder = str(data / "processed")
    assert main(["review", "ask", "--model", "m", "--all", "--dry-run", "--data", folder]) == 0
    said = capsys.readouterr().out
    assert "你是一名细心的政策文本读者" in said
    assert '"句子": "组织业务培训。"' in said
    assert "2 questions, about" in said
    assert not (data / "readings").exists()


def test_asking_without_a_server_named_is_one_sentence(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 1, and what to do."""
    folder = str(data / "processed")
    assert main(["review", "ask", "--model", "m", "--data", folder]) == 1
    assert "--base-url is missing" in capsys.readouterr().err


def test_evaluate_says_how_right_readings_are(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Accuracy, kappa and cost, from the command line, on labelled rows."""
    known = load_corpus(data / "processed")
    file = data / "m.jsonl"
    replies = [answer() for _ in known.coverage]
    ask(known, known.coverage, Stored(*replies), "m", file, day="2026-11-28")
    rows = ["source_id,target_plan_id,verdict,target_ids"]
    rows += [f"{one.source_id},{one.target_plan_id},omitted," for one in known.coverage]
    gold = data / "gold.csv"
    gold.write_text("\n".join(rows), "utf-8")
    options = ["--readings", str(file), "--data", str(data / "processed")]
    assert main(["evaluate", "--gold", str(gold), *options]) == 0
    said = capsys.readouterr().out
    assert "given  m, prompt 2" in said
    assert "1.000" in said.split("): all ")[1].splitlines()[0]
    assert main(["evaluate", "--gold", str(gold), *options, "--format", "json"]) == 0
    told = {
        (one["about"], one["figure"]): one["value"] for one in json.loads(capsys.readouterr().out)
    }
    assert (told["reader", "right verdict"], told["reader", "tokens a row"]) == (1.0, 110)


def test_readings_of_no_labelled_row_are_refused(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence that says how to name the labels; exit status 1."""
    known = load_corpus(data / "processed")
    file = data / "m.jsonl"
    ask(known, known.coverage[:1], Stored(answer()), "m", file, day="2026-11-28")
    gold = data / "gold.csv"
    gold.write_text("source_id,target_plan_id,verdict,target_ids\nx#1.1,y,omitted,\n", "utf-8")
    options = ["--readings", str(file), "--data", str(data / "processed")]
    assert main(["evaluate", "--gold", str(gold), *options]) == 1
    assert "none of its readings is of a labelled row" in capsys.readouterr().err
    assert main(["evaluate", "--gold", str(gold), *options, "--doubt", "15"]) == 1
    assert "a doubt is a number from 0 to 1" in capsys.readouterr().err
    assert main(["evaluate", "--readings", str(data), *options[2:]]) == 1
    assert "is a folder, no file" in capsys.readouterr().err


def test_a_line_holds_the_raw_answer_once(tmp_path: Path) -> None:
    """What the raw reply says is not repeated; what it does not say by itself is kept."""
    [plain] = read_by(tmp_path, YES)
    assert "answer" not in json.loads((tmp_path / "m.jsonl").read_text("utf-8"))
    assert plain.answer["verdict"] == "carried"
    [fenced] = read_by(tmp_path, f"```json\n{YES}\n```", name="f")
    assert json.loads((tmp_path / "f.jsonl").read_text("utf-8"))["answer"] == fenced.answer
    [refused] = read_by(tmp_path, "", name="r")
    assert (refused.answer, refused.raw, bool(refused.unanswered)) == ({}, "", True)


def test_an_answer_of_sentences_without_fingerprints_is_damage(tmp_path: Path) -> None:
    """A raw reply that somebody has changed names a sentence that nobody offered."""
    read_by(tmp_path, YES)
    file = tmp_path / "m.jsonl"
    file.write_text(
        file.read_text("utf-8").replace('[\\"1.1.1', '[\\"1.9.9\\", \\"1.1.1') + "x", "utf-8"
    )
    with pytest.raises(ReviewError, match="line 1: is no reading"):
        read_readings(file)

"""The protocol, with the real client package against a real server on loopback, faults included."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.asking.plans import TARGET, corpus
from tests.asking.server import KEY, Chat, answer, serving
from wpnet.asking.client import KEY as VARIABLE
from wpnet.asking.client import TRIES, ChatModel, NoReply, NoService
from wpnet.asking.prompt import Question
from wpnet.asking.readings import read_readings
from wpnet.asking.running import Asked, ask, questions

pytest.importorskip("openai", reason="the extra llm is not installed")


def one_question() -> Question:
    known = corpus()
    return questions(known, known.coverage[:1])[0]


def model_of(chat: Chat, pauses: list[float] | None = None, seconds: float = 5.0) -> ChatModel:
    kept = [] if pauses is None else pauses
    return ChatModel(chat.url, "tiny", seconds=seconds, sleep=kept.append)


def asked_of(chat: Chat, file: Path, **more: int) -> Asked:
    known = corpus()
    return ask(known, known.coverage, model_of(chat), "tiny", file, day="2026-11-28", **more)


def test_a_question_goes_out_and_its_answer_comes_back() -> None:
    """Guideline as system message, row as JSON, temperature 0; name and tokens as reported."""
    with serving() as chat:
        reply = model_of(chat).reply(one_question())
    assert reply.model == "tiny-as-served"
    assert (reply.tokens_in, reply.tokens_out, reply.fault) == (100, 10, "")
    assert reply.text == answer("carried", ("1.1.1",))
    sent = chat.asked[0]
    assert [one["role"] for one in sent["messages"]] == ["system", "user"]
    assert (sent["model"], sent["temperature"]) == ("tiny", 0)


def test_the_key_comes_from_the_environment_and_is_never_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is sent as the protocol wants it; a server that repeats it is not repeated."""
    monkeypatch.setenv(VARIABLE, KEY)
    with serving(always="401") as chat, pytest.raises(NoService) as refused:
        model_of(chat).reply(one_question())
    headers = {name.lower(): value for name, value in chat.headers[0].items()}
    assert headers["authorization"] == f"Bearer {KEY}"
    assert VARIABLE in str(refused.value)
    assert KEY not in str(refused.value)


def test_a_key_of_another_service_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What OPENAI_API_KEY holds goes to nobody else."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "secret-of-another")
    with serving() as chat:
        model_of(chat).reply(one_question())
    assert "secret-of-another" not in str(chat.headers)


@pytest.mark.parametrize("fault", ["429", "500", "cut", "no json"])
def test_a_passing_fault_is_waited_out(fault: str) -> None:
    """Two failures, then the answer; the pauses are those the server asks for, or grow."""
    pauses: list[float] = []
    faults = [fault] if fault == "no json" else [fault, fault]
    with serving(faults=faults) as chat:
        reply = model_of(chat, pauses).reply(one_question())
    assert reply.text == answer("carried", ("1.1.1",))
    if fault == "429":
        assert [one for one in pauses if one == 7.0] == [7.0, 7.0]
    elif fault != "no json":
        assert pauses == [1.0, 2.0]


@pytest.mark.parametrize("fault", ["500", "cut", "429"])
def test_a_fault_that_stays_is_given_up(fault: str) -> None:
    """After so many tries there is no reply, and nothing that looks like one."""
    with serving(always=fault) as chat, pytest.raises(NoReply):
        model_of(chat).reply(one_question())
    assert len(chat.asked) == TRIES


def test_a_server_that_only_keeps_the_line_open_is_left() -> None:
    """Signs of life are no answer: the time for one reply is limited."""
    began = time.monotonic()
    with serving(always="slow") as chat, pytest.raises(NoReply, match="within"):
        model_of(chat, seconds=0.2).reply(one_question())
    assert time.monotonic() - began < 5


def test_a_reply_without_end_is_cut() -> None:
    """Reading stops long before the server does."""
    with serving(always="endless") as chat:
        reply = model_of(chat).reply(one_question())
    assert reply.fault == "the reply had no end"
    assert len(reply.text) == 4000


@pytest.mark.parametrize(
    ("fault", "said"),
    [("401", "key"), ("404", "no model"), ("402", "no money"), ("quota", "no money")],
)
def test_what_ends_everything_is_said_in_a_sentence(fault: str, said: str, tmp_path: Path) -> None:
    """Wrong key, unknown model, no money: not tried again, and what was answered is kept."""
    file = tmp_path / "readings" / "tiny.jsonl"
    with serving(faults=[""], always=fault) as chat, pytest.raises(NoService, match=said) as ended:
        asked_of(chat, file)
    assert "1 answered" in str(ended.value)
    assert len(read_readings(file)[0]) == 1
    assert len(chat.asked) == 2


def test_no_server_is_said_in_a_sentence() -> None:
    """Nobody listens at the address."""
    with serving() as chat:
        pass
    with pytest.raises(NoService, match="no server answers there"):
        model_of(chat).reply(one_question())


def test_an_address_that_is_none_is_said() -> None:
    """Only http and https are spoken."""
    with pytest.raises(NoService, match="is no address"):
        ChatModel("localhost:8000", "tiny")


@pytest.mark.parametrize(
    "reply",
    [
        "抱歉，我不能回答这个问题。",
        "",
        "[]",
        "null",
        answer("carried", ("9.9.9",)),
        answer("carried"),
        answer("omitted", ("1.1.1",)),
        answer("not_applicable"),
        answer("carried", ("1.1.1",), sureness="very"),
        answer("carried", ("1.1.1",), extra="x"),
        answer("carried", ("1.1.1",)) + answer(),
        answer("carried", ("1.1.1",)).replace('"why"', '"verdict": "omitted", "why"'),
        answer("carried", ("1.1.1",)).replace('["1.1.1"]', '"1.1.1"'),
    ],
)
def test_anything_but_an_answer_is_unanswered(reply: str, tmp_path: Path) -> None:
    """Refusals, other JSON, ids that were not offered: kept as they came, never a verdict."""
    file = tmp_path / "tiny.jsonl"
    with serving(rule=lambda user: reply) as chat:
        asked = asked_of(chat, file, at_most=1)
    assert (asked.answered, asked.unanswered) == (0, 1)
    kept = read_readings(file)[0][0]
    assert (kept.answer, kept.raw) == ({}, reply)
    assert kept.unanswered


@pytest.mark.parametrize("fault", ["endless", "filtered", "400"])
def test_a_reply_that_did_not_end_well_is_unanswered(fault: str, tmp_path: Path) -> None:
    """Endless, filtered, refused by the server: no verdict, and the run goes on."""
    file = tmp_path / "tiny.jsonl"
    with serving(faults=[fault]) as chat:
        asked = asked_of(chat, file)
    assert (asked.answered, asked.unanswered) == (2, 1)


def test_what_is_answered_is_not_asked_again(tmp_path: Path) -> None:
    """A run that was stopped goes on where it stood; a second one asks nothing."""
    file = tmp_path / "tiny.jsonl"
    with serving() as chat:
        assert asked_of(chat, file, at_most=1).answered == 1
        again = asked_of(chat, file)
        assert (again.answered, again.known) == (2, 1)
        assert asked_of(chat, file).known == 3
    assert len(chat.asked) == 3


def test_workers_ask_at_the_same_time(tmp_path: Path) -> None:
    """Three workers have three questions under way; each answer is one whole line."""
    meeting = threading.Barrier(3, timeout=10)

    def rule(user: str) -> str:
        meeting.wait()
        return answer()

    file = tmp_path / "tiny.jsonl"
    with serving(rule=rule) as chat:
        assert asked_of(chat, file, workers=3).answered == 3
    assert {one.target_plan_id for one in read_readings(file)[0]} == {TARGET}

"""Foreign files are read in a process of their own: whatever it comes to, one sentence."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from wpnet import apart
from wpnet.apart import read_apart
from wpnet.errors import CorpusError, UnreadableFile
from wpnet.model import Cell, ParsedPlan, Plan
from wpnet.reading.door import READ_HERE, parse_bytes, parse_file
from wpnet.reading.files import read_document
from wpnet.reading.plan import parse_document
from wpnet.schema import WrongShape, checked

ROOT = Path(__file__).parents[1]
HERE = "tests.test_apart"


def job(data: bytes, name: str, what: str = "") -> Any:
    """Do, in the process apart, what a hostile file might make its reader do."""
    if what == "refuse":
        raise CorpusError(f"{name}: refused")
    if what == "crash":
        ctypes.string_at(0)
    if what == "memory":
        return len(bytearray(3 * 2**30))
    if what == "grow":
        kept = []
        while True:
            kept.append(bytearray(2**20))
    if what == "sleep":
        time.sleep(60)
    if what == "spin":
        while True:
            pass
    if what == "print":
        print("nonsense " * 1000, flush=True)
        os.write(1, b"nonsense")
    if what == "flood":
        return "x" * (apart.ANSWER + 1)
    if what == "odd":
        return {1: {2, 3}}
    if what == "exit":
        os._exit(0)
    if what == "bug":
        raise KeyError("x")
    if what == "deep":
        return job(data, name, what)
    return [os.getpid(), name, len(data)]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    if apart._reader is not None:
        apart._reader.close()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("crash", "its reader gave up"),
        ("memory", "its reader gave up"),
        pytest.param("grow", "its reader gave up", marks=pytest.mark.slow),
        ("deep", "its reader gave up"),
        ("sleep", "took more than 0.5 seconds"),
        ("spin", "took more than 0.5 seconds"),
        pytest.param("flood", "far more than any plan", marks=pytest.mark.slow),
        ("odd", "a way that its reader does not know"),
        ("bug", "a way that its reader does not know"),
        ("exit", "its reader gave up"),
    ],
)
def test_whatever_a_file_does_to_its_reader_is_one_sentence(
    what: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Crash, memory, time, an endless answer: the sentence names the file, the next is read."""
    if what in ("sleep", "spin"):
        monkeypatch.setattr(apart, "SECONDS", 0.5)
    with pytest.raises(UnreadableFile, match=f"^plan.pdf: .*{said}"):
        read_apart(f"{HERE}:job", b"", "plan.pdf", what=what)
    monkeypatch.setattr(apart, "SECONDS", 60)
    assert read_apart(f"{HERE}:job", b"abc", "b.pdf")[1:] == ["b.pdf", 3]


def test_one_process_serves_many_files() -> None:
    """A process is started once, and never this one."""
    first = read_apart(f"{HERE}:job", b"", "a")
    assert first[0] == read_apart(f"{HERE}:job", b"", "b")[0] != os.getpid()


def test_a_process_is_replaced_after_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can pile up in it."""
    first = read_apart(f"{HERE}:job", b"", "a")
    monkeypatch.setattr(apart, "SERVED", 1)
    assert first[0] != read_apart(f"{HERE}:job", b"", "b")[0]


def test_the_refusal_of_a_reader_comes_back_as_it_was() -> None:
    """The same class with the same sentence."""
    with pytest.raises(CorpusError, match=r"^a: refused$"):
        read_apart(f"{HERE}:job", b"", "a", what="refuse")


def test_what_libraries_print_is_no_answer() -> None:
    """Standard output of the process is not that of the answers."""
    assert read_apart(f"{HERE}:job", b"", "a", what="print")[1] == "a"


def test_an_interrupt_leaves_no_answer_for_the_next_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer that nobody waited for is not taken for that of another file."""
    get = apart.get_frame

    def interrupted(*_: Any) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(apart, "get_frame", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_apart(f"{HERE}:job", b"", "first")
    monkeypatch.setattr(apart, "get_frame", get)
    assert read_apart(f"{HERE}:job", b"", "second")[1] == "second"


@pytest.mark.parametrize("file", ["docs/example/my-district.pdf", "data/raw/qingpu-hrss-2024.txt"])
def test_what_is_read_apart_is_what_is_read_here(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing changes on the way between the processes."""
    monkeypatch.setattr("wpnet.reading.door.READ_HERE", 0)
    path = ROOT / file
    assert parse_file(path) == parse_document(read_document(path))


@pytest.mark.parametrize("name", ["form-recursion.pdf", "q-2e6.pdf"])
def test_a_page_that_stands_for_endless_work_is_refused_at_once(name: str) -> None:
    """Forms in a circle and millions of operators are counted before anything follows them."""
    data = (ROOT / "tests/formats/attacks" / name).read_bytes()
    monotonic = time.process_time()
    with pytest.raises(UnreadableFile, match=name):
        read_document(ROOT / "tests/formats/attacks" / name)
    assert time.process_time() - monotonic < 2
    assert len(data) < 5000


def test_a_short_text_needs_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain text is read here: the base plans cost no process."""
    monkeypatch.setattr("wpnet.reading.door.read_apart", None)
    assert parse_bytes("一、公开\n1.公开年报。\n".encode(), "a.txt").requirements


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Plan, {"plan_id": "a"}),
        (Plan, []),
        (Cell, {"table": 1, "row": 2, "column": 3, "row_span": 1, "column_span": True}),
        (Cell, {"table": 1, "row": 2, "column": 3, "row_span": 1, "column_span": 1, "x": 1}),
        (ParsedPlan, None),
        (list[str], ["a", None]),
        (tuple[str, int], ["a"]),
        (dict[str, list[int]], {"a": [1.5]}),
        (int | None, "1"),
    ],
)
def test_values_of_another_shape_are_refused(kind: Any, value: Any) -> None:
    """Missing and unknown fields, other types, truth values for numbers."""
    with pytest.raises(WrongShape, match="value"):
        checked(kind, json.loads(json.dumps(value)))


PATTERNS = (
    "（",
    "（责任单位：",
    "一、公开。",
    "（一）",
    "《关于印发〈",
    "2025年3月31日前，",
    "办公室、",
    "一、\n",
    "1.公开政府信息。\n",
    "、",
    "“",
    "根据《某市政务公开工作要点》（沪府办〔2025〕8号），",
)


@pytest.mark.slow
@pytest.mark.parametrize("pattern", PATTERNS)
def test_text_that_is_read_here_is_bounded(pattern: str) -> None:
    """The longest text that needs no other process takes seconds, whatever it repeats."""
    data = (pattern * (READ_HERE // len(pattern.encode()))).encode()
    before = time.process_time()
    with contextlib.suppress(UnreadableFile):
        parse_bytes(data, "a.txt")
    assert time.process_time() - before < 20

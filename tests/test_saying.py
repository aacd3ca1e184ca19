"""What a command says beside its answer: in logs a line every ten seconds, on terminals a bar."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from wpnet import saying
from wpnet.saying import at_work, progress


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saying, "LOG_EVERY", 0.05)


def slowly(count: int) -> Iterator[int]:
    for number in progress("reading", range(count)):
        time.sleep(0.02)
        yield number


def test_a_stage_says_in_a_log_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A line with the number done and the number of all, now and then; nothing for short work."""
    assert list(slowly(10)) == list(range(10))
    lines = capsys.readouterr().err.splitlines()
    assert 1 <= len(lines) <= 5
    assert all(line.startswith("note: reading: ") and line.endswith(" of 10") for line in lines)
    assert list(progress("reading", range(1000))) == list(range(1000))
    assert capsys.readouterr().err == ""


def test_a_command_without_stages_says_that_it_is_at_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever waits for minutes knows that it goes on; a stage speaks for itself."""
    with at_work("report"):
        time.sleep(0.2)
    assert "note: report: at work for 0 s" in capsys.readouterr().err
    with at_work("build"):
        list(slowly(10))
    assert "at work" not in capsys.readouterr().err

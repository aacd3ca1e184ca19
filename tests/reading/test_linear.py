"""No regular expression of the reading backtracks badly, whatever the text."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

SPEC = importlib.util.spec_from_file_location("patterns", Path(__file__).with_name("patterns.py"))
assert SPEC is not None
assert SPEC.loader is not None
patterns: ModuleType = importlib.util.module_from_spec(SPEC)
sys.modules["patterns"] = patterns
SPEC.loader.exec_module(patterns)

FOUND = patterns.collect()


@pytest.mark.slow
@pytest.mark.parametrize("name", FOUND)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    """On texts made of a pattern's own matches and near-misses, the time grows linearly."""
    growth, recipe = patterns.steepest(FOUND[name])
    assert growth < patterns.STEEPEST, recipe


@pytest.mark.parametrize(
    ("words", "use"),
    [("(?:一|二|三)*四", "search"), (r"([一二]+)+$", "match"), (r"(?:公|公开|开)*；", "match"),
     (r"[^。]*。", "search"), (r"\s+$", "search"), (r"(?:.{1,}、){1,}。", "fullmatch")],
)  # fmt: skip
@pytest.mark.slow
def test_a_careless_pattern_is_found(words: str, use: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested repetition, and repetition before a mark that never comes, are told."""
    monkeypatch.setattr(patterns, "GIVEN_UP", 0.5)
    growth, _ = patterns.steepest(patterns.Found(re.compile(words), frozenset((use,))))
    assert growth >= patterns.STEEPEST


def test_every_pattern_is_tried() -> None:
    """No call of ``re.compile`` stands inside a function, where nobody would find it."""
    compiled = [
        line
        for module in patterns.modules()
        for line in Path(str(module.__file__)).read_text("utf-8").splitlines()
        if "re.compile(" in line
    ]
    hidden = [line for line in compiled if not re.match(r"_?[A-Z_]+\b.* = |    re\.compile", line)]
    assert hidden == []
    assert len(FOUND) >= len(compiled)


def test_a_pattern_inside_a_call_is_found() -> None:
    """``re.sub(rf"…", …)`` is read with the constants it is built from."""
    source = "def drop(text):\n    return re.sub(rf'{WORDS}+$', '', text)\n"
    [(line, use, pattern)] = patterns.called(source, {"WORDS": "[年月]"})
    assert (line, use, pattern.pattern) == (2, "search", "[年月]+$")

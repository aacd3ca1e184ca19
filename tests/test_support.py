"""The READMEs say which formats and layouts are read, in the figures of the tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from wpnet.reading.files import SUFFIXES

ROOT = Path(__file__).parents[1]


def script() -> ModuleType:
    """Load tools/write_support.py, which is a script and no part of the package."""
    spec = importlib.util.spec_from_file_location("write_support", ROOT / "tools/write_support.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = script()


@pytest.mark.parametrize("language", TOOL.PAGES)
def test_the_page_shows_the_figures_of_today(language: str) -> None:
    """After a change run `python tools/write_support.py`, and read what it changed."""
    page = (ROOT / TOOL.PAGES[language]).read_text("utf-8")
    assert page == TOOL.renewed(page, language)


def test_every_layout_of_the_tests_has_a_row() -> None:
    """A new letter needs a name in both languages."""
    measure = TOOL._measure()
    letters = {measure.expected(name)["layout"] for name in measure.NAMES}
    assert letters == TOOL.LAYOUTS.keys()
    assert all(set(names) == {"en", "zh"} for names in TOOL.LAYOUTS.values())


def test_every_suffix_that_is_read_stands_in_one_row() -> None:
    """A new format needs a row."""
    for suffix in SUFFIXES:
        assert sum(f"`{suffix}`" in row for row in TOOL.format_rows("en")) == 1


def test_a_score_that_falls_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures are measured, not written."""
    before = list(TOOL.layout_rows("en"))
    real = TOOL._measure().found_facts

    def forgetful(plan: object) -> dict[str, object]:
        return {**real(plan), "units": real(plan)["units"] & real(plan)["headings"]}

    monkeypatch.setattr(TOOL._measure(), "found_facts", forgetful)
    after = list(TOOL.layout_rows("en"))
    assert before[0].endswith("| 1.00 | 1.00 | 1.00 | 1.00 |")
    assert after[0].endswith("| 1.00 | 1.00 | 0.00 | 1.00 |")


def test_a_page_without_its_marks_is_refused() -> None:
    """Instead of being left as it is."""
    with pytest.raises(SystemExit, match=r"README\.md: lacks the marks"):
        TOOL.renewed("# wpnet\n", "en")

"""Executed notebooks can be committed: the same code gives the same file."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

ROOT = Path(__file__).parents[1]


def runner() -> ModuleType:
    """Load tools/run_notebooks.py, which is a script and no part of the package."""
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "tools/run_notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells with fixed ids."""
    code = [nbformat.v4.new_code_cell(text, id=f"c{at}") for at, text in enumerate(cells)]
    nbformat.write(nbformat.v4.new_notebook(cells=code), path)
    return path


@pytest.mark.slow
def test_executing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """No times, no versions; Chinese output stays readable in the file."""
    path = notebook(
        tmp_path / "a.ipynb", "import pathlib", "print('政务', pathlib.Path('a.ipynb').exists())"
    )
    assert runner().main([str(path)]) == 0
    first = path.read_text(encoding="utf-8")
    assert runner().main([str(path)]) == 0
    assert path.read_text(encoding="utf-8") == first
    assert "政务 True" in first
    assert "iopub" not in first
    assert '"version"' not in first


@pytest.mark.slow
def test_figures_come_inline_in_the_bundled_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the caller's settings for figures are, the notebook shows the same one."""
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("WPNET_FONT", "No Such Hei")
    path = notebook(
        tmp_path / "figure.ipynb",
        "from wpnet.showing.fonts import use_chinese_font\nuse_chinese_font()",
        "import matplotlib.pyplot as plt\nplt.subplots(figsize=(2, 1))[1].set_title('政务公开');",
    )
    assert runner().main([str(path)]) == 0
    done = path.read_text(encoding="utf-8")
    assert "'wpnet Hei'" in done
    assert '"image/png"' in done
    assert '"stderr"' not in done


@pytest.mark.slow
def test_a_notebook_that_fails_is_left_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit status is 1 and the message names the notebook and the error."""
    path = notebook(tmp_path / "b.ipynb", "1 / 0")
    before = path.read_bytes()
    assert runner().main([str(path)]) == 1
    assert path.read_bytes() == before
    said = capsys.readouterr().err
    assert "b.ipynb" in said
    assert "ZeroDivisionError" in said

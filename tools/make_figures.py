"""Draw all figures: ``python tools/make_figures.py [--language en] [--out DIR]``.

The cells of the notebooks are what defines a figure; here they run in one process, without a kernel
and without changing the notebooks, so that a figure and its CSV can be renewed in seconds. The
language and the folder override the notebooks' parameters; another language goes to
``notebooks/figures/own`` unless a folder is named. ``--baselines`` renews the small
pictures that tests compare with.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"


def run_cells(notebook: Path, overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Run the code cells of a notebook in this process, in its folder, and return its variables.

    ``overrides`` replace what the cell tagged ``parameters`` sets; those it does not set are not
    set either. The values of last expressions stand under ``_shown``, in order.
    """
    names: dict[str, Any] = {"_shown": []}
    before = Path.cwd()
    os.chdir(notebook.parent)
    try:
        for cell in nbformat.read(notebook, as_version=4).cells:
            if cell.cell_type != "code":
                continue
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                _run_cell(cell.source, f"{notebook.name}:{cell.id}", names)
            names["_shown"].append(printed.getvalue())
            if "parameters" in cell.metadata.get("tags", []):
                names.update({k: v for k, v in (overrides or {}).items() if k in names})
    finally:
        os.chdir(before)
    return names


def parameters(notebook: Path) -> dict[str, Any]:
    """Return what the cell tagged ``parameters`` of a notebook sets."""
    names: dict[str, Any] = {}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if "parameters" in cell.metadata.get("tags", []):
            exec(compile(cell.source, notebook.name, "exec"), names)
    return {name: value for name, value in names.items() if name.isupper()}


def _run_cell(source: str, name: str, names: dict[str, Any]) -> None:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), names)
    if isinstance(last, ast.Expr):
        names["_shown"].append(eval(compile(ast.Expression(last.value), name, "eval"), names))


def baselines(folder: Path) -> None:
    """Draw the small pictures that tests compare with (see tests/showing/test_baselines.py)."""
    names = runpy.run_path(str(ROOT / "tests" / "showing" / "baseline_figures.py"))
    names["draw_all"](folder)


def main(arguments: Sequence[str]) -> int:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description="Draw the figures of all notebooks.")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--out", type=Path, help="folder, else notebooks/figures")
    parser.add_argument("--baselines", action="store_true", help="renew the pictures of the tests")
    options = parser.parse_args(arguments)
    if options.baselines:
        baselines(ROOT / "tests" / "showing" / "baselines")
        return 0
    overrides: dict[str, Any] = {"LANGUAGE": options.language}
    if options.out:
        overrides["FIGURES"] = str(options.out.resolve())
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        print(f"drawing {notebook.name}", file=sys.stderr)
        run_cells(notebook, overrides)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Execute notebooks in place: ``python tools/run_notebooks.py notebooks/*.ipynb``.

A notebook runs in its own folder, as in Jupyter, and draws with the bundled font. What changes
from run to run or from machine to machine (execution times, the interpreter's version) is left
out, so that the same code and data give the same file. A notebook whose cell fails is not written:
the traceback names the cell, and the exit status is 1.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SECONDS_A_CELL = 300
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def executed(path: Path) -> str:
    """Return the text of the notebook ``path`` after running all of its cells.

    Raises ``CellExecutionError`` when a cell does.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name=KERNEL["name"],
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],  # not the kernel's notes on its own connection
    )
    client.execute(env=environment())
    return str(nbformat.writes(settled(notebook))).rstrip("\n") + "\n"


def environment() -> dict[str, str]:
    """Return the variables a kernel starts with: figures go inline and use the bundled font."""
    kept = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return kept | {"WPNET_FONT": "bundled"}


def settled(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Remove from ``notebook`` what differs between runs and machines, in place, and return it."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("metadata", {}).pop("needs_background", None)
    return notebook


def main(arguments: Sequence[str]) -> int:
    """Execute the notebooks named, in order; write those whose content changed."""
    for name in arguments:
        path = Path(name)
        print(f"executing {name}", file=sys.stderr)
        try:
            text = executed(path)
        except CellExecutionError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

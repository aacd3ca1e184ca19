"""Print an invented plan in every format that is read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "reading"))
import make_twins as twins
import printing

# Points that a column of a kind takes on a page; what is left goes to the contents.
NARROW = {"number": 34, "section": 52, "task": 60, "deadline": 48}
PAGE_WIDTH = 439


def twin_of(plan: Any) -> twins.Twin:
    """Return the paragraphs and the table of a plan."""

    def told(lines: list[str]) -> tuple[str, ...]:
        return tuple(printing.widths(plan, line) for line in lines)

    rows = printing.grid(plan.table) if plan.table else []
    return twins.Twin(
        told([*printing.head(plan), *printing.paragraphs(plan), *printing.between(plan)]),
        tuple(tuple(cell and printing.widths(plan, cell) for cell in row) for row in rows),
        told(printing.tail(plan)),
    )


def _text(encoding: str) -> Callable[[Any], bytes]:
    return lambda plan: printing.render(plan).encode(encoding)


def _pdf(plan: Any, **options: Any) -> bytes:
    kinds = [kind for kind, _ in plan.table.columns] if plan.table else []
    left = PAGE_WIDTH - sum(NARROW.get(kind, 70) for kind in kinds if kind != "content")
    widths = [left if kind == "content" else NARROW.get(kind, 70) for kind in kinds]
    return twins.pdf_twin(twin_of(plan), embedded=True, widths=widths, **options)


FORMATS: dict[str, tuple[str, Callable[[Any], bytes]]] = {
    "text in UTF-8": ("a.txt", _text("utf-8")),
    "text with a byte order mark": ("a.txt", _text("utf-8-sig")),
    "text in UTF-16": ("a.txt", _text("utf-16")),
    "text in GB18030": ("a.txt", _text("gb18030")),
    "web page of paragraphs": ("a.html", lambda plan: twins.html_twin(twin_of(plan))),
    "web page of lines": ("a.html", lambda plan: twins.html_twin(twin_of(plan), blocks="br")),
    "web page of nested blocks": (
        "a.html",
        lambda plan: twins.html_twin(twin_of(plan), blocks="div"),
    ),
    "Word": ("a.docx", lambda plan: twins.docx_twin(twin_of(plan))),
    "Word with automatic numbers": (
        "a.docx",
        lambda plan: twins.docx_twin(twin_of(plan), automatic=True),
    ),
    "PDF": ("a.pdf", _pdf),
    "PDF with rows cut by pages": ("a.pdf", lambda plan: _pdf(plan, cut_rows=True)),
    "OFD": ("a.ofd", lambda plan: twins.ofd_twin(twin_of(plan))),
}

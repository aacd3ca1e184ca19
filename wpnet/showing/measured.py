"""Figures of readings for the terminal and for other programs.

A figure is (about, rows, name, figure, value, low, high), as ``wpnet.asking.judging`` gives it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from wpnet.showing import plain
from wpnet.showing.listings import csv_text

Line = tuple[str, str, str, str, float, float, float]
COLUMNS = ("about", "rows", "name", "figure", "value", "low", "high")
#: What each table is called.
HEADS = {
    "reader": "EACH MODEL AND PROMPT ALONE, ON THE LABELLED ROWS IT HAS READ",
    "rule": "RULES: WHO IS ASKED ABOUT WHICH ROWS, AND WHOSE VERDICT STANDS",
    "threshold": "ASKED FROM WHICH DOUBT ON, ALL READERS VOTING",
    "agreement": "AGREEMENT OF READERS (FLIPS: ROWS ON WHICH TWO DIFFER)",
}
#: Figures that are no shares.
COUNTS = ("rows", "read", "answered", "flips", "tokens a row")


def measured_text(lines: Sequence[Line]) -> str:
    """Return a table for each thing that was measured; [ ] hold 95 % intervals."""
    parts = []
    for about, head in HEADS.items():
        held = [one for one in lines if one[0] == about]
        if not held:
            continue
        figures = list(dict.fromkeys(one[3] for one in held))
        cells = {(one[1], one[2], one[3]): _cell(one) for one in held}
        rows = [
            [scope, name, *(cells.get((scope, name, figure), "") for figure in figures)]
            for scope, name in dict.fromkeys((one[1], one[2]) for one in held)
        ]
        parts.append(f"{head}\n\n{plain.table(['set', about, *figures], rows, columns=260)}")
    return "\n\n".join(parts)


def measured_json(lines: Sequence[Line]) -> str:
    """Return the figures as a list of objects."""
    told = [dict(zip(COLUMNS, one, strict=True)) for one in lines]
    return json.dumps(told, ensure_ascii=False, indent=1)


def measured_csv(lines: Sequence[Line]) -> str:
    """Return the figures as CSV, one row a figure."""
    return csv_text(COLUMNS, [dict(zip(COLUMNS, one, strict=True)) for one in lines]).rstrip("\n")


def _cell(line: Line) -> str:
    figure, value, low, high = line[3:]
    if figure in COUNTS:
        return f"{value:.0f}"
    return f"{value:.3f}" + (f" [{low:.2f}, {high:.2f}]" if low < high else "")

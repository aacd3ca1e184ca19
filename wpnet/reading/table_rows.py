"""A table's cells to rows: which column each cell stands in where merged cells are missing.

The header names the columns in order. A cell goes to the column that it fits best, a row runs from
left to right, and a column may be left out where its cell was merged with the one above. Among all
ways to read the cells so, the cheapest is taken (Viterbi's algorithm: linear in the cells).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import add
from typing import NamedTuple

from wpnet.reading.columns import Column
from wpnet.reading.table_cells import IMPOSSIBLE, CellText, Traits, cost_of, traits_of

# What it costs to leave a column out of a row: nothing where cells are often merged, much where
# the row would say nothing.
LEFT_OUT: dict[Column, float] = {
    "number": 0.1,
    "section": 0.1,
    "item": 0.1,
    "task": 0.3,
    "content": 4.0,
    "units": 1.2,
    "own": 1.2,
    "lead": 1.2,
    "support": 0.8,
    "deadline": 1.2,
    "note": 0.2,
    "other": 0.2,
}
SAME_CELL = 0.5  # a content cell of several paragraphs
SAME_OTHER = 2.5  # any other cell of several lines
WRONG_BREAK = 3.5  # a row that ends within a line, or goes on behind one
OFF_PLACE = 0.5  # a column more or less than there are pipes

Row = list[tuple[Column, CellText]]


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The columns of a table: an unprinted number first, last a group that fills a row alone."""

    columns: tuple[Column, ...]
    by_row: bool
    groups: bool
    has_task: bool
    unprinted: int

    @property
    def group(self) -> int:
        return len(self.columns)

    def skipped(self, after: int, before: int) -> float:
        """Cost of leaving out the columns between two."""
        return sum(LEFT_OUT[column] for column in self.columns[after + 1 : before])


def align(header: Sequence[Column], cells: Sequence[CellText], *, by_row: bool) -> list[Row]:
    """Give every cell its column and put the cells into rows.

    Example:
        >>> words = ["主动公开", "做好发布。", "办公室", "全年", "做好解读。", "法规处", "3月底前"]
        >>> cells = [CellText((0, 0), word) for word in words]
        >>> for row in align(["task", "content", "units", "deadline"], cells, by_row=False):
        ...     print([name for name, _ in row])
        ['task', 'content', 'units', 'deadline']
        ['content', 'units', 'deadline']
    """
    if not cells:
        return []
    traits = [traits_of(cell.text) for cell in cells]
    columns = tuple(header) if "number" in header else ("number", *header)
    grammar = _Grammar(
        columns,
        by_row,
        groups=any(trait.rank == 2 and not trait.stops for trait in traits)
        or not any(cell.pipes for cell in cells),
        has_task="task" in header,
        unprinted=len(columns) - len(header),
    )
    places = _Steps(grammar, cells, traits).cheapest()
    rows: list[Row] = []
    for cell, (place, begins) in zip(cells, places, strict=True):
        if begins or not rows:
            rows.append([])
        name: Column = "section" if place == grammar.group else columns[place]
        rows[-1].append((name, cell))
    return rows


class _Ways(NamedTuple):
    """What the steps to a column cost from each before it, and whether a row begins so."""

    costs: list[float]
    begins: list[bool]


class _Steps:
    """The steps from cell to cell and what they cost."""

    def __init__(
        self, grammar: _Grammar, cells: Sequence[CellText], traits: Sequence[Traits]
    ) -> None:
        self.grammar = grammar
        self.cells = cells
        self.traits = traits
        self.leading = min((cell.pipes for cell in cells if cell.new_line), default=0)
        self.known: dict[tuple[int, bool, bool], list[_Ways]] = {}

    def cheapest(self) -> list[tuple[int, bool]]:
        """Return the column of every cell and whether a row begins with it."""
        grammar, count = self.grammar, self.grammar.group + 1
        start = [
            fit + self._opening(self.cells[0].pipes, to) for to, fit in enumerate(self._fits(0))
        ]
        back: list[list[tuple[int, bool]]] = []
        for index in range(1, len(self.cells)):
            choices, reached = [], []
            for fit, ways in zip(self._fits(index), self._ways(self.cells[index]), strict=True):
                costs = list(map(add, start, ways.costs))
                least = min(costs)
                place = costs.index(least)
                reached.append(least + fit)
                choices.append((place, ways.begins[place]))
            start = reached
            back.append(choices)
        ends = [start[to] + grammar.skipped(to, grammar.group) for to in range(count)]
        place = ends.index(min(ends))
        out: list[tuple[int, bool]] = []
        for choices in reversed(back):
            before, begins = choices[place]
            out.append((place, begins))
            place = before
        out.append((place, True))
        return out[::-1]

    def _fits(self, index: int) -> list[float]:
        """Return how ill a cell fits each column, and a row of its own."""
        grammar = self.grammar
        fits = [
            cost_of(self.traits[index], column, groups=grammar.groups) for column in grammar.columns
        ]
        return [*fits, _group_cost(grammar, self.cells, self.traits, index)]

    def _ways(self, cell: CellText) -> list[_Ways]:
        """Return for each column that a cell may stand in the cheapest way from each before it."""
        key = (min(cell.pipes, 20), cell.new_line, cell.after_heading)
        if key not in self.known:
            count = self.grammar.group + 1
            every = [
                [self._way(*key, before, to) for before in range(count)] for to in range(count)
            ]
            self.known[key] = [
                _Ways([cost for cost, _ in ways], [begins for _, begins in ways]) for ways in every
            ]
        return self.known[key]

    def _way(
        self, pipes: int, new_line: bool, after_heading: bool, before: int, to: int
    ) -> tuple[float, bool]:
        """Return what the step from a column to another costs, and whether a row begins so."""
        grammar = self.grammar
        ends_row = 0.0 if before == grammar.group else grammar.skipped(before, grammar.group)
        anew = ends_row + self._opening(pipes, to)
        if after_heading:
            return anew, True
        if grammar.by_row and not new_line:
            anew += WRONG_BREAK
        within = IMPOSSIBLE
        if grammar.group not in (before, to):
            broken = WRONG_BREAK if grammar.by_row and new_line else 0.0
            if to > before:
                off = OFF_PLACE * abs(pipes - (to - before)) if pipes else 0.0
                within = grammar.skipped(before, to) + min(off, 3.0) + broken
            elif to == before and not pipes:
                same = SAME_CELL if grammar.columns[to] == "content" else SAME_OTHER
                within = same + broken / 10
        return (anew, True) if anew <= within else (within, False)

    def _opening(self, pipes: int, to: int) -> float:
        """Cost of a row that begins in a column: what it leaves out, what its pipes say."""
        grammar = self.grammar
        if to == grammar.group:
            return 0.0
        skipped = grammar.skipped(-1, to)
        if not grammar.by_row:
            return skipped
        off = abs(pipes - self.leading - max(to - grammar.unprinted, 0))
        return skipped + min(OFF_PLACE * off / 2, 1.0)


def _group_cost(
    grammar: _Grammar, cells: Sequence[CellText], traits: Sequence[Traits], index: int
) -> float:
    """Fit of a cell that fills a row alone: a heading 一、, or any short one on its own line."""
    cell = traits[index]
    if cell.digits or cell.stops or cell.units or cell.due:
        return 8.0
    alone = cells[index].new_line and (index + 1 == len(cells) or cells[index + 1].new_line)
    if cell.rank == 1:
        piped = cells[index].pipes or (index + 1 < len(cells) and cells[index + 1].pipes)
        in_row = grammar.has_task and not grammar.groups and (not alone or piped)
        return 0.8 if in_row else 0.1
    if grammar.by_row and alone:
        return 1.0 if cell.length <= 40 else 3.0
    return 3.5

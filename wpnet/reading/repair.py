"""Numbers that the print lost or got wrong, given back from their neighbours.

A number is repaired only where the numbers around it leave one reading; every repair is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from wpnet.reading.marked import HEADING_LENGTH, Marked
from wpnet.reading.numbering import Number, read_damaged_number


def repair_numbers(marked: Sequence[Marked], notes: list[str]) -> list[Marked]:
    """Give back lost and wrong numbers, each with a note.

    A damaged number (``3落实``) counts if it is the next one of its rank. A number that steps out
    of a row which goes on after it is set to its place in the row. An unnumbered heading between n
    and n+2, or one that stands like its numbered neighbours on a line of its own, is n+1.
    """
    return _Repairer(marked, notes).repair()


class _Repairer:
    """Walks down the paragraphs and remembers the last number of each rank."""

    def __init__(self, marked: Sequence[Marked], notes: list[str]) -> None:
        self.marked = marked
        self.notes = notes
        self.following = _following_values(marked)
        self.out: list[Marked] = []
        self.last: dict[int, int] = {}  # in the section or item at hand
        self.running: dict[int, int] = {}  # across sections: 1. to n. through the whole plan
        self.above: Marked | None = None  # the last numbered paragraph

    def repair(self) -> list[Marked]:
        """Return the paragraphs with their numbers repaired."""
        for index, entry in enumerate(self.marked):
            if entry.number is None:
                entry = self._damaged(index, entry)
            elif entry.number.value != self.last.get(entry.number.rank, 0) + 1:
                entry = self._misprinted(index, entry, entry.number)
                self._restore_lost(entry)
            if entry.number is None:
                entry = self._line_heading(index, entry)
            if entry.number is not None:
                self._remember(entry, entry.number)
            self.out.append(entry)
        return self.out

    def _remember(self, entry: Marked, number: Number) -> None:
        self.last[number.rank] = self.running[number.rank] = number.value
        for deeper in [rank for rank in self.last if rank > number.rank]:
            self.last[deeper] = 0
        self.above = entry

    def _damaged(self, index: int, entry: Marked) -> Marked:
        """Accept a number without its mark where it is the next of its row."""
        number = read_damaged_number(entry.text[:12])
        if number is None:
            return entry
        last = self.last.get(number.rank, 0)
        begins = number.value == 1 and self.following[index].get(number.rank) == 2
        goes_on = last > 0 and number.value == last + 1
        runs_on = last == 0 and number.value == self.running.get(number.rank, 0) + 1 > 1
        if not (begins or goes_on or runs_on) or _is_word(entry, number):
            return entry
        self.notes.append(
            f"“{entry.text[:12]}”: the mark after the number is lost; read as {number.value}"
        )
        return entry._replace(number=number)

    def _misprinted(self, index: int, entry: Marked, number: Number) -> Marked:
        """Repair a number that repeats or skips while the next goes on as if it had not."""
        expected = self.last.get(number.rank, 0) + 1
        following = self.following[index].get(number.rank)
        if expected == 1 or number.value == 1 or following != expected + 1:
            return entry
        self.notes.append(f"“{entry.text[:12]}”: printed number {number.value} read as {expected}")
        return entry._replace(number=replace(number, value=expected), printed=False)

    def _restore_lost(self, entry: Marked) -> None:
        """Number the unnumbered heading that stands between n and n+2."""
        number = entry.number
        if number is None or number.value != self.last.get(number.rank, 0) + 2:
            return
        for index in range(len(self.out) - 1, -1, -1):
            before = self.out[index]
            if before.number is not None:
                if before.number.rank > number.rank == 1 and number.value == 2:
                    continue
                return
            if index and number.rank == 1 and self.out[index - 1].number is not None:
                continue  # the text of an item, not the line before all items
            bare = before._replace(text=before.text.lstrip("、.．"))
            heads = bare.is_line or (
                before.sentences > 1 and (before.first_stop or 0) <= HEADING_LENGTH
            )
            if heads:
                self.out[index] = self._numbered(before, number.rank, number.value - 1)
                return

    def _line_heading(self, index: int, entry: Marked) -> Marked:
        """Number a heading line that stands as its numbered siblings do: a line, then its text."""
        above = self.above
        if above is None or above.number is None or above.number.rank < 2:
            return entry
        below = self.marked[index + 1] if index + 1 < len(self.marked) else None
        stands_alike = above.first_stop is None and not above.brackets
        if not (stands_alike and entry.is_line and below and below.number is None):
            return entry
        rank, value = above.number.rank, above.number.value + 1
        if below.first_stop is None or self.following[index].get(rank) in (value, value - 1):
            return entry
        return self._numbered(entry, rank, value)

    def _numbered(self, entry: Marked, rank: int, value: int) -> Marked:
        length = 1 if entry.text[0] in "、.．" else 0
        self.notes.append(f"“{entry.text[:12]}”: heading without a number read as {value}")
        return entry._replace(number=Number(rank, value, length), printed=False)


def _following_values(marked: Sequence[Marked]) -> list[dict[int, int]]:
    """Return for each paragraph the next printed value of every rank before a smaller rank comes.

    Computed from the end, so that the time is linear.
    """
    out: list[dict[int, int]] = []
    ahead: dict[int, int] = {}
    for entry in reversed(marked):
        out.append(ahead)
        if entry.number is not None:
            rank = entry.number.rank
            ahead = {key: value for key, value in ahead.items() if key < rank}
            ahead[rank] = entry.number.value
    return out[::-1]


def _is_word(entry: Marked, number: Number) -> bool:
    """Tell whether a lone numeral is the beginning of a word: 二维码, 三农, 一体化."""
    if number.rank != 1:
        return False
    from wpnet.reading.words import cut

    return len(cut(entry.text[:8])[0]) > number.length

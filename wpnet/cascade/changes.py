"""Which labelled rows a change of the model gained and which it lost.

A figure that stays the same can hide ten rows won and ten lost. So ``data/labels/answers.csv``
keeps the answer to every labelled row by a model that has not seen its plans
(:mod:`wpnet.cascade.unseen`), and a change of the model is compared with it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from wpnet.cascade.evaluate import Answer
from wpnet.cascade.labels import LabelledSet
from wpnet.errors import CorpusError


class Answered(NamedTuple):
    """A labelled row with its answer: ``label`` and ``verdict`` are carried, partial, omitted.

    ``set`` is the kind and the name of the labelled set, ``flagged`` is ``true`` or ``false``,
    ``target_ids`` are the accepted links, joined by a semicolon.
    """

    set: str
    source_id: str
    target_plan_id: str
    label: str
    verdict: str
    flagged: str
    target_ids: str

    @property
    def right(self) -> bool:
        """Whether the verdict is that of the label."""
        return self.label == self.verdict


class Changes(NamedTuple):
    """Rows that are right now and were not, and rows that were right and are not any more."""

    gained: list[Answered]
    lost: list[Answered]

    def __str__(self) -> str:
        """Return a line a row, those lost first, and a line a set with the balance."""
        told = []
        for word, rows in (("lost", self.lost), ("gained", self.gained)):
            told += [
                f"{word} {row.set}: {row.source_id} in {row.target_plan_id}: {row.label}, "
                f"said {row.verdict}{' (flagged)' if row.flagged == 'true' else ''}"
                for row in rows
            ]
        for name in sorted({row.set for side in self for row in side}):
            counts = [sum(row.set == name for row in side) for side in self]
            told.append(f"{name}: {counts[0]} gained, {counts[1]} lost")
        return "\n".join(told) or "no labelled row changed"


def answered(
    sets: Sequence[LabelledSet], answers: Mapping[tuple[str, str], Answer]
) -> list[Answered]:
    """Return every settled row with its answer (keyed by source id, target plan id), sorted."""
    rows = []
    for one in sets:
        name = one.kind if one.kind == "real" else f"{one.kind}: {one.name}"
        for label in one.labels:
            said = answers.get((label.source_id, label.target_plan_id))
            if said is None or label.doubtful:
                continue
            flagged = "true" if said.needs_review else "false"
            ids = ";".join(sorted(said.target_ids))
            key = (name, label.source_id, label.target_plan_id)
            rows.append(Answered(*key, label.verdict, said.verdict, flagged, ids))
    return sorted(rows)


def changes(before: Sequence[Answered], after: Sequence[Answered]) -> Changes:
    """Compare two states of the same rows; rows that only one of them holds do not count.

    Example:
        >>> was = Answered("real", "a-2020#1.1.1", "b-2020", "omitted", "partial", "true", "")
        >>> print(changes([was], [was._replace(verdict="omitted", flagged="false")]))
        gained real: a-2020#1.1.1 in b-2020: omitted, said omitted
        real: 1 gained, 0 lost
    """
    known = {row[:3]: row for row in before}
    gained: list[Answered] = []
    lost: list[Answered] = []
    for row in after:
        was = known.get(row[:3])
        if was is not None and was.right != row.right:
            (gained if row.right else lost).append(row)
    return Changes(gained, lost)


def packed(rows: Sequence[Answered]) -> str:
    """Return the text of ``answers.csv``."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(Answered._fields)
    writer.writerows(rows)
    return stream.getvalue()


def read_answers(path: Path) -> list[Answered]:
    """Read ``answers.csv``; a file that is not there holds no row.

    Raises :class:`~wpnet.errors.CorpusError` where the file has other columns.
    """
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        if tuple(next(rows, ())) != Answered._fields:
            raise CorpusError(
                f"{path}: these are not the answers of a model ({', '.join(Answered._fields)}). "
                "Take the file from the repository again."
            )
        return [Answered(*row) for row in rows]

"""Labelled rows: what readers decided about a source sentence and a whole target plan.

``data/labels/README.md`` says how they came about, ``data/labels/GUIDELINES.md`` what the verdicts
mean. Rows on real plans are lists of objects (or CSV); a family of invented plans is one file that
holds the plans and their rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from wpnet.errors import CorpusError
from wpnet.model import Requirement
from wpnet.opening import read_whole
from wpnet.spreadsheets.delimited import LARGEST, find_heading, read_csv

VERDICTS = ("carried", "partial", "omitted")
LABEL_COLUMNS = ("source_id", "target_plan_id", "verdict", "target_ids")
Kind = Literal["real", "lifelike", "lookalike"]


@dataclass(frozen=True, slots=True)
class Label:
    """What readers decided about one source sentence and one target plan.

    ``readings`` are the verdicts of all readers, ``doubtful`` rows are those they did not settle:
    learnt from with the shares of the verdicts, kept out of every figure.
    """

    source_id: str
    target_plan_id: str
    verdict: str
    target_ids: tuple[str, ...]
    readings: tuple[str, ...] = ()
    doubtful: bool = False

    @property
    def source_plan_id(self) -> str:
        """The plan of the source sentence: the id up to ``#``."""
        return self.source_id.partition("#")[0]

    def share(self, verdict: str) -> float:
        """Return which share of the readers said ``verdict``, 0 to 1."""
        said = self.readings or (self.verdict,)
        return said.count(verdict) / len(said)


@dataclass(frozen=True)
class LabelledSet:
    """Labelled rows of one kind and one bureau, with the requirements of their plans."""

    name: str
    kind: Kind
    labels: tuple[Label, ...]
    requirements: Mapping[str, Sequence[Requirement]]


def read_gold(path: Path) -> list[Label]:
    """Read labelled rows from JSON (a list of objects) or CSV (``target_ids`` joined with ``;``).

    Raises :class:`wpnet.errors.CorpusError` with the row number when a row lacks a field, has an
    unknown verdict, or names targets for an omission.
    """
    rows: Any
    if path.suffix.lower() == ".csv":
        rows = _csv_rows(path)
    else:
        data, _ = read_whole(path, most=LARGEST, error=CorpusError, advice="it is no set of labels")
        try:
            rows = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError) as fault:
            why = str(fault)[:200]
            raise CorpusError(f"{path}: cannot be read as labelled rows ({why})") from fault
    if not isinstance(rows, list) or not rows:
        raise CorpusError(f"{path}: expected a list of labelled rows")
    return labels_of(rows, str(path))


def labels_of(rows: Iterable[Mapping[Any, Any]], name: str) -> list[Label]:
    """Return labelled rows from mappings, such as ``table.to_dict("records")``.

    Raises :class:`wpnet.errors.CorpusError` as :func:`read_gold` does, calling them by ``name``.
    """
    return [_label(row, f"{name}, row {at}") for at, row in enumerate(rows, start=1)]


def settled(labels: Iterable[Label]) -> list[Label]:
    """Return the rows that figures are made of: those on which the readers settled."""
    return [label for label in labels if not label.doubtful]


def _csv_rows(path: Path) -> list[dict[str, str]]:
    rows = read_csv(path, names=LABEL_COLUMNS, error=CorpusError)
    found = find_heading(rows, LABEL_COLUMNS)
    if found is None:
        raise CorpusError(
            f"{path}: no line of it holds the columns {', '.join(LABEL_COLUMNS)}; add them"
        )
    at, places = found
    return [
        {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        for _, cells in rows[at + 1 :]
    ]


def _label(row: Any, where: str) -> Label:
    try:
        targets = row["target_ids"]
        if isinstance(targets, str):
            targets = [part for part in targets.split(";") if part]
        label = Label(
            row["source_id"],
            row["target_plan_id"],
            row["verdict"],
            tuple(sorted(set(targets))),
            tuple(row.get("readings") or ()),
            str(row.get("doubtful", "")).lower() == "true",
        )
    except (KeyError, TypeError) as fault:
        raise CorpusError(f"{where}: lacks the field {fault}") from fault
    if label.verdict not in VERDICTS:
        raise CorpusError(f"{where}: verdict {label.verdict!r} is none of {', '.join(VERDICTS)}")
    if (label.verdict == "omitted") != (not label.target_ids):
        raise CorpusError(f"{where}: an omission has no target_ids, every other verdict has some")
    return label


def read_family(path: Path, kind: Kind) -> LabelledSet:
    """Read a family of invented plans with its rows.

    Raises :class:`wpnet.errors.CorpusError` when the file is no family.
    """
    try:
        stored = json.loads(path.read_text("utf-8"))
        plans = {
            plan_id: tuple(_requirement(plan_id, s) for s in plan["sentences"])
            for plan_id, plan in stored["plans"].items()
        }
        rows = [_label(row, f"{path}, row {at}") for at, row in enumerate(stored["rows"], start=1)]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise CorpusError(f"{path}: cannot be read as a family of plans ({fault})") from fault
    return LabelledSet(path.stem, kind, tuple(rows), plans)


def _requirement(plan_id: str, sentence: Mapping[str, str]) -> Requirement:
    numbers = [int(part) for part in sentence["id"].split(".")]
    return Requirement(
        requirement_id=f"{plan_id}#{sentence['id']}",
        plan_id=plan_id,
        kind="duty",
        section_no=numbers[0],
        section_title=sentence["section"],
        item_no=numbers[1],
        item_title=sentence["item"],
        subitem_no=numbers[2] if len(numbers) > 3 else 0,
        subitem_title="",
        sentence_no=numbers[-1],
        text=sentence["text"],
        start=0,
        end=0,
        raw_place="",
    )


def read_sets(folder: Path, requirements: Mapping[str, Sequence[Requirement]]) -> list[LabelledSet]:
    """Return every labelled set below ``data/labels``: the real rows first, then the families.

    ``requirements`` are those of the held plans, by plan id.
    """
    real = [label for file in sorted(folder.glob("*.json")) for label in read_gold(file)]
    found = [LabelledSet("real", "real", tuple(real), requirements)] if real else []
    kinds: Iterable[Kind] = ("lifelike", "lookalike")
    for kind in kinds:
        for file in sorted((folder / "families" / kind).glob("*.json")):
            found.append(read_family(file, kind))
    return found

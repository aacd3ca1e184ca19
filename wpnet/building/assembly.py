"""The tables of a build, written plan by plan from what the cache holds, in flat memory.

Every table is sorted by a key that begins with the plan (or with a requirement of it), so that the
lines of one plan stand together: a table is the lines of all plans, one plan after the other.
``index.csv`` says where each plan's lines stand, so that a question about two plans reads only
their lines.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from wpnet.model import Coverage, Link, Unit
from wpnet.slices import INDEX, INDEXED, Span, index_bytes
from wpnet.tables import header, keyed_lines, read_lines

#: Lines of one source plan: those of ``links`` and those of ``coverage``, each behind its key.
Flows = tuple[list[tuple[str, str]], list[tuple[str, str]]]
#: Sorts plans as their requirements sort: by what stands before the first number.
_BY_PLAN = ("requirements", "citations", "audit", "left_out")
_BY_REQUIREMENT = ("assignments",)
_FLOWS = ("links", "coverage")
#: Rows of units held in memory before they are set aside.
ROWS_A_RUN = 200_000


@dataclass
class TableFile:
    """A table that grows by the lines of one plan after the other."""

    file: BinaryIO
    table: str
    size: int = 0
    rows: int = 0
    spans: dict[str, Span] = field(default_factory=dict)

    def start(self) -> None:
        """Write the first line."""
        self.size = self.file.write(header(self.table).encode("utf-8-sig"))

    def add(self, plan_id: str, lines: str, rows: int) -> None:
        """Write the lines of a plan and remember where they stand."""
        if lines:
            written = self.file.write(lines.encode("utf-8"))
            self.spans[plan_id] = (self.size, self.size + written)
            self.size += written
            self.rows += rows


class SortedRuns:
    """Rows in any order, given back sorted by key; what does not fit is set aside on disk."""

    def __init__(self, folder: Path, rows_a_run: int = ROWS_A_RUN) -> None:
        self.folder, self.rows_a_run = folder, rows_a_run
        self.rows: list[tuple[str, Any]] = []
        self.runs: list[Path] = []

    def add(self, key: str, value: Any) -> None:
        """Take a row; ``value`` must be JSON-ready."""
        self.rows.append((key, value))
        if len(self.rows) >= self.rows_a_run:
            self._set_aside()

    def _set_aside(self) -> None:
        self.rows.sort(key=itemgetter(0))
        path = self.folder / f".run-{len(self.runs)}"
        with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows)
        self.runs.append(path)
        self.rows = []

    def merged(self) -> Iterator[tuple[str, Any]]:
        """Yield all rows by key, then remove what was set aside."""
        self.rows.sort(key=itemgetter(0))
        yield from heapq.merge(self.rows, *map(_run, self.runs), key=itemgetter(0))
        for path in self.runs:
            path.unlink()


def _run(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as lines:
        for line in lines:
            key, value = json.loads(line)
            yield key, value


@dataclass(frozen=True, slots=True)
class PlanLines:
    """Where the lines of a plan come from: called once, when its turn has come."""

    plan_id: str
    issuer: str
    sources: Sequence[str]
    load: Callable[[], tuple[Mapping[str, str], Sequence[tuple[str, Sequence[str]]]]]
    flows: Callable[[], Flows]


def write_tables(
    folder: Path,
    plans: Sequence[PlanLines],
    rows: Sequence[Any],
    unit_kind: Callable[[str], str],
) -> dict[str, int]:
    """Write all tables, the texts and the index; return the number of rows of each table.

    ``plans`` are those held, sorted by id; ``rows`` are the records of ``plans.csv``.
    """
    (folder / "text").mkdir()
    names = ("plans", *_BY_PLAN, *_BY_REQUIREMENT, *_FLOWS, "units")
    units = SortedRuns(folder)
    with ExitStack() as stack:
        files = {
            name: TableFile(stack.enter_context((folder / f"{name}.csv").open("wb")), name)
            for name in names
        }
        for file in files.values():
            file.start()
        for key, line in keyed_lines("plans", rows):
            files["plans"].add(key, line, 1)
        in_order_of_ids = sorted(plans, key=lambda plan: f"{plan.plan_id}#")
        if in_order_of_ids == list(plans):
            _add_plans(files, plans, (*_BY_PLAN, *_BY_REQUIREMENT, *_FLOWS), folder, units)
        else:
            _add_plans(files, plans, _BY_PLAN, folder, units)
            _add_plans(files, in_order_of_ids, (*_BY_REQUIREMENT, *_FLOWS), folder, None)
        for unit in _units(units, unit_kind):
            for key, line in keyed_lines("units", [unit]):
                files["units"].add(key, line, 1)
    spans = {name: files[name].spans for name in INDEXED}
    sizes = {name: files[name].size for name in INDEXED}
    sources = {plan.plan_id: plan.sources for plan in plans}
    (folder / INDEX).write_bytes(index_bytes(spans, sizes, sources))
    return {name: file.rows for name, file in files.items()}


def _add_plans(
    files: Mapping[str, TableFile],
    plans: Iterable[PlanLines],
    tables: Sequence[str],
    folder: Path,
    units: SortedRuns | None,
) -> None:
    """Add the lines of every plan to the named tables; the text and the units on the first pass."""
    for plan in plans:
        lines, named = plan.load()
        if units is not None:
            text = lines["text"].encode("utf-8")
            (folder / "text" / f"{plan.plan_id}.txt").write_bytes(text)
            for unit_id, aliases in named:
                units.add(f"{unit_id}\0{plan.plan_id}", [unit_id, plan.issuer, list(aliases)])
        flows: dict[str, list[tuple[str, str]]] = {}
        if any(table in _FLOWS for table in tables):
            flows = dict(zip(_FLOWS, plan.flows(), strict=True))
        for table in tables:
            if table in flows:
                block = flows[table]
                files[table].add(plan.plan_id, "".join(line for _, line in block), len(block))
            else:
                files[table].add(plan.plan_id, lines[table], _rows(lines[table]))


def _rows(lines: str) -> int:
    """Return the number of rows: of lines, where no value holds a line break (nearly always)."""
    return lines.count("\n")


def _units(rows: SortedRuns, unit_kind: Callable[[str], str]) -> Iterator[Unit]:
    """Yield every unit with all the ways in which the plans of its issuer write it."""
    for unit_id, group in groupby(map(itemgetter(1), rows.merged()), key=itemgetter(0)):
        found = list(group)
        aliases = dict.fromkeys(alias for _, _, names in found for alias in names)
        yield Unit(
            unit_id=unit_id,
            name=unit_id.rpartition("/")[2],
            kind="group" if unit_kind(next(iter(aliases))) == "group" else "unit",
            plan_issuer=found[0][1],
            aliases=tuple(sorted(aliases)),
        )


def flows_of_records(links: Iterable[Link], coverage: Iterable[Coverage]) -> Flows:
    """Return records as the lines they become."""
    return keyed_lines("links", links), keyed_lines("coverage", coverage)


def records_of_flows(flows: Flows) -> tuple[list[Link], list[Coverage]]:
    """Return the records of lines, so that decisions can be laid over them."""
    links, coverage = ("".join(line for _, line in lines) for lines in flows)
    return read_lines("links", links), read_lines("coverage", coverage)

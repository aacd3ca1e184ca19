"""Tasks and results as JSON, for workers on other machines: nothing that could run comes back.

What a cluster answers is believed no further than this: it has the shape of a result, belongs to
the task, and its lines are those that its records give. That its verdicts are right cannot be seen;
so they are kept apart from what was worked out here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wpnet import errors
from wpnet.building.cache import fingerprint
from wpnet.building.tasks import (
    PLAN_TABLES,
    AlignTask,
    KeyedLine,
    PairAligned,
    PlanRead,
    ReadTask,
    align_task,
    read_task,
)
from wpnet.cascade.pairs import PlanPair
from wpnet.errors import BuildError, CorpusError, WpnetError
from wpnet.model import Plan
from wpnet.schema import WrongShape, checked
from wpnet.tables import keyed_lines, read_lines

Lines = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Head:
    """The shape of what a build must know of a plan (:class:`~wpnet.building.tasks.PlanRead`)."""

    plan: Plan
    present: bool
    warnings: list[str]
    parents: list[tuple[str, str, str]]
    units: list[tuple[str, list[str]]]
    requirements: int
    assignments: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A sentence that a worker answers instead of a result."""

    kind: str
    said: str


def packed(task: ReadTask | AlignTask) -> bytes:
    """Return a task as JSON.

    >>> unpacked(packed(ReadTask((("a.txt", b"x", None),), "v")))
    ReadTask(files=(('a.txt', b'x', None),), version='v')
    """
    if isinstance(task, ReadTask):
        files = [
            [name, base64.b64encode(data).decode(), row and asdict(row)]
            for name, data, row in task.files
        ]
        return json.dumps({"read": files, "version": task.version}).encode()
    said = {
        "align": list(task.tree),
        "requirements": dict(task.requirements),
        "pairs": [list(pair) for pair in task.pairs],
        "version": task.version,
    }
    return json.dumps(said).encode()


def unpacked(message: bytes) -> ReadTask | AlignTask:
    """Return the task of a message, on the side of the worker.

    Raises :class:`~wpnet.schema.WrongShape` or ``ValueError`` where it is none.
    """
    said = json.loads(message)
    if "read" in said:
        files = checked(list[tuple[str, str, Plan | None]], said["read"])
        made = tuple((name, base64.b64decode(data), row) for name, data, row in files)
        return ReadTask(made, checked(str, said["version"]))
    return AlignTask(
        checked(tuple[str, str], said["align"]),
        checked(dict[str, str], said["requirements"]),
        tuple(PlanPair(*pair) for pair in said["pairs"]),
        checked(str, said["version"]),
    )


def do(message: bytes) -> str:
    """Do a task on a worker and return what comes of it, or the sentence of a fault, as JSON."""
    try:
        task = unpacked(message)
        if isinstance(task, ReadTask):
            return json.dumps([asdict(result) for result in read_task(task)])
        return json.dumps(
            [
                {"pair": list(result.pair), "links": result.links, "coverage": result.coverage}
                for result in align_task(task)
            ]
        )
    except WpnetError as fault:
        return json.dumps({"kind": type(fault).__name__, "said": str(fault)})


def results(task: Any, answer: str) -> list[Any]:
    """Return what an answer from a cluster says of a task, once it has been checked.

    Raises:
        WpnetError: the fault that the worker found in a file; for an answer that does not fit the
            task :class:`~wpnet.errors.BuildError`.
    """
    try:
        said = json.loads(answer)
        if isinstance(said, dict):
            raise _fault(checked(Fault, said))
        if isinstance(task, ReadTask):
            return _plans(task, said)
        return _pairs(task, said)
    except (ValueError, RecursionError, KeyError, CorpusError) as fault:
        raise BuildError(
            f"a worker of the cluster gave an answer that does not fit its task ({fault}); nothing "
            "of it was kept; build without --scheduler, or see who runs the cluster"
        ) from None


def _fault(fault: Fault) -> WpnetError:
    kind = getattr(errors, fault.kind, None)
    if not (isinstance(kind, type) and issubclass(kind, WpnetError)) or kind is CorpusError:
        raise WrongShape(f"fault {fault.kind[:40]!r}")
    line = "".join(letter if letter.isprintable() else " " for letter in fault.said[:1000])
    made: WpnetError = kind(line)
    return made


def _plans(task: ReadTask, said: Any) -> list[PlanRead]:
    found = checked(list[dict[str, Any]], said)
    _need(len(found) == len(task.files), "another number of files")
    return [_plan(name, one) for (name, _, _), one in zip(task.files, found, strict=True)]


def _plan(name: str, said: dict[str, Any]) -> PlanRead:
    _need(said.keys() == {"head", "body"}, "other fields")
    head, body = checked(Head, said["head"], "head"), checked(dict[str, str], said["body"], "body")
    _need(head.plan.source_file == name, "another file")
    _need(body.keys() == {*PLAN_TABLES, "text"}, "other tables")
    plan_id = head.plan.plan_id
    for table in PLAN_TABLES:
        records = read_lines(table, body[table])
        lines = "".join(line for _, line in keyed_lines(table, records))
        _need(lines == body[table], f"{table} in another order or form")
        for record in records:
            of = record.requirement_id.partition("#")[0] if table == "assignments" else ""
            _need((of or record.plan_id) == plan_id, f"{table} of another plan")
    _need(head.digest == fingerprint(body["requirements"]), "another digest")
    return PlanRead(said["head"], body)


def _pairs(task: AlignTask, said: Any) -> list[PairAligned]:
    found = checked(list[dict[str, Any]], said)
    _need([one.get("pair") for one in found] == [list(pair) for pair in task.pairs], "other pairs")
    made = []
    for pair, one in zip(task.pairs, found, strict=True):
        _need(one.keys() == {"pair", "links", "coverage"}, "other fields")
        links = _lines(pair, "links", one["links"])
        made.append(PairAligned(pair, links, _lines(pair, "coverage", one["coverage"])))
    return made


def _lines(pair: PlanPair, table: str, said: Any) -> list[KeyedLine]:
    """Return lines of one pair of plans, sorted and written as they are here."""
    lines = list(checked(list[tuple[str, str]], said, table))
    records: Sequence[Any] = read_lines(table, "".join(line for _, line in lines))
    _need(keyed_lines(table, records) == lines, f"{table} in another order or form")
    for record in records:
        target = _plan_of(record.target_id) if table == "links" else record.target_plan_id
        _need(_plan_of(record.source_id) == pair.source_plan_id, f"{table} of another source")
        _need(target == pair.target_plan_id, f"{table} of another target")
        _need(record.relation == pair.relation, f"{table} of another relation")
    return lines


def _plan_of(requirement_id: str) -> str:
    return requirement_id.partition("#")[0]


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise WrongShape(otherwise)

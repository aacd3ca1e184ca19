"""The two jobs of a build, cut so that any process or machine can do them: bytes in, lines out.

A job needs nothing but its task and this package: no file, no folder, no earlier job. So the same
task gives the same lines here, in another process and on a cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from wpnet.building.cache import cascade_version, fingerprint, reading_version
from wpnet.cascade.pairs import PlanPair
from wpnet.errors import BuildError
from wpnet.model import Assignment, ParsedPlan, Plan, Requirement
from wpnet.tables import keyed_lines, read_lines

#: A line of a table behind its sort key, as :func:`wpnet.tables.keyed_lines` makes it.
KeyedLine = tuple[str, str]
#: The tables that reading a plan gives lines of; everything that carries a plan carries them all.
PLAN_TABLES = ("requirements", "assignments", "citations", "audit", "left_out")


@dataclass(frozen=True, slots=True)
class ReadTask:
    """Files to read: name, bytes and what the manifest says of each."""

    files: tuple[tuple[str, bytes, Plan | None], ...]
    version: str


@dataclass(frozen=True, slots=True)
class PlanRead:
    """One plan as it is kept: what the build must know of it, and its lines of every table.

    ``head`` is JSON-ready: plan, warnings, whether it is a plan, citations of parents, units, and
    the fingerprint of its requirements. ``body`` maps tables (and ``text``) to their lines.
    """

    head: dict[str, Any]
    body: dict[str, str]


@dataclass(frozen=True, slots=True)
class AlignTask:
    """Pairs of plans of one tree, with the requirement lines of every plan that is in a pair.

    ``scorer`` names one of the user's own (``module:name``); nothing is the shipped model.
    """

    tree: tuple[str, str]
    requirements: Mapping[str, str]
    pairs: tuple[PlanPair, ...]
    version: str
    scorer: str = ""


@dataclass(frozen=True, slots=True)
class PairAligned:
    """The lines of ``links`` and ``coverage`` that one pair of plans gives."""

    pair: PlanPair
    links: list[KeyedLine]
    coverage: list[KeyedLine]


def read_task(task: ReadTask) -> list[PlanRead]:
    """Read files.

    Raises :class:`~wpnet.errors.UnreadableFile` for one that cannot be read, and
    :class:`~wpnet.errors.BuildError` where this machine holds another version of wpnet.
    """
    from wpnet.reading.door import parse_bytes

    _same_version(task.version, reading_version(), "reading")
    return [_plan_read(parse_bytes(data, name, known)) for name, data, known in task.files]


def _plan_read(parsed: ParsedPlan) -> PlanRead:
    lines: dict[str, str] = {
        table: "".join(line for _, line in keyed_lines(table, getattr(parsed, table)))
        for table in PLAN_TABLES
    }
    head = {
        "plan": asdict(parsed.plan),
        "present": parsed.plan_present,
        "warnings": list(parsed.warnings),
        "parents": [
            [entry.cited_plan_id, entry.cited_title, entry.cited_number]
            for entry in parsed.citations
            if entry.relation == "parent"
        ],
        "units": _units(parsed.assignments),
        "requirements": len(parsed.requirements),
        "assignments": len(parsed.assignments),
        "digest": fingerprint(lines["requirements"]),
    }
    return PlanRead(head, {**lines, "text": parsed.text})


def _units(assignments: Iterable[Assignment]) -> list[list[Any]]:
    """Return the units of a plan, each with all the ways in which it is written there."""
    written: dict[str, dict[str, None]] = {}
    for entry in assignments:
        written.setdefault(entry.unit_id, {})[entry.unit_as_written] = None
    return [[unit_id, list(names)] for unit_id, names in written.items()]


def align_task(task: AlignTask) -> list[PairAligned]:
    """Compare pairs of plans.

    Raises :class:`~wpnet.errors.BuildError` where this machine holds another version of wpnet.
    """
    from wpnet.cascade.align import align
    from wpnet.cascade.own import named_model

    _same_version(task.version, cascade_version(), "comparing")
    model = named_model(task.scorer) if task.scorer else None
    plans: dict[str, list[Requirement]] = {
        plan_id: read_lines("requirements", lines) for plan_id, lines in task.requirements.items()
    }
    found = []
    for pair in task.pairs:
        aligned = align(
            plans[pair.source_plan_id],
            plans[pair.target_plan_id],
            relation=pair.relation,
            lag_years=pair.lag_years,
            target_plan_id=pair.target_plan_id,
            scorer=model,
        )
        found.append(
            PairAligned(
                pair, keyed_lines("links", aligned.links), keyed_lines("coverage", aligned.coverage)
            )
        )
    return found


def _same_version(wanted: str, here: str, stage: Literal["reading", "comparing"]) -> None:
    if wanted != here:
        raise BuildError(
            f"a worker has another version of wpnet or of the packages for {stage} plans; install "
            "the same versions on every machine, or build without --scheduler"
        )

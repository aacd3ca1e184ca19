"""The order of the stages: raw folder to cache, cache to processed folder."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from wpnet import __version__
from wpnet.asking.readings import Reading, files_about, read_readings
from wpnet.asking.votes import Voted, flag, unused_lines, vote
from wpnet.building import large
from wpnet.building.assembly import (
    Flows,
    PlanLines,
    flows_of_records,
    records_of_flows,
    write_tables,
)
from wpnet.building.cache import Cache, fingerprint
from wpnet.building.lost import compared_before, compared_no_more
from wpnet.building.partitions import Fan, fans
from wpnet.building.stages import Comparing, Held, Progress, lines_of, no_plan, read_folder
from wpnet.building.workers import Here, Processes, Workers
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError, NoPlanFound, WpnetError
from wpnet.model import ParsedPlan, Plan, Requirement
from wpnet.reading import names
from wpnet.reading.door import parse_file
from wpnet.reading.units import unit_kind
from wpnet.research.corpus import ResearchCorpus, open_folder
from wpnet.review.decisions import Decision, Texts
from wpnet.review.laying import apply_decisions
from wpnet.review.log import decisions_about
from wpnet.store import load_corpus
from wpnet.storing.folders import refuse_foreign, replaced_folder, scratch_folder, settled
from wpnet.storing.mark import PACKAGE
from wpnet.storing.raw import check_unchanged
from wpnet.tables import data_package, read_lines

if TYPE_CHECKING:
    from wpnet.cascade.graph import GraphFormat

Item = TypeVar("Item")

#: Graph files are written unasked up to this many requirements (about 400 plans): beyond it no
#: program draws them, and the network, which needs 0.5 MB a plan, would decide the peak memory.
GRAPH_UP_TO = 10_000
#: Parquet files are written unasked from this many rows of coverage: CSV takes pandas seconds then.
PARQUET_FROM = 1_000_000
CACHE = ".wpnet-cache"
#: Plans that are compared with nothing and named one by one.
ALONE = 10


def silent(stage: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show nothing."""
    return items


GRAPH_FORMATS: tuple[GraphFormat, ...] = ("graphml", "gexf", "json")


@dataclass(frozen=True)
class Built:
    """A processed folder, the number of rows of its tables, and what was noticed on the way."""

    out: Path
    held: int
    rows: Mapping[str, int]
    warnings: tuple[str, ...]

    @cached_property
    def corpus(self) -> ResearchCorpus:
        """The tables, read back; not for corpora that do not fit in memory."""
        return open_folder(self.out)


def read_plan(file: Path, *, known: Plan | None = None) -> ParsedPlan:
    """Read one file of any supported format.

    Raises :class:`~wpnet.errors.UnreadableFile` where the file cannot be decoded and
    :class:`~wpnet.errors.NoPlanFound` where it holds no disclosure plan.
    """
    parsed = parse_file(file, known)
    if not parsed.plan_present:
        raise NoPlanFound(no_plan_message(file.name, parsed))
    return parsed


def no_plan_message(file: str, parsed: ParsedPlan) -> str:
    """Say in one sentence why a file that could be read is no plan, and what to do."""
    return no_plan(file, parsed.plan.title)


def build(
    raw: Path,
    out: Path,
    *,
    decisions: Path | None = None,
    reviewed: bool = True,
    readings: Sequence[Path] | None = None,
    progress: Progress = silent,
    workers: int = 1,
    scheduler: str = "",
    cache: Path | None = None,
    keep_cache: bool = True,
    graphs: bool | None = None,
    parquet: bool | None = None,
    scorer: str = "",
) -> Built:
    """Build the processed folder ``out`` from the raw folder ``raw``.

    The same bytes whatever the workers and the cache: ``out`` is replaced only once all of it is
    there, and what was worked out until a build stops is kept for the next one.

    Args:
        decisions: file of reviewers' decisions to lay over; by default ``decisions.csv`` beside
            ``out`` and beside ``raw``, where there is one.
        reviewed: false leaves all decisions aside.
        readings: files of answers of language models, laid where no person has decided; by
            default those in ``readings/`` beside ``out`` and ``raw``.
        workers: processes to use; 1 is this process alone.
        scheduler: address of a Dask cluster that does the work instead (extra ``scale``).
        cache: folder for what was worked out; by default ``.wpnet-cache`` beside ``out``.
        keep_cache: false starts from nothing and keeps nothing.
        graphs: write the graph files; by default up to :data:`GRAPH_UP_TO` requirements.
        parquet: write Parquet, too; by default from :data:`PARQUET_FROM` verdicts.
        scorer: ``module:name`` in the place of the model (:mod:`wpnet.cascade.own`).

    Raises:
        WpnetError: a file or manifest at fault, a worker that died, a disk that is full.
    """
    laid = decisions_about(out, raw, decisions) if reviewed else {}
    answered = {file: read_readings(file) for file in files_about(out, raw, readings)}
    inputs = [raw, *laid, *answered]
    refuse_foreign(out, inputs=inputs)
    before = compared_before(settled(out))
    if parquet:
        large.need_pyarrow()
    with _cache(out, cache, keep_cache, scheduler) as kept, _crew(workers, scheduler, scorer) as us:
        held, listed, notes = read_folder(raw, kept, us, progress)
        comparing = Comparing(kept, held, scorer)
        work = fans(entry.plan for entry in held)
        comparing.compare(work, us, progress)
        decided = _Decided(kept, held, comparing, laid, answered)
        with replaced_folder(out, inputs=inputs) as folder:
            rows = _write(folder, held, listed, work, decided, kept)
            _write_beside(folder, rows, graphs, parquet)
            check_unchanged(entry.file for entry in held)
        kept.tidy()
    warnings = [warning for entry in held for warning in entry.warnings]
    warnings += compared_with_nothing((entry.plan for entry in held), work)
    warnings += compared_no_more(before, (entry.plan for entry in held), work)
    return Built(out, len(held), rows, (*notes, *warnings, *decided.said(laid, answered)))


def compared_with_nothing(plans: Iterable[Plan], work: Iterable[Fan]) -> list[str]:
    """Name the plans of a corpus that no other plan is compared with, and why that may be.

    A slip in the manifest, or a place that could not be told, looks the same as a plan that is
    really alone.
    """
    known = list(plans)
    paired = {name for fan in work for pair in fan.pairs for name in pair[:2]}
    alone = [plan for plan in known if plan.plan_id not in paired] if len(known) > 1 else []
    said = [
        f"{plan.plan_id} is compared with no other plan: place {plan.place_code or 'unknown'}, "
        f"level {plan.level or 'unknown'}, bureau {plan.bureau or 'unknown'}, year "
        f"{plan.year or 'unknown'}; where that is wrong, correct the manifest"
        for plan in alone[:ALONE]
    ]
    more = len(alone) - ALONE
    return [*said, f"… and {more} more plans are compared with no other"] if more > 0 else said


@contextlib.contextmanager
def _cache(out: Path, folder: Path | None, keep: bool, scheduler: str) -> Iterator[Cache]:
    """Give the cache of a build; one that is not kept lives in a folder of its own beside out.

    What a cluster worked out is kept apart: a local build never takes it.
    """
    if keep:
        folder = folder or out.absolute().parent / CACHE
        inside = folder.absolute().resolve()
        if out.absolute().resolve() in (inside, *inside.parents):
            raise CorpusError(
                f"{folder}: the cache cannot lie in the folder to write; name another"
            )
        yield Cache(folder / f"cluster-{fingerprint(scheduler)[:16]}" if scheduler else folder)
        return
    with scratch_folder(Path(os.path.realpath(out)).parent) as scratch:
        yield Cache(scratch)


@contextlib.contextmanager
def _crew(workers: int, scheduler: str, scorer: str) -> Iterator[Workers]:
    """Give the workers for a build and send them home afterwards, whatever happened.

    Raises :class:`~wpnet.errors.WpnetError` for a number below one, and for a scorer of the user's
    own on a cluster, whose machines do not have it.
    """
    if scorer and scheduler:
        raise WpnetError("--scorer runs on this machine only: leave --scheduler out, use --workers")
    if workers < 1:
        raise WpnetError(f"--workers {workers}: a build needs at least one worker")
    if scheduler:
        from wpnet.building.cluster import Cluster

        with Cluster(scheduler) as cluster:
            yield cluster
    elif workers == 1:
        yield Here()
    else:
        processes = Processes(workers)
        try:
            yield processes
        finally:
            processes.close()


def _write(
    folder: Path,
    held: Sequence[Held],
    listed: Sequence[Plan],
    work: Sequence[Fan],
    decided: _Decided,
    cache: Cache,
) -> dict[str, int]:
    """Write the tables, the texts and the package; return the number of rows of each table."""
    out_of: dict[str, list[Fan]] = {}
    into: dict[str, list[str]] = {}
    for fan in work:
        out_of.setdefault(fan.source, []).append(fan)
        for pair in fan.pairs:
            into.setdefault(pair.target_plan_id, []).append(fan.source)
    plans = [
        PlanLines(
            plan_id=entry.plan.plan_id,
            issuer=entry.plan.issuer,
            sources=sorted(into.get(entry.plan.plan_id, ())),
            load=partial(lines_of, cache, entry),
            flows=partial(decided.flows, entry, out_of.get(entry.plan.plan_id, ())),
        )
        for entry in held
    ]
    missing = cited_but_not_held([*(entry.plan for entry in held), *listed], held)
    records = [*(entry.plan for entry in held), *listed, *missing]
    rows = write_tables(folder, plans, records, unit_kind)
    texts = (entry.plan.plan_id for entry in held)
    (folder / PACKAGE).write_bytes(data_package(__version__, texts))
    return rows


def _write_beside(
    folder: Path, rows: Mapping[str, int], graphs: bool | None, parquet: bool | None
) -> None:
    """Write graph and Parquet files where they are wanted, or where the size says so."""
    if graphs or (graphs is None and rows["requirements"] <= GRAPH_UP_TO):
        for name, data in graph_files(load_corpus(folder)).items():
            (folder / name).write_bytes(data)
    if parquet or (parquet is None and rows["coverage"] >= PARQUET_FROM and large.has_pyarrow()):
        large.write_parquet(folder)


_Logs: TypeAlias = Mapping[Path, Sequence[Decision]]
_Readings: TypeAlias = Mapping[Path, tuple[Sequence[Reading], Sequence[str]]]


class _Decided:
    """Lays reviewers' decisions over the links and verdicts of one source plan after the other."""

    def __init__(
        self,
        cache: Cache,
        held: Sequence[Held],
        comparing: Comparing,
        decisions: _Logs,
        readings: _Readings,
    ) -> None:
        self.cache, self.comparing = cache, comparing
        self.held = {entry.plan.plan_id: entry for entry in held}
        self.by_source: dict[str, list[Decision]] = {}
        for decision in (one for log in decisions.values() for one in log):
            plan = decision.source_id.partition("#")[0]
            self.by_source.setdefault(plan, []).append(decision)
        self.readings: dict[str, list[Reading]] = {}
        for reading in (one for known, _ in readings.values() for one in known):
            self.readings.setdefault(reading.row[0], []).append(reading)
        self.doubts: dict[str, list[str]] = {}
        self.voted: dict[str, Voted] = {}

    def flows(self, held: Held, work: Sequence[Fan]) -> Flows:
        """Return the lines of links and coverage out of a plan, decisions included."""
        automatic = self.comparing.flows(work)
        plan = held.plan.plan_id
        if plan not in self.by_source and plan not in self.readings:
            return automatic
        return self._lay(plan, automatic, self.by_source.get(plan, ()))

    def _lay(self, source: str, automatic: Flows, decisions: Sequence[Decision]) -> Flows:
        readings = self.readings.get(source, ())
        plans = {source, *(one.target_plan_id for one in (*decisions, *readings))}
        requirements: list[Requirement] = []
        for plan_id in sorted(plans & self.held.keys()):
            lines, _ = lines_of(self.cache, self.held[plan_id])
            requirements += read_lines("requirements", lines["requirements"])
        links, coverage = records_of_flows(automatic)
        compared = {(row.source_id, row.target_plan_id) for row in coverage}
        voted = vote(readings, Texts(requirements), compared)
        self.voted[source] = voted
        reviewed = apply_decisions([*decisions, *voted.decisions], links, coverage, requirements)
        self.doubts[source] = [
            *(
                f"decision on {suspect.decision.source_id} for {suspect.decision.target_plan_id} "
                f"is suspect: {suspect.reason}; review it again"
                for suspect in reviewed.suspects
            ),
            *(
                f"people differ on {dispute.source_id} for {dispute.target_plan_id}: "
                f"{'; '.join(one.says for one in dispute.decisions)}; the first stands until they "
                "agree"
                for dispute in reviewed.disputes
            ),
        ]
        return flows_of_records(reviewed.links, flag(reviewed.coverage, voted.doubt))

    def doubtful(self) -> list[str]:
        """Return what is to be said of decisions that need another look, by source plan."""
        for source in sorted((self.by_source.keys() | self.readings.keys()) - self.held.keys()):
            self._lay(source, ([], []), self.by_source.get(source, ()))
        return [doubt for source in sorted(self.doubts) for doubt in self.doubts[source]]

    def said(self, decisions: _Logs, readings: _Readings) -> list[str]:
        """Say what was laid over the verdicts, and what of it could not be or asks for a look."""
        doubtful = self.doubtful()
        laid = [
            f"{file}: {len(log)} decisions laid over the verdicts"
            for file, log in decisions.items()
            if log
        ]
        used = [
            f"{file}: {len(known)} readings of language models"
            for file, (known, _) in readings.items()
        ]
        noticed = [line for _, notes in readings.values() for line in notes]
        stale: Counter[str] = Counter()
        elsewhere: Counter[str] = Counter()
        for voted in self.voted.values():
            stale += voted.stale
            elsewhere += voted.elsewhere
        return [*doubtful, *laid, *used, *noticed, *unused_lines(stale, elsewhere)]


def cited_but_not_held(plans: Iterable[Plan], held: Iterable[Held]) -> list[Plan]:
    """Return the parents that held plans name but nobody holds, as plans with ``held`` false.

    All that is known of such a document is what the citation and its title say.
    """
    known = {plan.plan_id for plan in plans}
    found: dict[str, Plan] = {}
    for cited_id, title, number in (parent for entry in held for parent in entry.parents):
        if cited_id in known:
            continue
        key = cited_id or title
        plan = found.get(key) or _from_title(key, title)
        found[key] = replace(plan, doc_number=plan.doc_number or number)
    return [found[key] for key in sorted(found)]


def _from_title(plan_id: str, title: str) -> Plan:
    place = names.place_of(title)
    year = next(
        (int(title[at : at + 4]) for at in range(len(title)) if title[at : at + 4].isdecimal()), 0
    )
    return Plan(
        plan_id=plan_id,
        title=title,
        place_code=place.code if place else "",
        level=names.level_of(place) if place else "",
        bureau=names.bureau_of(title) or "gov",
        year=year,
        held=False,
    )


def graph_files(corpus: Corpus) -> dict[str, bytes]:
    """Return the network of a corpus as the bytes of ``graph.graphml``, ``.gexf`` and ``.json``."""
    from wpnet.cascade.graph import build_graph, graph_bytes

    graph = build_graph(
        corpus.plans,
        corpus.requirements,
        corpus.assignments,
        corpus.units,
        corpus.citations,
        corpus.links,
    )
    return {f"graph.{name}": graph_bytes(graph, name) for name in GRAPH_FORMATS}

"""The order of the stages: raw folder to corpus, corpus to processed folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from wpnet import __version__
from wpnet.cascade.align import align, comparable_pairs
from wpnet.cascade.review import Decision, apply_decisions, decisions_from_csv
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError, NoPlanFound
from wpnet.model import Assignment, Citation, Coverage, Link, ParsedPlan, Plan, Requirement, Unit
from wpnet.reading import names
from wpnet.reading.files import read_document
from wpnet.reading.plan import parse_document
from wpnet.reading.units import unit_kind
from wpnet.store import check_sha256, raw_files, read_manifest, refuse_foreign, write_corpus

if TYPE_CHECKING:
    from wpnet.cascade.graph import GraphFormat

Item = TypeVar("Item")


class Progress(Protocol):
    """Shows how far a stage has come: gives its items back one by one."""

    def __call__(self, stage: str, items: Sequence[Item]) -> Iterable[Item]: ...


def silent(stage: str, items: Sequence[Item]) -> Iterable[Item]:
    """Show nothing."""
    return items


GRAPH_FORMATS: tuple[GraphFormat, ...] = ("graphml", "gexf", "json")


@dataclass(frozen=True)
class Built:
    """A corpus and what the program noticed while building it."""

    corpus: Corpus
    warnings: tuple[str, ...]


def read_plan(file: Path, *, known: Plan | None = None) -> ParsedPlan:
    """Read one file of any supported format.

    Raises :class:`~wpnet.errors.UnreadableFile` where the file cannot be decoded and
    :class:`~wpnet.errors.NoPlanFound` where it holds no disclosure plan.
    """
    parsed = parse_document(read_document(file), known=known)
    if not parsed.plan_present:
        raise NoPlanFound(no_plan_message(file.name, parsed))
    return parsed


def no_plan_message(file: str, parsed: ParsedPlan) -> str:
    """Say in one sentence why a file that could be read is no plan, and what to do."""
    if parsed.plan.title:
        return (
            f"{file}: plan not present: this is only the notice that sends out "
            f"“{parsed.plan.title}”; get the annex that holds the numbered plan"
        )
    return (
        f"{file}: plan not present: no numbered disclosure work plan (政务公开工作要点) in it; "
        "check that this is the right file"
    )


def build(
    raw: Path,
    out: Path,
    *,
    decisions: Path | None = None,
    progress: Progress = silent,
) -> Built:
    """Build the processed folder ``out`` from the raw folder ``raw``.

    Nothing is written before all plans are read; ``out`` is replaced only once all of it is there.
    ``decisions`` is the file of reviewers' decisions that are laid over the automatic verdicts, if
    it exists.

    Raises :class:`~wpnet.errors.WpnetError` for a file or manifest at fault.
    """
    refuse_foreign(out)
    built = decided(build_corpus(raw, progress=progress), decisions)
    write_corpus(built.corpus, out, graph_files(built.corpus), __version__)
    return built


def decided(built: Built, decisions: Path | None) -> Built:
    """Lay reviewers' decisions over links and verdicts; suspect ones become warnings."""
    if decisions is None or not decisions.exists():
        return built
    corpus = built.corpus
    reviewed = apply_decisions(
        read_decisions(decisions), corpus.links, corpus.coverage, corpus.requirements
    )
    suspects = [
        f"decision on {suspect.decision.source_id} for {suspect.decision.target_plan_id} "
        f"is suspect: {suspect.reason}; review it again"
        for suspect in reviewed.suspects
    ]
    return Built(
        replace(corpus, links=reviewed.links, coverage=reviewed.coverage),
        (*built.warnings, *suspects),
    )


def read_decisions(file: Path) -> tuple[Decision, ...]:
    """Read the log of reviewers' decisions.

    Raises :class:`~wpnet.errors.WpnetError` with the row for a damaged file.
    """
    try:
        return decisions_from_csv(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise CorpusError(f"{file}: cannot be read ({fault}); restore it from a copy") from fault


def build_corpus(raw: Path, *, progress: Progress = silent) -> Built:
    """Read all plans of a folder and compare every pair that can be compared."""
    parsed, listed = _read_folder(raw, progress)
    plans = [entry.plan for entry in parsed]
    citations = [citation for entry in parsed for citation in entry.citations]
    requirements = [requirement for entry in parsed for requirement in entry.requirements]
    assignments = [assignment for entry in parsed for assignment in entry.assignments]
    links, coverage = _compare(plans, requirements, progress)
    missing = cited_but_not_held([*plans, *listed], citations)
    corpus = Corpus(
        plans=(*plans, *listed, *missing),
        requirements=tuple(requirements),
        assignments=tuple(assignments),
        units=tuple(collect_units(plans, assignments)),
        citations=tuple(citations),
        links=tuple(links),
        coverage=tuple(coverage),
        audit=tuple(span for entry in parsed for span in entry.audit),
        texts={entry.plan.plan_id: entry.text for entry in parsed},
    )
    return Built(corpus, tuple(warning for entry in parsed for warning in entry.warnings))


def _read_folder(raw: Path, progress: Progress) -> tuple[list[ParsedPlan], list[Plan]]:
    """Return the plans of a raw folder, and those that its manifest lists without a file."""
    files = raw_files(raw)
    manifest = read_manifest(raw)
    known = {plan.source_file: plan for plan in manifest if plan.source_file}
    lost = sorted(set(known) - {file.name for file in files})
    if lost:
        raise CorpusError(
            f"{raw / lost[0]}: the manifest names this file but it is not there; put it back, "
            "or leave the cell empty if the plan is not held"
        )
    parsed: list[ParsedPlan] = []
    for file in progress("reading plans", files):
        row = known.get(file.name)
        document = read_document(file)
        if row is not None:
            check_sha256(file, row, document.sha256)
        plan = parse_document(document, known=row)
        if not plan.plan_present:
            raise NoPlanFound(no_plan_message(file.name, plan))
        parsed.append(plan)
    parsed.sort(key=lambda entry: entry.plan.plan_id)
    for one, other in pairwise(parsed):
        if one.plan.plan_id == other.plan.plan_id:
            raise CorpusError(
                f"{raw}: {one.plan.source_file} and {other.plan.source_file} are both "
                f"{one.plan.plan_id}; name them apart with plan_id in the manifest"
            )
    return parsed, [plan for plan in manifest if not plan.source_file and plan.plan_id]


def _compare(
    plans: Sequence[Plan], requirements: Sequence[Requirement], progress: Progress
) -> tuple[list[Link], list[Coverage]]:
    by_plan: dict[str, list[Requirement]] = {plan.plan_id: [] for plan in plans}
    for requirement in requirements:
        by_plan[requirement.plan_id].append(requirement)
    links: list[Link] = []
    coverage: list[Coverage] = []
    for source, target, relation, lag in progress("comparing plans", comparable_pairs(plans)):
        aligned = align(
            by_plan[source],
            by_plan[target],
            relation=relation,
            lag_years=lag,
            target_plan_id=target,
        )
        links += aligned.links
        coverage += aligned.coverage
    return links, coverage


def collect_units(plans: Sequence[Plan], assignments: Sequence[Assignment]) -> list[Unit]:
    """Return every unit that the assignments name, with all the ways in which it is written."""
    issuers = {plan.plan_id: plan.issuer for plan in plans}
    written: dict[str, dict[str, None]] = {}
    issuer_of: dict[str, str] = {}
    for entry in assignments:
        written.setdefault(entry.unit_id, {})[entry.unit_as_written] = None
        issuer_of.setdefault(entry.unit_id, issuers[entry.requirement_id.split("#")[0]])
    return [
        Unit(
            unit_id=unit_id,
            name=unit_id.rpartition("/")[2],
            kind=unit_kind(next(iter(aliases))),
            plan_issuer=issuer_of[unit_id],
            aliases=tuple(sorted(aliases)),
        )
        for unit_id, aliases in sorted(written.items())
    ]


def cited_but_not_held(plans: Sequence[Plan], citations: Sequence[Citation]) -> list[Plan]:
    """Return the parents that held plans name but nobody holds, as plans with ``held`` false.

    All that is known of such a document is what the citation and its title say.
    """
    known = {plan.plan_id for plan in plans}
    found: dict[str, Plan] = {}
    for citation in citations:
        if citation.relation != "parent" or citation.cited_plan_id in known:
            continue
        key = citation.cited_plan_id or citation.cited_title
        plan = found.get(key) or _from_title(key, citation.cited_title)
        found[key] = replace(plan, doc_number=plan.doc_number or citation.cited_number)
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

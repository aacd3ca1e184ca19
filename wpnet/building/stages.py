"""The two long stages of a build, reading and comparing, with everything already known left out.

Both go through the cache: what is there is taken, what is not is handed to the workers and kept as
soon as it comes back. So a build that is stopped at any moment goes on where it was.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol, TypeVar

from wpnet.building.assembly import Flows
from wpnet.building.cache import Cache, cascade_version, fingerprint, reading_version
from wpnet.building.partitions import FILES_A_TASK, PAIRS_A_TASK, Fan, Tree, batches
from wpnet.building.tasks import AlignTask, PairAligned, ReadTask, align_task, read_task
from wpnet.building.workers import Workers
from wpnet.cascade.own import print_of
from wpnet.cascade.pairs import PlanPair
from wpnet.errors import BuildError, CorpusError, NoPlanFound
from wpnet.model import Plan
from wpnet.reading.genre import is_other_kind
from wpnet.reading.manifest import read_manifest
from wpnet.store import check_sha256
from wpnet.storing.raw import RawFile, nfc, raw_files, read_raw, same_name
from wpnet.text import folded

Item = TypeVar("Item")


#: Bytes of a plan id: with its suffix, and what exports add to it, it must be the name of a file.
LONGEST_ID = 200


class Progress(Protocol):
    """Shows how far a stage has come: gives its items back one by one."""

    def __call__(self, stage: str, items: Sequence[Item]) -> Iterable[Item]: ...


@dataclass(frozen=True, slots=True)
class Held:
    """A plan that was read: what the build must remember of it; its lines are in the cache.

    ``digest`` is the fingerprint of its requirements, ``parents`` the documents it says it follows
    (plan id, title, number).
    """

    plan: Plan
    file: RawFile
    key: str
    digest: str
    warnings: tuple[str, ...]
    parents: tuple[tuple[str, str, str], ...]


def read_folder(
    raw: Path, cache: Cache, workers: Workers, progress: Progress
) -> tuple[list[Held], list[Plan], list[str]]:
    """Return the plans of a raw folder, sorted by id, those its manifest lists without a file, and
    what is to be said of the folder.

    Raises :class:`~wpnet.errors.WpnetError` for a file or manifest at fault.
    """
    manifest, said = read_manifest(raw)
    known = _by_file(raw, manifest)
    folder = raw_files(raw, known)
    lost = sorted(set(known) - {file.name for file in folder.files})
    if lost:
        raise CorpusError(
            f"{raw / lost[0]}: the manifest names this file but it is not there; put it back, "
            "or leave the cell empty if the plan is not held"
        )
    reading = _Reading(cache, known)
    for task, results in workers.run(
        read_task, reading.tasks(progress("reading plans", folder.files))
    ):
        for (name, _, _), result in zip(task.files, results, strict=True):
            file, key = reading.waiting.pop(name)
            cache.put("plans", key, result.head, result.body)
            reading.take(file, key, result.head)
    held = sorted(reading.held, key=lambda entry: entry.plan.plan_id)
    by_name = sorted(held, key=lambda entry: same_name(entry.plan.plan_id))
    for one, other in pairwise(by_name):
        if same_name(one.plan.plan_id) == same_name(other.plan.plan_id):
            raise CorpusError(
                f"{raw}: {one.plan.source_file} and {other.plan.source_file} are both "
                f"{one.plan.plan_id}; name them apart with plan_id in the manifest"
            )
    listed = [plan for plan in manifest if not plan.source_file and plan.plan_id]
    return held, listed, [*said, *folder.notes(raw)]


def _by_file(raw: Path, manifest: Iterable[Plan]) -> dict[str, Plan]:
    """Return the rows of a manifest by the file they name, as the folder spells it.

    A manifest from another system may compose its letters otherwise.
    """
    there = {} if not raw.is_dir() else {nfc(path.name): path.name for path in raw.iterdir()}
    known = {}
    for plan in manifest:
        if plan.source_file:
            name = plan.source_file
            if not (raw / name).exists():
                name = there.get(nfc(name), name)
            known[name] = replace(plan, source_file=name)
    return known


class _Reading:
    """The plans read so far, and the files that are with the workers."""

    def __init__(self, cache: Cache, known: Mapping[str, Plan]) -> None:
        self.cache, self.known = cache, known
        self.held: list[Held] = []
        self.waiting: dict[str, tuple[RawFile, str]] = {}

    def tasks(self, files: Iterable[Path]) -> Iterator[ReadTask]:
        """Take over the files that are known; yield tasks for the others."""
        batch: list[tuple[str, bytes, Plan | None]] = []
        for path in files:
            file, data = read_raw(path)
            row = self.known.get(path.name)
            if row is not None:
                check_sha256(path, row, file.sha256)
            said = json.dumps(asdict(row), sort_keys=True) if row else ""
            key = fingerprint(reading_version(), path.name, file.sha256, said)
            entry = self.cache.get("plans", key)
            if entry is not None:
                self.take(file, key, entry.head)
                continue
            self.waiting[path.name] = (file, key)
            batch.append((path.name, data, row))
            if len(batch) >= FILES_A_TASK:
                yield ReadTask(tuple(batch), reading_version())
                batch = []
        if batch:
            yield ReadTask(tuple(batch), reading_version())

    def take(self, file: RawFile, key: str, head: Mapping[str, Any]) -> None:
        """Remember a plan; refuse a file that holds none, and an id that is no file name."""
        plan = Plan(**head["plan"])
        if not head["present"]:
            raise NoPlanFound(no_plan(file.path.name, plan.title))
        if not usable_id(plan.plan_id):
            raise CorpusError(
                f"{file.path}: the plan id {plan.plan_id!r} cannot be used in a table or file "
                "name; give the plan another plan_id in the manifest"
            )
        self.held.append(
            Held(
                plan=plan,
                file=file,
                key=key,
                digest=head["digest"],
                warnings=tuple(head["warnings"]),
                parents=tuple((one, two, three) for one, two, three in head["parents"]),
            )
        )


def usable_id(plan_id: str) -> bool:
    """Tell whether a plan id can stand in a table and in the name of a file that is no hidden one.

    Example:
        >>> usable_id("jiading-hrss-2025"), usable_id("2025/a"), usable_id(".a"), usable_id(" ")
        (True, False, False, False)
    """
    wrong = set(plan_id) & set('/\\#;"') or any(
        unicodedata.category(letter) in ("Cc", "Cs") for letter in plan_id
    )
    long = len(plan_id.encode("utf-8", "replace")) > LONGEST_ID
    return not (wrong or long or plan_id.startswith((".", "*"))) and bool(plan_id.strip())


def no_plan(file: str, title: str) -> str:
    """Say in one sentence why a file that could be read is no plan, and what to do."""
    if is_other_kind(title):
        return (
            f"{file}: plan not present: this is “{title}”, another document on disclosure; "
            "get the work plan of the year (政务公开工作要点)"
        )
    if title and "公开" not in folded(title):
        return (
            f"{file}: plan not present: this is “{title}”, the plan of another field of work; "
            "get the work plan on disclosure (政务公开工作要点)"
        )
    if title:
        return (
            f"{file}: plan not present: this is only the notice that sends out “{title}”; "
            "get the annex that holds the numbered plan"
        )
    return (
        f"{file}: plan not present: no numbered disclosure work plan (政务公开工作要点) in it; "
        "check that this is the right file"
    )


def lines_of(cache: Cache, held: Held) -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
    """Return a plan's lines of every table and its text, and its units with their names."""
    entry = cache.get("plans", held.key)
    if entry is None:
        raise _cache_changed(cache)
    return entry.read(), [(unit_id, names) for unit_id, names in entry.head["units"]]


class Comparing:
    """The comparing stage: pairs found in the cache, and pairs handed to the workers."""

    def __init__(self, cache: Cache, held: Iterable[Held], scorer: str = "") -> None:
        self.cache, self.scorer = cache, scorer
        self._print = (print_of(scorer),) if scorer else ()
        self.held = {entry.plan.plan_id: entry for entry in held}
        self._tree: Tree | None = None
        self._lines: dict[str, str] = {}

    def compare(self, fans: Sequence[Fan], workers: Workers, progress: Progress) -> None:
        """See to it that the cache holds every pair of every fan."""
        todo = [missing for fan in fans if (missing := self._missing(fan)).pairs]
        wanted = {(fan.source, fan.tree): fan for fan in fans}
        tasks = map(self._task, progress("comparing plans", list(batches(todo, PAIRS_A_TASK))))
        for task, results in workers.run(align_task, tasks):
            self._keep(task.tree, results, wanted)

    def flows(self, fans: Iterable[Fan]) -> Flows:
        """Return the lines of links and coverage of all fans of one source plan, sorted by key."""
        links: list[tuple[str, str]] = []
        coverage: list[tuple[str, str]] = []
        for fan in fans:
            entry = self.cache.get("pairs", self._key(fan))
            if entry is None:
                raise _cache_changed(self.cache)
            known = entry.read()
            for pair in fan.pairs:
                found = known[self._code(pair)]
                links += [(key, line) for key, line in found[0]]
                coverage += [(key, line) for key, line in found[1]]
        return sorted(links), sorted(coverage)

    def _key(self, fan: Fan) -> str:
        source = self.held[fan.source].digest, fan.source
        return fingerprint(cascade_version(), *source, *fan.tree, *self._print)

    def _code(self, pair: PlanPair) -> str:
        """Return what a pair is known by inside the entry of its source plan."""
        digest = self.held[pair.target_plan_id].digest
        return fingerprint(digest, pair.target_plan_id, pair.relation, str(pair.lag_years))[:32]

    def _missing(self, fan: Fan) -> Fan:
        entry = self.cache.get("pairs", self._key(fan))
        known = set(entry.head) if entry else set()
        pairs = tuple(pair for pair in fan.pairs if self._code(pair) not in known)
        return Fan(fan.source, fan.tree, pairs)

    def _task(self, batch: Sequence[Fan]) -> AlignTask:
        pairs = tuple(pair for fan in batch for pair in fan.pairs)
        plans = sorted({plan_id for pair in pairs for plan_id in pair[:2]})
        if self._tree != batch[0].tree:
            self._tree, self._lines = batch[0].tree, {}
        for plan_id in plans:
            if plan_id not in self._lines:
                self._lines[plan_id] = lines_of(self.cache, self.held[plan_id])[0]["requirements"]
        lines = {plan_id: self._lines[plan_id] for plan_id in plans}
        return AlignTask(batch[0].tree, lines, pairs, cascade_version(), self.scorer)

    def _keep(
        self,
        tree: Tree,
        results: Iterable[PairAligned],
        wanted: Mapping[tuple[str, Tree], Fan],
    ) -> None:
        """Add pairs to the entries of their source plans; drop what is no pair any more."""
        by_source: dict[str, list[PairAligned]] = {}
        for result in results:
            by_source.setdefault(result.pair.source_plan_id, []).append(result)
        for source, found in by_source.items():
            fan = wanted[source, tree]
            key = self._key(fan)
            codes = {self._code(pair) for pair in fan.pairs}
            entry = self.cache.get("pairs", key)
            known = entry.read() if entry else {}
            body = {code: lines for code, lines in known.items() if code in codes}
            body |= {self._code(one.pair): [one.links, one.coverage] for one in found}
            self.cache.put("pairs", key, list(body), body)


def _cache_changed(cache: Cache) -> BuildError:
    return BuildError(
        f"{cache.folder}: the cache was changed while the build ran; run the build again"
    )

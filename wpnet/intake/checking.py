"""``wpnet check`` for many files: which ones a folder holds, and what was read in each."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from wpnet.building.stages import no_plan
from wpnet.building.workers import Here, Processes
from wpnet.errors import BuildError, CorpusError, WpnetError
from wpnet.intake.soundness import objections, unparsed
from wpnet.model import ParsedPlan
from wpnet.reading.door import parse_file
from wpnet.reading.files import SUFFIXES
from wpnet.showing.folder import FileRow
from wpnet.showing.understood import units_of


class Checked(NamedTuple):
    """A file and what was read in it.

    ``fault`` is the sentence of a file that cannot be read or holds no plan, else empty.
    """

    path: Path
    parsed: ParsedPlan | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of some folders and files; ``skipped`` counts the others by their kind."""

    files: tuple[Path, ...]
    skipped: Mapping[str, int]


def documents(paths: Iterable[Path]) -> Documents:
    """Return the files to check: those named, and all documents in folders named, at any depth.

    The files of a folder come sorted by path, each file once. Hidden files and folders and what has
    the suffix of no document are passed over.

    Raises:
        CorpusError: a folder cannot be read, or there is no document at all.

    Example:
        >>> found = documents([Path("data/raw")])
        >>> len(found.files), dict(found.skipped)
        (5, {'.csv': 1})
    """
    paths = list(paths)
    skipped: Counter[str] = Counter()
    found: dict[Path, Path] = {}
    for path in paths:
        for file in sorted(_inside(path, skipped)) if path.is_dir() else [path]:
            found.setdefault(file.resolve(), file)
    if not found:
        named = ", ".join(map(str, paths))
        raise CorpusError(f"{named}: no document there; put .txt, .html, .pdf or .docx files there")
    return Documents(tuple(found.values()), dict(sorted(skipped.items())))


def _inside(folder: Path, skipped: Counter[str]) -> Iterator[Path]:
    def refuse(fault: OSError) -> None:
        raise CorpusError(
            f"{fault.filename}: the folder cannot be read ({fault.strerror}); check its permissions"
        )

    for above, folders, files in os.walk(folder, onerror=refuse):
        skipped["hidden"] += sum(name.startswith(".") for name in folders)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            suffix = Path(name).suffix.lower()
            if name.startswith((".", "~$")):
                skipped["hidden"] += 1
            elif suffix not in SUFFIXES:
                skipped[suffix or "without suffix"] += 1
            else:
                yield Path(above) / name
    skipped += Counter()  # drops what is 0


def check_files(files: Iterable[Path], *, workers: int = 1) -> Iterator[Checked]:
    """Read files, here or in several processes; yield them in their order.

    Raises:
        WpnetError: a number of workers below one, or a process that died.
    """
    if workers < 1:
        raise WpnetError(f"--workers {workers}: a check needs at least one worker")
    with contextlib.ExitStack() as stack:
        crew: Here | Processes = Here()
        if workers > 1:
            crew = Processes(workers)
            stack.callback(crew.close)
        try:
            for _, checked in crew.run(check_file, files):
                yield checked
        except BuildError:
            raise WpnetError(
                "a worker process died (killed, or out of memory); check with fewer --workers"
            ) from None


def check_file(path: Path) -> Checked:
    """Read a file; a fault is part of what comes back.

    Example:
        >>> check_file(Path("nowhere.txt")).fault
        'nowhere.txt: there is no such file; check the name'
    """
    try:
        parsed = parse_file(path)
    except WpnetError as fault:
        return Checked(path, None, str(fault))
    absent = "" if parsed.plan_present else no_plan(path.name, parsed.plan.title)
    return Checked(path, parsed, absent)


def rows_of(found: Iterable[Checked]) -> Iterator[FileRow]:
    """Yield a row for every file; of two with one id the second says so."""
    holder: dict[str, Path] = {}
    for checked in found:
        parsed = checked.parsed
        if parsed is None:
            yield FileRow(file=str(checked.path), remark=_short(checked))
            continue
        plan = parsed.plan
        first = holder.setdefault(plan.plan_id, checked.path) if parsed.plan_present else None
        double = first if first not in (None, checked.path) else None
        yield FileRow(
            file=str(checked.path),
            plan_id=plan.plan_id,
            plan_present=parsed.plan_present,
            duties=plan.duties,
            preambles=plan.preambles,
            units=units_of(parsed),
            citations=len(parsed.citations),
            warnings=len(parsed.warnings),
            characters=len(parsed.text),
            unparsed=sum(map(len, unparsed(parsed))),
            remark=_short(checked) if checked.fault else _remark(parsed, double),
        )


def _short(checked: Checked) -> str:
    """Return a fault without the name of the file, which stands beside it."""
    for name in (checked.path, checked.path.name):
        if checked.fault.startswith(f"{name}: "):
            return checked.fault.removeprefix(f"{name}: ")
    return checked.fault


def _remark(parsed: ParsedPlan, double: Path | None) -> str:
    against: Sequence[str] = [objection.sentence for objection in objections(parsed)]
    if double is not None:
        against = [f"has the same id as {double}", *against]
    if not against:
        return f"sound; {parsed.warnings[0]}" if parsed.warnings else "sound"
    more = f" (and {len(against) - 1} more)" if len(against) > 1 else ""
    return f"not sound: {against[0]}{more}"

"""``wpnet export``: a processed folder in, files for Gephi, Excel, Stata, R and pandas out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.model import Relation
from wpnet.slices import INDEXED, load_part
from wpnet.store import load_corpus
from wpnet.storing.files import write_files
from wpnet.storing.folders import replaced_folder
from wpnet.tables import TABLES

#: Formats that are one file, and formats that are a folder with one file a table.
FILE_FORMATS = ("gexf", "graphml", "xlsx", "csv")
FOLDER_FORMATS = ("dta", "parquet")
#: Formats of the network, and the tables that it is made of.
GRAPHS = ("gexf", "graphml")
GRAPH_TABLES = ("plans", "requirements", "assignments", "units", "citations", "links")
#: Requirements of which a .gexf, made in memory, takes 2 GB (72,000 took 7 GB, 2026-11-28).
GEXF_UP_TO = 20_000
FORMATS = (*FILE_FORMATS, *FOLDER_FORMATS)


def export(
    data: Path,
    file_format: str,
    out: Path,
    *,
    plans: Collection[str] = (),
    place: str = "",
    bureau: str = "",
    years: tuple[int, int] | None = None,
    relation: Relation | None = None,
    accepted_only: bool = False,
    superseded: bool = False,
    force: bool = False,
) -> list[Path]:
    """Write a processed folder, or a part of it, in another format; return the files written.

    Args:
        data: folder that :func:`wpnet.build` wrote.
        file_format: one of :data:`FORMATS`; the empty string: what the suffix of ``out`` says.
        out: the file to write; for ``dta`` and ``parquet`` the folder for one file a table.
        plans: keep these plans only; see :func:`wpnet.showing.chosen.choose`.
        place, bureau, years: keep plans of these only; see
            :func:`wpnet.showing.chosen.select_plans`. Nothing else is read then.
        relation: keep links and verdicts of this relation only; a network then holds these links
            and the duties of their plans, and nothing else.
        accepted_only: keep accepted links only.
        superseded: keep in a network who was named in the prose where the task table names others.
        force: replace files that wpnet did not write.

    Raises:
        CorpusError: no built corpus in ``data``, an unknown format, a suffix that contradicts the
            format, or a place that cannot be written to.
        UnknownName: a plan is not in the corpus.
    """
    from wpnet.showing.chosen import choose
    from wpnet.showing.exported import exported_files

    file_format = _checked(file_format, out)
    corpus = _read(data, file_format, plans, place, bureau, years)
    part = choose(corpus, plans=plans, relation=relation, accepted_only=accepted_only)
    if file_format in GRAPHS and not superseded:  # else Gephi sums both into one edge
        part = replace(part, assignments=tuple(row for row in part.assignments if row.effective))
    _check_size(part, file_format, out)
    files = exported_files(part, file_format, links_only=relation is not None)
    if file_format in FILE_FORMATS:
        [content] = files.values()
        write_files({out: content}, inputs=[data], force=force)
        return [out]
    targets = {out / name: content for name, content in files.items()}
    if out.exists():
        write_files(targets, inputs=[data], force=force)
        return list(targets)
    with replaced_folder(out, inputs=[data]) as new:  # all of it at once
        for name, content in files.items():
            with (new / name).open("wb") as file:
                file.writelines([content] if isinstance(content, bytes) else content)
    return list(targets)


def _check_size(part: Corpus, file_format: str, out: Path) -> None:
    """Refuse a network that would fill the memory; GraphML is written while it is made."""
    if file_format == "gexf" and len(part.requirements) > GEXF_UP_TO:
        raise CorpusError(
            f"{out}: a .gexf of {len(part.requirements):,} requirements takes more memory than "
            "most computers have; write .graphml, which Gephi reads, too, or a part with --place, "
            "--bureau or --years"
        )


def _checked(file_format: str, out: Path) -> str:
    """Return the format to write; refuse one that is unknown or does not fit the name."""
    file_format = file_format or format_of(out)
    if file_format not in FORMATS:
        raise CorpusError(f"format {file_format!r} is unknown; name one of {', '.join(FORMATS)}")
    if file_format in FILE_FORMATS and out.suffix.lower() != f".{file_format}":
        raise CorpusError(f"{out}: a {file_format} file ends in .{file_format}; name it so")
    if file_format in FOLDER_FORMATS and out.exists() and not out.is_dir():
        raise CorpusError(f"{out}: is a file; {file_format} writes one file a table, name a folder")
    return file_format


def _read(
    data: Path,
    file_format: str,
    plans: Collection[str],
    place: str,
    bureau: str,
    years: tuple[int, int] | None,
) -> Corpus:
    """Return what is needed of a corpus, at least the plans that are asked for."""
    from wpnet.showing.chosen import select_plans

    if not (place or bureau or years):
        return load_corpus(data, tables=GRAPH_TABLES if file_format in GRAPHS else tuple(TABLES))
    known = load_corpus(data, tables=("plans", "units"))
    asked = [plan for plan in known.plans if not plans or plan.plan_id in plans]
    plans = select_plans(asked, place=place, bureau=bureau, years=years)
    part = load_part(data, plans, tables=INDEXED)
    return replace(part, units=known.units, texts=known.texts)


def format_of(out: Path) -> str:
    """Return the format that the name of a file asks for.

    Raises:
        CorpusError: the suffix is that of no format.

    >>> format_of(Path("cascade.gexf"))
    'gexf'
    """
    found = out.suffix.lower().removeprefix(".")
    if found in FORMATS:
        return found
    raise CorpusError(
        f"{out}: its name does not say in which format; name one of {', '.join(FORMATS)} "
        "with --format"
    )

"""What ``wpnet omissions`` and ``wpnet report`` do: listings, workbooks, pages and letters."""

from __future__ import annotations

import hashlib
import io
import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wpnet.errors import WpnetError
from wpnet.saying import note, progress

if TYPE_CHECKING:
    from pathlib import Path

    from wpnet.corpus import Corpus
    from wpnet.model import Verdict
    from wpnet.review.decisions import Decision
    from wpnet.showing.ledger import LedgerRow


def omissions(options: Namespace) -> int:
    """Show or write the ledger of a pair of plans."""
    from wpnet.showing import listings
    from wpnet.showing.ledger import VERDICTS, cautions, ledger
    from wpnet.slices import load_part
    from wpnet.store import load_corpus

    pair = (options.source, options.target)
    if options.out is not None and options.out.suffix.lower() == ".html":
        return _write_page(options)
    corpus = load_part(options.data, pair, tables=listings.LEDGER_TABLES)
    if pair not in corpus.coverage_between:  # why, and what instead, takes all plans
        corpus = load_corpus(options.data, tables=listings.LEDGER_TABLES)
    wanted = options.verdict or ["omitted"]
    chosen = VERDICTS if "all" in wanted else tuple(v for v in VERDICTS if v in wanted)
    rows = ledger(corpus, *pair)
    shown = [row for row in rows if row.coverage.verdict in chosen]
    if options.out is not None:
        return _write_omissions(options, corpus, shown, chosen)
    if options.format == "csv":
        sys.stdout.write(listings.ledger_csv(shown))
    elif options.format == "json":
        print(listings.ledger_json(shown))
    else:
        print(listings.ledger_text(rows, shown, cautions(corpus, *pair)))
    return 0


def _write_omissions(
    options: Namespace, corpus: Corpus, shown: Sequence[LedgerRow], chosen: Sequence[Verdict]
) -> int:
    """Write the ledger as ``.csv`` or ``.xlsx``."""
    from wpnet.showing.columns import context, filled_in, table
    from wpnet.showing.harmless import csv_bytes
    from wpnet.storing.files import write_file

    kind = options.out.suffix.lower()
    if kind == ".csv":
        known = context(corpus, options.language, _decisions(options)[0])
        data = csv_bytes(table(known, shown))
    elif kind == ".xlsx":
        data = _workbook(options, corpus, chosen)
    else:
        raise WpnetError(
            f"{options.out}: cannot write this kind of file; end it in .xlsx, .csv or .html"
        )
    write_file(
        options.out,
        data,
        inputs=_read(options),
        filled_in=filled_in(options.language),
        force=options.force,
    )
    print(f"{options.out}: {len(shown)} rows")
    return 0


def _workbook(options: Namespace, corpus: Corpus, chosen: Sequence[Verdict]) -> bytes:
    from wpnet.showing.workbook import write_workbook

    memory = io.BytesIO()
    write_workbook(
        corpus,
        [(options.source, options.target)],
        memory,
        verdicts=chosen,
        language=options.language,
        decisions=_decisions(options)[0],
    )
    return memory.getvalue()


def report(options: Namespace) -> int:
    """Write the report page, and letters where they are asked for."""
    if options.docx is None:
        if options.office or options.unit:
            raise WpnetError("--office and --unit are for letters: add --docx FILE.docx")
        return _write_page(options)
    return _write_letters(options)


def _write_page(options: Namespace) -> int:
    """Write the page about all plans, or those of a source plan, a target plan, a pair."""
    from wpnet.showing.ledger import is_explained
    from wpnet.showing.report.page import report_parts
    from wpnet.storing.files import check_place, write_file

    if options.command == "report" and options.out.suffix.lower() not in (".html", ".htm"):
        return _write_folder(options, _narrowed(options))
    check_place(options.out, inputs=_read(options), force=options.force)
    corpus = _narrowed(options)
    decisions, sources = _decisions(options)
    if corpus.own_scorers:
        note(f"{corpus.own_scorers[0]} gave the scores: the page cannot say why each is what it is")
    elif not is_explained(corpus):
        note(
            f"{len(corpus.coverage)} verdicts: the page leaves out why each score is what it is, "
            "and what was not found; --out FOLDER makes a page for every source plan, --from or "
            "--to a page of fewer plans"
        )
    page = report_parts(corpus, language=options.language, sources=sources, decisions=decisions)
    write_file(options.out, page, inputs=_read(options), force=options.force)
    print(f"{options.out}: {options.out.stat().st_size // 1024} KiB; open it in a browser")
    return 0


def _write_folder(options: Namespace, corpus: Corpus) -> int:
    """Write a folder of pages: an index, and a page for every source plan."""
    from wpnet.showing.report.folder import INDEX, write_folder

    if options.out.suffix:
        raise WpnetError(f"{options.out}: a page ends in .html; a name without ending is a folder")
    decisions, sources = _decisions(options)
    pages = write_folder(
        corpus,
        options.out,
        language=options.language,
        sources=sources,
        decisions=decisions,
        inputs=_read(options),
        force=options.force,
        progress=progress,
    )
    print(f"{options.out}: {pages} pages; open {options.out / INDEX} in a browser")
    return 0


def _write_letters(options: Namespace) -> int:
    """Write a letter with its checklist for every pair of plans that is asked for."""
    from wpnet.showing.columns import context
    from wpnet.showing.letter import letter
    from wpnet.showing.letter_docx import letters_docx
    from wpnet.showing.report.payload import compared_pairs
    from wpnet.storing.files import write_file

    if options.docx.suffix.lower() != ".docx":
        raise WpnetError(f"{options.docx}: a letter is a Word file; end its name in .docx")
    corpus = _narrowed(options)
    known = context(corpus, options.language, _decisions(options)[0])
    below = corpus.coverage_between
    pairs = [pair for pair in compared_pairs(corpus) if below[pair][0].relation == "cascade"]
    if not pairs:
        raise WpnetError(
            "a letter is about a plan and one below it; none of these plans is below another"
        )
    letters = [letter(known, *pair, office=options.office, unit=options.unit) for pair in pairs]
    letters = [one for one in letters if one.total or not options.unit]
    if not letters:
        raise WpnetError(
            f"no duty of these plans is of the office {options.unit!r}; the page lists them all"
        )
    write_file(options.docx, letters_docx(letters), inputs=_read(options), force=options.force)
    print(f"{options.docx}: {len(letters)} letter{'s' if len(letters) > 1 else ''}")
    return 0


def _narrowed(options: Namespace) -> Corpus:
    """Return the part of the built tables that is asked for by source and target plan."""
    from wpnet.showing.chosen import between
    from wpnet.showing.listings import LEDGER_TABLES
    from wpnet.store import load_corpus

    corpus = load_corpus(options.data, tables=LEDGER_TABLES)
    if options.source or options.target:
        return between(corpus, options.source, options.target)
    return corpus


def _read(options: Namespace) -> list[Path]:
    """Return what a command reads, and so never writes over."""
    from wpnet.review.log import decisions_beside

    return [options.data, options.decisions or decisions_beside(options.data)]


def _decisions(options: Namespace) -> tuple[tuple[Decision, ...], list[tuple[str, str]]]:
    """Return the decisions about the data, and name and sha256 of their file."""
    from wpnet.review.log import known_decisions

    file, decisions = known_decisions(options.data, options.decisions)
    if not file.exists():
        return (), []
    return decisions, [(file.name, hashlib.sha256(file.read_bytes()).hexdigest())]

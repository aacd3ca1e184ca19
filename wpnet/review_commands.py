"""What ``wpnet review export`` and ``wpnet review import`` do."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wpnet.errors import ReviewError
from wpnet.saying import note, progress

if TYPE_CHECKING:
    from wpnet.model import Coverage
    from wpnet.review.taking import Receipt

#: Lines of a receipt that the terminal shows; the file of the receipt holds all.
SHOWN = 20
#: What an import needs of the built tables, and what an export needs.
_TEXTS = ("requirements", "coverage")


def review_export(options: Namespace) -> int:
    """Write the rows that a person should decide."""
    from wpnet.review.log import known_decisions
    from wpnet.showing import listings
    from wpnet.showing.columns import context, filled_in, table
    from wpnet.showing.harmless import csv_bytes
    from wpnet.showing.workbook import rows_to_review, write_review
    from wpnet.store import load_corpus
    from wpnet.storing.files import check_place, write_file

    kind = options.file.suffix.lower()
    if kind not in (".xlsx", ".csv"):
        raise ReviewError(f"{options.file}: a review file ends in .xlsx or .csv")
    check_place(options.file, inputs=[options.data], force=options.force)
    corpus = load_corpus(options.data, tables=listings.LEDGER_TABLES)
    for plan in (options.source, options.target):
        if plan:
            corpus.plan(plan)
    file, decisions = known_decisions(options.data, options.decisions)
    known = context(corpus, options.language, decisions)
    rows = rows_to_review(corpus, [row for row in corpus.coverage if _asked(row, options)])
    if kind == ".csv":
        data = csv_bytes(table(known, rows))
    else:
        memory = io.BytesIO()
        write_review(known, rows, memory, progress=progress)
        data = memory.getvalue()
    write_file(
        options.file,
        data,
        inputs=[options.data, file],
        filled_in=filled_in(options.language),
        force=options.force,
    )
    print(f"{options.file}: {len(rows)} rows to decide")
    return 0


def _asked(row: Coverage, options: Namespace) -> bool:
    """Tell whether a row is to be decided, of the plans that were asked for."""
    return (
        (row.needs_review or options.all)
        and (not options.source or row.source_id.startswith(f"{options.source}#"))
        and (not options.target or row.target_plan_id == options.target)
    )


def review_import(options: Namespace) -> int:
    """Take decisions over from review files and workbooks of omissions, with a receipt."""
    from wpnet.review.decisions import Texts, decisions_to_csv
    from wpnet.review.log import decisions_beside, only_writer, read_decisions
    from wpnet.review.taking import take_over
    from wpnet.showing.returned import read_returned
    from wpnet.store import load_corpus
    from wpnet.storing.files import write_file

    returned = read_returned(options.file)
    corpus = load_corpus(options.data, tables=_TEXTS)
    texts = Texts(corpus.requirements)
    log = options.decisions or decisions_beside(options.data)
    with only_writer(log) as real:
        before = read_decisions(real) if real.exists() else ()
        receipt = take_over(returned.rows, corpus.coverage, texts, before, settle=options.settle)
        if receipt.taken:
            write_file(
                log,
                decisions_to_csv(receipt.log).encode("utf-8-sig"),
                inputs=[options.data, options.file],
                force=True,  # what it held was read and is in it again
            )
    receipt.found = returned.found
    receipt.notes[:0] = returned.notes
    if options.receipt is not None:
        write_file(
            options.receipt,
            _receipt_csv(receipt, options.file),
            inputs=[options.data, options.file, log],
            force=options.force,
        )
    _say(receipt, options.file, log, options.receipt)
    return int(bool(receipt.refused))


def _say(receipt: Receipt, file: Path, log: Path, written: Path | None) -> None:
    print(f"{file}: {receipt.counts()}")
    lines = receipt.lines()
    for line in lines[:SHOWN]:
        note(line)
    if len(lines) > SHOWN:
        where = f"see {written}" if written else "--receipt FILE writes all"
        note(f"… and {len(lines) - SHOWN} lines more ({where})")
    print(
        f"{log}: {len(receipt.taken)} decisions added, {len(receipt.log)} in all"
        + ("; now run `wpnet build`" if receipt.taken else "")
    )


def _receipt_csv(receipt: Receipt, file: Path) -> bytes:
    """Return the receipt as a table: one line for every row that was taken, refused, noticed."""
    from wpnet.showing.harmless import csv_bytes

    lines: list[Sequence[object]] = [["what", "row", "source_id", "target_plan_id", "said"]]
    lines.append(["counts", file.name, "", "", receipt.counts()])
    lines += [["taken", "", d.source_id, d.target_plan_id, d.says] for d in receipt.taken]
    lines += [["refused", where, "", "", why] for where, why in receipt.refused]
    for what, said in (("people differ", receipt.conflicts), ("noticed", receipt.notes)):
        lines += _said(what, said)
    return csv_bytes(lines)


def _said(what: str, said: Collection[str]) -> list[Sequence[object]]:
    return [[what, "", "", "", one] for one in said]

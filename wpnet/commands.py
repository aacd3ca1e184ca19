"""What each command does: from the parsed options to files, output and exit status."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wpnet.errors import WpnetError
from wpnet.saying import complain, note, progress, terminable

if TYPE_CHECKING:
    from pathlib import Path

    from wpnet.cascade.evaluate import Evaluation
    from wpnet.corpus import Corpus
    from wpnet.model import ParsedPlan, Requirement


def build(options: Namespace) -> int:
    """Build the processed folder."""
    from wpnet import pipeline

    with terminable():
        built = pipeline.build(
            options.raw,
            options.out,
            decisions=options.decisions,
            reviewed=not options.no_decisions,
            readings=options.readings,
            progress=progress,
            workers=options.workers,
            scheduler=options.scheduler,
            cache=options.cache,
            keep_cache=not options.no_cache,
            graphs=options.graphs,
            parquet=options.parquet,
            scorer=options.scorer,
        )
    for warning in built.warnings:
        note(warning)
    print(
        f"{options.out}: {built.held} plans, {built.rows['requirements']} requirements, "
        f"{built.rows['assignments']} assignments, {built.rows['coverage']} verdicts"
    )
    return 0


def add(options: Namespace) -> int:
    """Put files into the raw folder, each with its manifest row, where the reading is sound."""
    from wpnet.intake.adding import add as put
    from wpnet.intake.adding import read_offer
    from wpnet.intake.raw_folder import RawFolder
    from wpnet.showing.understood import understood_text
    from wpnet.storing.files import in_place
    from wpnet.storing.raw import MANIFEST

    folder, before = RawFolder(options.raw), len(in_place())
    added, refused = 0, 0
    try:
        with terminable():
            for position, file in enumerate(options.files):
                try:
                    offer = read_offer(file)
                    print("\n" * bool(position) + understood_text(offer.parsed), flush=True)
                    answer = put(offer, folder, force=options.force)
                except WpnetError as fault:
                    complain(str(fault))
                    refused += 1
                    continue
                if answer.refused:
                    complain(answer.said)
                    refused += 1
                    continue
                for objection in answer.objections:
                    note(f"{file}: added all the same: {objection.sentence}")
                print(answer.said, flush=True)
                added += 1
    except KeyboardInterrupt:
        done = sum(path.name != MANIFEST and path.exists() for path in in_place()[before:])
        complain(f"interrupted; {max(added, done)} files are done, nothing else was changed")
        return 128 + signal.SIGINT
    return int(refused > 0)


def check(options: Namespace) -> int:
    """Show what was understood of files, or of all documents in folders."""
    from wpnet.intake.checking import check_files
    from wpnet.showing.checked import checked_csv, checked_json, checked_text

    if any(path.is_dir() for path in options.files):
        return _check_folders(options)
    status = 0
    show = {"text": checked_text, "json": checked_json, "csv": checked_csv}[options.format]
    for position, found in enumerate(check_files(options.files, workers=options.workers)):
        parsed = found.parsed
        told = options.format == "json" or (
            parsed is not None and (parsed.plan_present or parsed.plan.title)
        )
        if parsed is not None and told:
            print(show(parsed, first=position == 0))
            if options.explain:
                print(f"\n{_explained(found.path, parsed)}", file=sys.stderr)
        if found.fault:
            complain(found.fault)
            status = 1
    return status


def _explained(file: Path, parsed: ParsedPlan) -> str:
    """Say what was decided about a file and why, and what every stretch was taken for."""
    from wpnet.reading.door import explain_bytes
    from wpnet.showing.checked import explained
    from wpnet.storing.raw import read_raw

    return explained(parsed, explain_bytes(read_raw(file)[1], file.name))


def _check_folders(options: Namespace) -> int:
    """Show a row for every document in folders and among files."""
    from wpnet.intake import checking
    from wpnet.showing import folder

    if options.explain:
        complain("--explain is for files, not for folders; name the files")
        return 2
    found = checking.documents(options.files)
    if found.skipped:
        kinds = ", ".join(f"{count} {kind}" for kind, count in found.skipped.items())
        note(f"skipped as no documents: {kinds}")
    read = checking.check_files(progress("reading files", found.files), workers=options.workers)
    if options.format == "json":
        faults = 0
        for one in read:
            print(folder.file_json(str(one.path), one.parsed, one.fault))
            faults += bool(one.fault)
    else:
        rows = list(checking.rows_of(read))
        show = {"text": folder.folder_text, "csv": folder.folder_csv}[options.format]
        print(show(rows))
        faults = sum(not row.plan_present for row in rows)
    if faults:
        complain(
            f"{faults} of {len(found.files)} files cannot be read or hold no plan; "
            "what is said of each tells what to do"
        )
    return int(faults > 0)


def _part(
    data: Path, plan_ids: Sequence[str], tables: Sequence[str], *, related: bool = False
) -> Corpus:
    """Return the part of the built tables that a question about some plans needs."""
    from wpnet.slices import open_slice
    from wpnet.store import load_corpus

    part = open_slice(data, plan_ids, tables=tables, related=related)
    return load_corpus(data, tables=tables) if part is None else part


def trace(options: Namespace) -> int:
    """Follow one requirement through all plans."""
    from wpnet.showing import listings, tracing

    plan_id = options.requirement.partition("#")[0]
    corpus = _part(options.data, (plan_id,), listings.LEDGER_TABLES, related=True)
    found = tracing.trace(corpus, options.requirement)
    if options.format == "csv":
        sys.stdout.write(listings.trace_csv(found))
    else:
        show = listings.trace_json if options.format == "json" else listings.trace_text
        print(show(found))
    return 0


def neighbours(options: Namespace) -> int:
    """Find the most similar sentences in all plans or a selection of them."""
    from wpnet.cascade import neighbours as searching
    from wpnet.showing import nearest
    from wpnet.showing.chosen import select_plans
    from wpnet.store import load_corpus
    from wpnet.storing.files import write_file

    corpus = load_corpus(options.data, tables=("plans", "requirements"))
    for requirement_id in options.requirements:
        corpus.requirement(requirement_id)
    chosen = set(
        select_plans(corpus.plans, place=options.place, bureau=options.bureau, years=options.years)
    )
    asked = [name for name in options.requirements if name.partition("#")[0] not in chosen]
    if asked:
        raise WpnetError(f"{asked[0]}: its plan is not of the place, bureau and years asked for")
    try:
        found = searching.neighbours(
            [entry for entry in corpus.requirements if entry.plan_id in chosen],
            {plan.plan_id: plan.year for plan in corpus.plans},
            of=options.requirements,
            top=options.top,
            least=options.least,
            earlier=options.earlier,
        )
    except ValueError as fault:
        raise WpnetError(str(fault)) from None
    if options.out is not None:
        if options.out.suffix.lower() != ".csv":
            raise WpnetError(f"{options.out}: the sentences are written as .csv; name such a file")
        lines = nearest.neighbours_csv(corpus, found)
        data = "".join(lines).encode("utf-8-sig")
        write_file(options.out, data, inputs=[options.data], force=options.force)
        return 0
    show = {
        "text": nearest.neighbours_text,
        "json": nearest.neighbours_json,
        "csv": nearest.neighbours_csv,
    }[options.format]
    sys.stdout.writelines(show(corpus, found))
    return 0


def evaluate(options: Namespace) -> int:
    """Measure links and verdicts on labelled rows: given ones, or every set of the repository."""
    from wpnet.showing import listings

    if options.readings:
        from wpnet.asking_commands import evaluate_readings

        return evaluate_readings(options)
    found = _judged(options) if options.gold else _unseen(options)
    show = {
        "text": listings.evaluations_text if options.gold else listings.unseen_text,
        "json": listings.evaluations_json,
        "csv": listings.evaluations_csv,
    }[options.format]
    print(show(found))
    return 0


def _judged(options: Namespace) -> dict[str, Evaluation]:
    """Judge the built tables on given rows, then every method with the tested plan left out."""
    from wpnet.cascade import compare
    from wpnet.cascade.evaluate import evaluate_labels
    from wpnet.cascade.held_out import read_held_out
    from wpnet.cascade.labels import read_gold
    from wpnet.cascade.unseen import readings_of
    from wpnet.store import load_corpus

    gold = read_gold(options.gold)
    corpus = load_corpus(options.data, tables=("plans", "requirements", "links", "coverage"))
    found = {"as built": evaluate_labels(gold, corpus.links, corpus.coverage, str(options.gold))}
    if options.quick:
        return found
    judged = {(row.source_id, row.target_plan_id) for row in gold}
    more = [
        row
        for file in sorted(options.labels.glob("*.json"))
        for row in read_gold(file)
        if (row.source_id, row.target_plan_id) not in judged
    ]
    held_out = read_held_out(readings_of(options.labels))
    return found | compare.evaluations(gold, _by_plan(corpus), more_rows=more, held_out=held_out)


def _unseen(options: Namespace) -> dict[str, Evaluation]:
    """Judge every labelled set by models that have not seen its plans, beside a baseline."""
    from wpnet.cascade.held_out import read_held_out
    from wpnet.cascade.labels import read_sets
    from wpnet.cascade.unseen import readings_of, unseen_methods
    from wpnet.store import load_corpus

    corpus = load_corpus(options.data, tables=("plans", "requirements"))
    sets = read_sets(options.labels, _by_plan(corpus))
    if not sets:
        raise WpnetError(
            f"{options.labels}: no labelled sets there; name the folder or --gold FILE"
        )
    methods = unseen_methods(sets, read_held_out(readings_of(options.labels)))
    return {
        f"{name} | {method}": figures
        for method, found in reversed(methods.items())
        for name, figures in found.items()
    }


def _by_plan(corpus: Corpus) -> dict[str, list[Requirement]]:
    plans: dict[str, list[Requirement]] = {}
    for requirement in corpus.requirements:
        plans.setdefault(requirement.plan_id, []).append(requirement)
    return plans


def export(options: Namespace) -> int:
    """Write the corpus in another format."""
    from wpnet import export as exporting

    files = exporting.export(
        options.data,
        options.format,
        options.out,
        plans=options.plans,
        place=options.place,
        bureau=options.bureau,
        years=options.years,
        relation=options.relation,
        accepted_only=options.accepted_only,
        superseded=options.superseded,
        force=options.force,
    )
    print("\n".join(str(file) for file in files))
    return 0


def demo(options: Namespace) -> int:
    """Lay out a working folder."""
    from wpnet.demo import lay_out_demo

    lay_out_demo(options.folder)
    print(f"{options.folder}: ready; cd there, then `wpnet build` and `wpnet report`")
    return 0


def completion(parser: ArgumentParser, shell: str) -> int:
    """Print the completion script of a shell."""
    from wpnet.completion import completion_script

    sys.stdout.write(completion_script(parser, shell))
    return 0

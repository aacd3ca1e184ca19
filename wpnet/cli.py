"""The command line: ``wpnet COMMAND`` or ``python -m wpnet COMMAND``.

Exit status: 0 done, 1 the input is at fault (one sentence on standard error), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from wpnet import __version__
from wpnet.errors import WpnetError

RAW, PROCESSED = Path("data/raw"), Path("data/processed")
FORMATS = ("text", "json", "csv")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    _use_utf8()
    parser = make_parser()
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
    except WpnetError as fault:
        _complain(str(fault))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _complain("interrupted; nothing was changed")
        return 128 + signal.SIGINT
    except OSError as fault:
        _complain(f"{fault.filename or 'file'}: {fault.strerror}; check the path and the disk")
        return 1
    return status


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(
        prog="wpnet",
        description="How Chinese government disclosure plans evolve and cascade.",
        epilog="Example: wpnet build && wpnet trace shanghai-hrss-2023#3.2.4",
    )
    parser.add_argument("--version", action="version", version=f"wpnet {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    _add_build(commands)
    _add_check(commands)
    _add_omissions(commands)
    _add_trace(commands)
    _add_evaluate(commands)
    return parser


class _Parser(argparse.ArgumentParser):
    """An argument parser that suggests the nearest command and exits with status 2."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


Item = TypeVar("Item")


def _add_build(commands: argparse._SubParsersAction[_Parser]) -> None:
    build = commands.add_parser(
        "build",
        help="make all tables and the network from a folder of raw plans",
        epilog="Example: wpnet build --raw data/raw --out data/processed",
    )
    build.add_argument("--raw", type=Path, default=RAW, help="folder of raw plans (%(default)s)")
    build.add_argument("--out", type=Path, default=PROCESSED, help="folder to write (%(default)s)")
    build.set_defaults(run=_build)


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    check = commands.add_parser(
        "check",
        help="parse files as given and show what was understood",
        epilog="Example: wpnet check my-district-2025.txt --format json",
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--format", choices=FORMATS, default="text")
    check.set_defaults(run=_check)


def _add_omissions(commands: argparse._SubParsersAction[_Parser]) -> None:
    omissions = commands.add_parser(
        "omissions",
        help="show what a plan leaves out of another one, with the evidence",
        epilog="Example: wpnet omissions --from shanghai-hrss-2023 --to jiading-hrss-2025",
    )
    omissions.add_argument("--from", dest="source", required=True, metavar="PLAN")
    omissions.add_argument("--to", dest="target", required=True, metavar="PLAN")
    omissions.add_argument(
        "--verdict",
        action="append",
        choices=("omitted", "partial", "carried", "not_applicable", "all"),
        help="show these verdicts (omitted; may be repeated)",
    )
    omissions.add_argument("--format", choices=FORMATS, default="text")
    omissions.add_argument("--out", type=Path, metavar="FILE", help="write to .csv instead")
    _add_data(omissions)
    omissions.set_defaults(run=_omissions)


def _add_trace(commands: argparse._SubParsersAction[_Parser]) -> None:
    trace = commands.add_parser(
        "trace",
        help="follow one requirement through all plans",
        epilog="Example: wpnet trace shanghai-hrss-2023#3.2.4",
    )
    trace.add_argument("requirement", metavar="REQUIREMENT")
    trace.add_argument("--format", choices=FORMATS, default="text")
    _add_data(trace)
    trace.set_defaults(run=_trace)


def _add_evaluate(commands: argparse._SubParsersAction[_Parser]) -> None:
    evaluate = commands.add_parser(
        "evaluate",
        help="compare links and verdicts with labelled rows",
        epilog="Example: wpnet evaluate --gold labels.json",
    )
    evaluate.add_argument("--gold", type=Path, required=True, metavar="FILE")
    evaluate.add_argument("--format", choices=FORMATS, default="text")
    _add_data(evaluate)
    evaluate.set_defaults(run=_evaluate)


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, default=PROCESSED, help="folder that `wpnet build` wrote (%(default)s)"
    )


def _build(options: argparse.Namespace) -> int:
    from wpnet.pipeline import build

    with _terminable():
        built = build(options.raw, options.out, progress=_progress)
    for warning in built.warnings:
        _note(warning)
    corpus = built.corpus
    held = sum(plan.held for plan in corpus.plans)
    print(
        f"{options.out}: {held} plans, {len(corpus.requirements)} requirements, "
        f"{len(corpus.assignments)} assignments, {len(corpus.coverage)} verdicts"
    )
    return 0


def _check(options: argparse.Namespace) -> int:
    from wpnet.pipeline import no_plan_message
    from wpnet.reading.files import read_document
    from wpnet.reading.plan import parse_document
    from wpnet.showing.checked import checked_csv, checked_json, checked_text

    status = 0
    show = {"text": checked_text, "json": checked_json, "csv": checked_csv}[options.format]
    for position, file in enumerate(options.files):
        try:
            parsed = parse_document(read_document(file))
        except WpnetError as fault:
            _complain(str(fault))
            status = 1
            continue
        if parsed.plan_present or parsed.plan.title:
            print(show(parsed, first=position == 0))
        if not parsed.plan_present:
            _complain(no_plan_message(file.name, parsed))
            status = 1
    return status


def _omissions(options: argparse.Namespace) -> int:
    from wpnet.showing import listings
    from wpnet.showing.ledger import VERDICTS, cautions, ledger
    from wpnet.store import load_corpus, write_file

    corpus = load_corpus(options.data, tables=listings.LEDGER_TABLES)
    wanted = options.verdict or ["omitted"]
    chosen = VERDICTS if "all" in wanted else tuple(v for v in VERDICTS if v in wanted)
    rows = ledger(corpus, options.source, options.target)
    shown = [row for row in rows if row.coverage.verdict in chosen]
    if options.out is not None:
        if options.out.suffix != ".csv":
            raise WpnetError(f"{options.out}: cannot write this kind of file; name a .csv file")
        write_file(options.out, listings.ledger_csv(shown).encode("utf-8-sig"))
        return 0
    if options.format == "csv":
        sys.stdout.write(listings.ledger_csv(shown))
    elif options.format == "json":
        print(listings.ledger_json(shown))
    else:
        notes = cautions(corpus, options.source, options.target)
        print(listings.ledger_text(rows, shown, notes))
    return 0


def _trace(options: argparse.Namespace) -> int:
    from wpnet.showing import listings
    from wpnet.showing.tracing import trace
    from wpnet.store import load_corpus

    found = trace(load_corpus(options.data, tables=listings.LEDGER_TABLES), options.requirement)
    if options.format == "csv":
        sys.stdout.write(listings.trace_csv(found))
    else:
        show = listings.trace_json if options.format == "json" else listings.trace_text
        print(show(found))
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from wpnet.cascade.evaluate import evaluate, read_gold
    from wpnet.showing import listings
    from wpnet.store import load_corpus

    gold = read_gold(options.gold)
    corpus = load_corpus(options.data, tables=("plans", "requirements", "links", "coverage"))
    evaluation = evaluate(gold, corpus.links, corpus.coverage)
    show = {
        "text": listings.evaluation_text,
        "json": listings.evaluation_json,
        "csv": listings.evaluation_csv,
    }[options.format]
    print(show(evaluation))
    return 0


def _progress(stage: str, items: Sequence[Item]) -> Iterator[Item]:
    """Show a bar on a terminal once a stage takes more than a second."""
    from tqdm import tqdm

    yield from tqdm(items, desc=stage, delay=1, leave=False, disable=not sys.stderr.isatty())


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let a polite kill (SIGTERM) unwind like an interrupt, so that nothing half-written stays."""

    def stop(signum: int, frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale says: the evidence is Chinese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _complain(sentence: str) -> None:
    print(f"wpnet: {sentence}", file=sys.stderr)


def _note(sentence: str) -> None:
    print(f"note: {sentence}", file=sys.stderr)

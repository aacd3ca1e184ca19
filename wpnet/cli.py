"""The command line: ``wpnet COMMAND`` or ``python -m wpnet COMMAND``.

Exit status: 0 done, 1 the input is at fault (one sentence on standard error), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from wpnet import __version__, asking_commands, commands, report_commands, review_commands
from wpnet.arguments import (
    PROCESSED,
    add_data,
    add_decisions,
    add_force,
    add_language,
    add_pair,
    add_selection,
)
from wpnet.completion import SHELLS
from wpnet.errors import WpnetError
from wpnet.saying import at_work, complain
from wpnet.storing.files import in_place
from wpnet.usage import SuggestingParser

RAW = Path("data/raw")
LABELS = Path("data/labels")
FORMATS = ("text", "json", "csv")
EXPORT_FORMATS = ("gexf", "graphml", "xlsx", "csv", "dta", "parquet")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    _use_utf8()
    parser = make_parser()
    options = parser.parse_args(arguments)
    before = len(in_place())
    try:
        with at_work(options.command):
            status: int = options.run(options)
    except WpnetError as fault:
        complain(str(fault))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        done = ", ".join(map(str, in_place()[before:]))
        complain(
            f"interrupted; {done} is written, and nothing else was changed"
            if done
            else "interrupted; nothing was changed"
        )
        return 128 + signal.SIGINT
    except OSError as fault:
        complain(f"{fault.filename or 'file'}: {fault.strerror}; check the path and the disk")
        return 1
    return status


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = SuggestingParser(
        prog="wpnet",
        description="How Chinese government disclosure plans evolve and cascade.",
        epilog="Example: wpnet build && wpnet trace shanghai-hrss-2023#3.2.4",
    )
    parser.add_argument("--version", action="version", version=f"wpnet {__version__}")
    group = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    for add in (
        _add_build,
        _add_add,
        _add_check,
        _add_omissions,
        _add_trace,
        _add_neighbours,
        _add_report,
        _add_review,
        _add_evaluate,
        _add_export,
        _add_demo,
        _add_completion,
    ):
        add(group)
    return parser


_Group: TypeAlias = "argparse._SubParsersAction[SuggestingParser]"


def _add_build(group: _Group) -> None:
    build = group.add_parser(
        "build",
        help="make all tables and the network from a folder of raw plans",
        epilog="Example: wpnet build --raw data/raw --out data/processed",
    )
    build.add_argument("--raw", type=Path, default=RAW, help="folder of raw plans (%(default)s)")
    build.add_argument("--out", type=Path, default=PROCESSED, help="folder to write (%(default)s)")
    add_decisions(build)
    build.add_argument(
        "--no-decisions", action="store_true", help="leave reviewers' decisions aside"
    )
    build.add_argument(
        "--readings",
        type=Path,
        nargs="*",
        metavar="FILE",
        help="answers of language models (those in readings/ beside the processed folder)",
    )
    build.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes to use (%(default)s)"
    )
    build.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="Dask cluster that does the work instead; it sees all plans, and its verdicts are "
        "believed: name only one that is yours (tls:// keeps others out)",
    )
    build.add_argument(
        "--cache", type=Path, metavar="DIR", help="folder for what was worked out (beside --out)"
    )
    build.add_argument(
        "--no-cache", action="store_true", help="start from nothing and keep nothing"
    )
    build.add_argument(
        "--graphs",
        action=argparse.BooleanOptionalAction,
        help="write the graph files (by default where the corpus is not too large)",
    )
    build.add_argument(
        "--parquet",
        action=argparse.BooleanOptionalAction,
        help="write Parquet beside CSV (by default where the corpus is large)",
    )
    build.add_argument(
        "--scorer",
        default="",
        metavar="MODULE:NAME",
        help="a scoring function of your own instead of the model (mine:overlap for mine.py here)",
    )
    build.set_defaults(run=commands.build)


def _add_add(group: _Group) -> None:
    add = group.add_parser(
        "add",
        help="put files into the folder of raw plans, each with its manifest row",
        epilog="Example: wpnet add my-district-2025.pdf && wpnet build",
    )
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add.add_argument(
        "--raw", type=Path, default=RAW, metavar="DIR", help="folder of raw plans (%(default)s)"
    )
    add.add_argument(
        "--force", action="store_true", help="add a file although its reading is not sound"
    )
    add.set_defaults(run=commands.add)


def _add_check(group: _Group) -> None:
    check = group.add_parser(
        "check",
        help="parse files as given and show what was understood; of a folder, a row a file",
        epilog="Example: wpnet check my-district-2025.txt --format json && wpnet check downloads/",
    )
    check.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="files, and folders at any depth"
    )
    check.add_argument("--format", choices=FORMATS, default="text")
    check.add_argument(
        "--explain",
        action="store_true",
        help="say what was decided and why, and what every stretch was taken for",
    )
    check.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes to use (%(default)s)"
    )
    check.set_defaults(run=commands.check)


def _add_omissions(group: _Group) -> None:
    omissions = group.add_parser(
        "omissions",
        help="show what a plan leaves out of another one, with the evidence",
        epilog="Example: wpnet omissions --from shanghai-hrss-2023 --to jiading-hrss-2025",
    )
    add_pair(omissions, required=True)
    omissions.add_argument(
        "--verdict",
        action="append",
        choices=("omitted", "partial", "carried", "not_applicable", "all"),
        help="show these verdicts (omitted; may be repeated)",
    )
    omissions.add_argument("--format", choices=FORMATS, default="text")
    omissions.add_argument(
        "--out", type=Path, metavar="FILE", help="write a .xlsx, .csv or .html file instead"
    )
    add_force(omissions)
    add_language(omissions)
    add_decisions(omissions)
    add_data(omissions)
    omissions.set_defaults(run=report_commands.omissions)


def _add_trace(group: _Group) -> None:
    trace = group.add_parser(
        "trace",
        help="follow one requirement through all plans",
        epilog="Example: wpnet trace shanghai-hrss-2023#3.2.4",
    )
    trace.add_argument("requirement", metavar="REQUIREMENT")
    trace.add_argument("--format", choices=FORMATS, default="text")
    add_data(trace)
    trace.set_defaults(run=commands.trace)


def _add_evaluate(group: _Group) -> None:
    evaluate = group.add_parser(
        "evaluate",
        help="compare links and verdicts with labelled rows",
        epilog="Example: wpnet evaluate --gold labels.json",
    )
    evaluate.add_argument(
        "--gold",
        type=Path,
        metavar="FILE",
        help="judge the built tables on these rows (without it: every labelled set of the "
        "repository, by models that have not seen it)",
    )
    evaluate.add_argument(
        "--readings",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="judge these answers of language models instead",
    )
    evaluate.add_argument("--doubt", type=float, metavar="D", help=asking_commands.DOUBTFUL)
    evaluate.add_argument(
        "--labels",
        type=Path,
        default=LABELS,
        metavar="DIR",
        help="folder of labelled sets (%(default)s)",
    )
    evaluate.add_argument(
        "--quick", action="store_true", help="judge the built tables only, fit nothing"
    )
    evaluate.add_argument("--format", choices=FORMATS, default="text")
    add_data(evaluate)
    evaluate.set_defaults(run=commands.evaluate)


def _add_neighbours(group: _Group) -> None:
    neighbours = group.add_parser(
        "neighbours",
        help="find the most similar sentences in all plans, wherever they were issued",
        epilog="Example: wpnet neighbours minhang-hrss-2025#2.1.3 --earlier",
    )
    neighbours.add_argument(
        "requirements", nargs="*", metavar="REQUIREMENT", help="ask for these (all)"
    )
    neighbours.add_argument(
        "--top", type=int, default=10, metavar="N", help="neighbours of each (%(default)s)"
    )
    neighbours.add_argument(
        "--least", type=float, default=0.5, metavar="S", help="lowest cosine (%(default)s)"
    )
    neighbours.add_argument(
        "--earlier", action="store_true", help="only sentences of earlier years"
    )
    add_selection(neighbours)
    neighbours.add_argument("--format", choices=FORMATS, default="text")
    neighbours.add_argument("--out", type=Path, metavar="FILE", help="write a .csv file instead")
    add_force(neighbours)
    add_data(neighbours)
    neighbours.set_defaults(run=commands.neighbours)


def _add_report(group: _Group) -> None:
    report = group.add_parser(
        "report",
        help="write one HTML page for policy staff: omissions, evidence, units, network",
        epilog="Example: wpnet report --to qingpu-hrss-2024 --out qingpu.html",
    )
    report.add_argument(
        "--out",
        type=Path,
        default=Path("report.html"),
        metavar="FILE|DIR",
        help="a page (.html), or a folder with an index and a page for every source plan",
    )
    add_pair(report)
    report.add_argument(
        "--docx", type=Path, metavar="FILE", help="write letters with checklists (Word) instead"
    )
    report.add_argument("--office", default="", metavar="NAME", help="who writes the letters")
    report.add_argument(
        "--unit", default="", metavar="NAME", help="letters about the duties of this office only"
    )
    add_force(report)
    add_language(report)
    add_decisions(report)
    add_data(report)
    report.set_defaults(run=report_commands.report)


def _add_review(group: _Group) -> None:
    review = group.add_parser(
        "review",
        help="hand doubtful rows to a person or a language model and take decisions back",
        epilog="Example: wpnet review export todo.xlsx && wpnet review import todo.xlsx",
    )
    ways = review.add_subparsers(metavar="export|import|ask", required=True, dest="way")
    export = ways.add_parser(
        "export",
        help="write the rows to decide",
        epilog="Example: wpnet review export todo.xlsx --to jiading-hrss-2025",
    )
    export.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv")
    add_pair(export)
    export.add_argument("--all", action="store_true", help="all rows, not only the doubtful ones")
    add_language(export)
    add_force(export)
    add_decisions(export)
    add_data(export)
    export.set_defaults(run=review_commands.review_export)
    taken = ways.add_parser(
        "import",
        help="take decisions over from a review file or a workbook of omissions",
        epilog="Example: wpnet review import todo.xlsx && wpnet build",
    )
    taken.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv")
    taken.add_argument(
        "--receipt", type=Path, metavar="FILE", help="write what became of every row (.csv)"
    )
    taken.add_argument(
        "--settle",
        action="store_true",
        help="these rows end differences: decisions of others that say otherwise are withdrawn",
    )
    add_force(taken)
    add_decisions(taken)
    add_data(taken)
    taken.set_defaults(run=review_commands.review_import)
    _add_ask(ways)


def _add_ask(ways: _Group) -> None:
    ask = ways.add_parser(
        "ask",
        help="put rows to a language model of your choice; its answers are kept in readings/",
        epilog="Example: wpnet review ask --base-url http://localhost:11434/v1 --model qwen3:8b",
    )
    ask.add_argument("--base-url", default="", metavar="URL", help="OpenAI-compatible, up to /v1")
    ask.add_argument("--model", required=True, metavar="NAME", help="as the server calls it")
    which = ask.add_mutually_exclusive_group()
    which.add_argument("--doubtful", action="store_true", help="rows in doubt (default)")
    which.add_argument("--all", action="store_true", help="all rows that no person has decided")
    which.add_argument(
        "--differing", action="store_true", help="rows on which the models asked so far differ"
    )
    ask.add_argument("--doubt", type=float, metavar="D", help=asking_commands.DOUBTFUL)
    add_pair(ask)
    ask.add_argument("--at-most", type=int, metavar="N", help="ask so many, the most doubtful")
    ask.add_argument(
        "--workers", type=int, default=1, metavar="K", help="questions at a time (%(default)s)"
    )
    ask.add_argument(
        "--dry-run", action="store_true", help="send nothing: show what would leave the machine"
    )
    ask.add_argument(
        "--readings", type=Path, metavar="FILE", help="where answers are kept (.jsonl)"
    )
    add_data(ask)
    ask.set_defaults(run=asking_commands.review_ask)


def _add_export(group: _Group) -> None:
    export = group.add_parser(
        "export",
        help="write the corpus for Gephi, Excel, Stata, R or pandas",
        epilog="Example: wpnet export corpus.xlsx",
    )
    export.add_argument("out", type=Path, metavar="OUT", help="file, or folder for dta and parquet")
    export.add_argument("--format", default="", metavar="FORMAT", help=", ".join(EXPORT_FORMATS))
    export.add_argument("--plans", nargs="*", default=(), metavar="PLAN", help="these plans only")
    add_selection(export)
    export.add_argument(
        "--relation",
        choices=("cascade", "evolution"),
        help="these links only; a network holds nothing else then",
    )
    export.add_argument("--accepted-only", action="store_true", help="accepted links only")
    export.add_argument(
        "--superseded",
        action="store_true",
        help="in a network also units of the prose where the task table names others",
    )
    add_force(export)
    add_data(export)
    export.set_defaults(run=commands.export)


def _add_demo(group: _Group) -> None:
    demo = group.add_parser(
        "demo",
        help="lay out a working folder: base plans, tables, notebooks",
        epilog="Example: wpnet demo d && cd d && wpnet build && wpnet report",
    )
    demo.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
    demo.set_defaults(run=commands.demo)


def _add_completion(group: _Group) -> None:
    completion = group.add_parser(
        "completion",
        help="print a completion script for the shell",
        epilog='Example: eval "$(wpnet completion bash)"',
    )
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(run=lambda options: commands.completion(make_parser(), options.shell))


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale says: the evidence is Chinese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

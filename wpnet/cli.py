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
from typing import NoReturn, TypeAlias

from wpnet import __version__, commands
from wpnet.errors import WpnetError

RAW, PROCESSED = Path("data/raw"), Path("data/processed")
DECISIONS, LABELS = Path("data/decisions.csv"), Path("data/labels")
FORMATS = ("text", "json", "csv")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    _use_utf8()
    parser = make_parser()
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
    except WpnetError as fault:
        commands.complain(str(fault))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        commands.complain("interrupted; nothing was changed")
        return 128 + signal.SIGINT
    except OSError as fault:
        commands.complain(
            f"{fault.filename or 'file'}: {fault.strerror}; check the path and the disk"
        )
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
    group = parser.add_subparsers(metavar="COMMAND", required=True, dest="command")
    for add in (
        _add_build,
        _add_check,
        _add_omissions,
        _add_trace,
        _add_report,
        _add_review,
        _add_evaluate,
    ):
        add(group)
    return parser


class _Parser(argparse.ArgumentParser):
    """An argument parser that suggests the nearest command and exits with status 2."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


_Group: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _add_build(group: _Group) -> None:
    build = group.add_parser(
        "build",
        help="make all tables and the network from a folder of raw plans",
        epilog="Example: wpnet build --raw data/raw --out data/processed",
    )
    build.add_argument("--raw", type=Path, default=RAW, help="folder of raw plans (%(default)s)")
    build.add_argument("--out", type=Path, default=PROCESSED, help="folder to write (%(default)s)")
    _add_decisions(build)
    build.set_defaults(run=commands.build)


def _add_check(group: _Group) -> None:
    check = group.add_parser(
        "check",
        help="parse files as given and show what was understood",
        epilog="Example: wpnet check my-district-2025.txt --format json",
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--format", choices=FORMATS, default="text")
    check.set_defaults(run=commands.check)


def _add_omissions(group: _Group) -> None:
    omissions = group.add_parser(
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
    omissions.add_argument(
        "--out", type=Path, metavar="FILE", help="write a .xlsx, .csv or .html file instead"
    )
    _add_language(omissions)
    _add_decisions(omissions)
    _add_data(omissions)
    omissions.set_defaults(run=commands.omissions)


def _add_trace(group: _Group) -> None:
    trace = group.add_parser(
        "trace",
        help="follow one requirement through all plans",
        epilog="Example: wpnet trace shanghai-hrss-2023#3.2.4",
    )
    trace.add_argument("requirement", metavar="REQUIREMENT")
    trace.add_argument("--format", choices=FORMATS, default="text")
    _add_data(trace)
    trace.set_defaults(run=commands.trace)


def _add_evaluate(group: _Group) -> None:
    evaluate = group.add_parser(
        "evaluate",
        help="compare links and verdicts with labelled rows",
        epilog="Example: wpnet evaluate --gold labels.json",
    )
    evaluate.add_argument("--gold", type=Path, required=True, metavar="FILE")
    evaluate.add_argument(
        "--labels",
        type=Path,
        nargs="*",
        default=sorted(LABELS.glob("*.json")),
        metavar="FILE",
        help="more labelled rows that may be learnt from, never judged (data/labels/*.json)",
    )
    evaluate.add_argument(
        "--quick", action="store_true", help="judge the built tables only, fit nothing"
    )
    evaluate.add_argument("--format", choices=FORMATS, default="text")
    _add_data(evaluate)
    evaluate.set_defaults(run=commands.evaluate)


def _add_report(group: _Group) -> None:
    report = group.add_parser(
        "report",
        help="write one HTML page for policy staff: omissions, evidence, units, network",
        epilog="Example: wpnet report --out report.html",
    )
    report.add_argument("--out", type=Path, default=Path("report.html"), metavar="FILE")
    _add_language(report)
    _add_decisions(report)
    _add_data(report)
    report.set_defaults(run=commands.report)


def _add_review(group: _Group) -> None:
    review = group.add_parser(
        "review",
        help="hand doubtful rows to a person and take decisions back",
        epilog="Example: wpnet review export todo.xlsx && wpnet review import todo.xlsx",
    )
    ways = review.add_subparsers(metavar="export|import", required=True, dest="way")
    export = ways.add_parser(
        "export",
        help="write the rows to decide",
        epilog="Example: wpnet review export todo.xlsx --to jiading-hrss-2025",
    )
    export.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv")
    export.add_argument("--from", dest="source", metavar="PLAN", default="")
    export.add_argument("--to", dest="target", metavar="PLAN", default="")
    export.add_argument("--all", action="store_true", help="all rows, not only the doubtful ones")
    _add_data(export)
    export.set_defaults(run=commands.review_export)
    taken = ways.add_parser(
        "import",
        help="take decisions over from a review file or a workbook of omissions",
        epilog="Example: wpnet review import todo.xlsx && wpnet build",
    )
    taken.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv")
    _add_decisions(taken)
    _add_data(taken)
    taken.set_defaults(run=commands.review_import)


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="(%(default)s)")


def _add_decisions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--decisions",
        type=Path,
        default=DECISIONS,
        metavar="FILE",
        help="reviewers' decisions (%(default)s)",
    )


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, default=PROCESSED, help="folder that `wpnet build` wrote (%(default)s)"
    )


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale says: the evidence is Chinese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

#: Where a build writes its tables.
PROCESSED = Path("data/processed")


def add_pair(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Choose a source plan, a target plan, or both."""
    for name, dest, told in (
        ("--from", "source", "the duties of this plan"),
        ("--to", "target", "what this plan takes up"),
    ):
        parser.add_argument(
            name, dest=dest, required=required, default="", metavar="PLAN", help=told
        )


def add_language(parser: argparse.ArgumentParser) -> None:
    """Let the reader choose the language of what is written."""
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="(%(default)s)")


def add_decisions(parser: argparse.ArgumentParser) -> None:
    """Name the file of decisions, where it is not beside the tables."""
    parser.add_argument(
        "--decisions",
        type=Path,
        metavar="FILE",
        help="reviewers' decisions (decisions.csv beside the processed folder)",
    )


def add_force(parser: argparse.ArgumentParser) -> None:
    """Allow to replace a file that is not ours."""
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace a file that wpnet did not write, or that somebody has filled in",
    )


def add_selection(parser: argparse.ArgumentParser) -> None:
    """Choose plans by place, bureau and years."""
    parser.add_argument(
        "--place", default="", metavar="CODE", help="plans of this place code or its beginning"
    )
    parser.add_argument("--bureau", default="", metavar="CODE", help="plans of this bureau (hrss)")
    parser.add_argument(
        "--years", type=_years, metavar="FROM-TO", help="plans of these years (2020-2025, 2024)"
    )


def _years(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal() and int(first) <= int(last or first)):
        raise argparse.ArgumentTypeError(f"{text!r} is no year or span of years, such as 2020-2025")
    return int(first), int(last or first)


def add_data(parser: argparse.ArgumentParser) -> None:
    """Name the folder of the built tables."""
    parser.add_argument(
        "--data", type=Path, default=PROCESSED, help="folder that `wpnet build` wrote (%(default)s)"
    )

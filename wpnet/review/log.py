"""Where decisions live: beside the processed folder, found from it, written by one at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from wpnet.errors import ReviewError
from wpnet.review.decisions import Decision, decisions_from_rows
from wpnet.spreadsheets.delimited import read_csv
from wpnet.storing.files import cannot_write
from wpnet.storing.staged import locked

NAME = "decisions.csv"


def decisions_beside(folder: Path) -> Path:
    """Return where the decisions about a processed folder live: in the folder that holds it.

    The same whatever the working folder is.

    >>> decisions_beside(Path("data/processed")) == Path.cwd() / "data" / "decisions.csv"
    True
    """
    return Path(os.path.abspath(folder)).parent / NAME


def read_decisions(file: Path) -> tuple[Decision, ...]:
    """Read the log of decisions, also as a spreadsheet program has saved it.

    Raises :class:`~wpnet.errors.ReviewError` where it is not there, and with the line where it is
    damaged.
    """
    if not os.path.lexists(file):
        raise ReviewError(f"{file}: no such file of decisions; check the name given to --decisions")
    rows = read_csv(file, names=Decision.__slots__, error=ReviewError, own=True)
    if not rows:
        raise ReviewError(
            f"{file}: is empty, as a loss of power may leave it; restore it from a copy, or remove "
            "it where nothing was decided yet"
        )
    return decisions_from_rows(rows, file=str(file))


def known_decisions(data: Path, named: Path | None = None) -> tuple[Path, tuple[Decision, ...]]:
    """Return the log about a processed folder and what it holds.

    Without ``named`` it is the one beside the folder, where one is; a ``named`` one must be there.
    """
    file = named or decisions_beside(data)
    return file, read_decisions(file) if named is not None or os.path.lexists(file) else ()


def decisions_about(
    out: Path, raw: Path, named: Path | None = None
) -> dict[Path, tuple[Decision, ...]]:
    """Return the logs about a build, each with what it holds.

    Without a ``named`` one, which must be there, those beside the processed and the raw folder:
    whoever builds elsewhere what was reviewed loses nothing.
    """
    if named is not None:
        return {named: read_decisions(named)}
    found = {decisions_beside(folder): folder for folder in (raw, out)}
    return {file: read_decisions(file) for file in found if os.path.lexists(file)}


@contextlib.contextmanager
def only_writer(file: Path) -> Iterator[Path]:
    """Let one process at a time read, extend and write a log; give the file that a link leads to.

    Raises :class:`~wpnet.errors.CorpusError` where there is no such folder.
    """
    real = Path(os.path.realpath(file))
    try:
        with locked(real.parent):
            yield real
    except OSError as fault:
        raise cannot_write(file, fault) from fault

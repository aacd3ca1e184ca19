"""Review sheets for tests: exported from the invented corpus, filled in by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from wpnet.cli import main
from wpnet.showing.columns import COLUMNS

HERE = Path(__file__).parent
RAW = HERE / "raw"
KEYS = [column.key for column in COLUMNS]
WORD = {"omitted": "未见承接", "partial": "部分承接", "carried": "已承接"}


class Project:
    """A folder with raw plans, their tables, and what reviewers send back."""

    def __init__(self, folder: Path, raw: Path = RAW) -> None:
        self.folder, self.raw, self.out = folder, folder / "data/raw", folder / "data/processed"
        shutil.copytree(raw, self.raw)
        assert self.build() == 0

    def build(self, *more: str) -> int:
        return run("build", "--raw", self.raw, "--out", self.out, "--no-cache", *more)

    def export(self, name: str = "todo.xlsx", *more: str) -> Path:
        file = self.folder / name
        assert run("review", "export", file, "--all", "--data", self.out, *more) == 0
        return file

    def take(self, file: Path, *more: str) -> int:
        return run("review", "import", file, "--data", self.out, *more)

    def filled(self, fill: Callable[[Any], None], name: str = "filled.xlsx") -> Path:
        """Return an export that a person has worked on with ``fill`` (the sheet of rows)."""
        book = openpyxl.load_workbook(self.export(f"of-{name}"))
        fill(book.worksheets[1])
        book.save(self.folder / name)
        return self.folder / name

    @property
    def log(self) -> list[Any]:
        from wpnet.review.log import known_decisions

        return list(known_decisions(self.out)[1])

    @property
    def decided(self) -> dict[tuple[str, str], str]:
        """The verdicts of people in the tables."""
        from wpnet.store import load_corpus

        rows = load_corpus(self.out, tables=["coverage"]).coverage
        return {
            (row.source_id, row.target_plan_id): row.verdict
            for row in rows
            if row.decided_by == "review"
        }


def run(*arguments: object) -> int:
    """Run a command as a user does."""
    return main([str(one) for one in arguments])


def put(sheet: Any, line: int, **cells: object) -> None:
    """Write into the row ``line`` (1 is the first below the heading)."""
    for key, value in cells.items():
        sheet.cell(line + 1, column(key)).value = value


def get(sheet: Any, line: int, key: str) -> Any:
    """Return what stands in a row."""
    return sheet.cell(line + 1, column(key)).value


@cache
def column(key: str) -> int:
    """Return the number of a column by its key."""
    return KEYS.index(key) + 1


def decide(*verdicts: str, **more: object) -> Callable[[Any], None]:
    """Return what writes verdicts into the first rows."""

    def fill(sheet: Any) -> None:
        for line, verdict in enumerate(verdicts, start=1):
            if verdict:
                put(sheet, line, review_verdict=WORD.get(verdict, verdict), **more)

    return fill

"""The door to the disk: raw folder and manifest in, processed folder in again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.model import Plan
from wpnet.storing.folders import settled
from wpnet.storing.mark import PACKAGE
from wpnet.tables import TABLES, read_table


def check_sha256(file: Path, known: Plan, found: str) -> None:
    """Refuse a raw file that is not the one the manifest describes."""
    if known.source_sha256 and known.source_sha256 != found:
        raise CorpusError(
            f"{file}: the file has changed: the manifest says sha256 {known.source_sha256[:12]}…, "
            f"it is {found[:12]}…; restore the file, or correct the manifest if the change is meant"
        )


def load_corpus(data: Path, *, tables: Sequence[str] = tuple(TABLES)) -> Corpus:
    """Read a processed folder back; ``tables`` names those wanted, the others stay empty.

    Example:
        >>> corpus = load_corpus(Path("data/processed"), tables=["plans"])
        >>> sorted({plan.level for plan in corpus.plans})
        ['district', 'municipal']
    """
    if not (settled(data) / PACKAGE).exists():
        raise CorpusError(
            f"{data}: no built corpus there; run `wpnet build` first, or name it with --data"
        )
    read: dict[str, Any] = {
        name: tuple(read_table(data / f"{name}.csv", TABLES[name])) for name in tables
    }
    return Corpus(**read, texts=_Texts(data / "text"))


class _Texts(Mapping[str, str]):
    """Normalised texts, read from the disk when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __getitem__(self, plan_id: str) -> str:
        path = self.folder / f"{plan_id}.txt"
        if os.sep in plan_id or not path.exists():
            raise KeyError(plan_id)
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise CorpusError(
                f"{path}: cannot be read as a UTF-8 text; run `wpnet build` again"
            ) from fault

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in self.folder.glob("*.txt")))

    def __len__(self) -> int:
        return sum(1 for _ in self)

"""wpnet: how Chinese government disclosure plans evolve and cascade.

The everyday names: :func:`read_plan` reads one file, :func:`build` makes all tables from a folder
of raw plans, :func:`open_corpus` reads them back. Everything else is reached by module.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wpnet.model import ParsedPlan
    from wpnet.pipeline import Built
    from wpnet.research.corpus import ResearchCorpus

__all__ = ["build", "open_corpus", "read_plan"]
__version__ = "0.1.0"


def read_plan(file: str | Path) -> ParsedPlan:
    """Read one plan file of any supported format; see :func:`wpnet.pipeline.read_plan`.

    Example:
        >>> plan = read_plan("data/raw/qingpu-hrss-2024.txt")
        >>> plan.plan.issuer, len(plan.requirements)
        ('青浦区人力资源和社会保障局', 25)
    """
    from wpnet import pipeline

    return pipeline.read_plan(Path(file))


def build(
    raw: str | Path = "data/raw",
    out: str | Path = "data/processed",
    *,
    decisions: str | Path | None = None,
    workers: int = 1,
) -> Built:
    """Build all tables from a folder of raw plans; see :func:`wpnet.pipeline.build`.

    Reviewers' decisions are found beside the folders, unless ``decisions`` names their file.
    """
    from wpnet import pipeline

    named = None if decisions is None else Path(decisions)
    return pipeline.build(Path(raw), Path(out), decisions=named, workers=workers)


def open_corpus(data: str | Path = "data/processed") -> ResearchCorpus:
    """Read the tables of a processed folder back; see :mod:`wpnet.research.corpus`.

    Example:
        >>> corpus = open_corpus("data/processed")
        >>> len(corpus), corpus["shanghai-hrss-2023#2.1.2"].text[:10]
        (5, '加强信息公开保密审查')
    """
    from wpnet.research.corpus import open_folder

    return open_folder(Path(data))

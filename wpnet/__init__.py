"""wpnet: how Chinese government disclosure plans evolve and cascade.

The everyday names: :func:`read_plan` reads one file, :func:`build` makes all tables from a folder
of raw plans, :func:`open_corpus` reads them back, :func:`evaluate` measures them on labelled rows,
and :func:`decide` holds the rules by which chances become links and verdicts. Everything else is
reached by module: :mod:`wpnet.network`, :mod:`wpnet.figures`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wpnet.cascade.rules import decide

if TYPE_CHECKING:
    import pandas as pd

    from wpnet.cascade.evaluate import Evaluation
    from wpnet.model import ParsedPlan
    from wpnet.pipeline import Built
    from wpnet.research.corpus import ResearchCorpus

__all__ = ["build", "decide", "evaluate", "open_corpus", "read_plan"]
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
    scorer: str = "",
) -> Built:
    """Build all tables from a folder of raw plans; see :func:`wpnet.pipeline.build`.

    Reviewers' decisions are found beside the folders, unless ``decisions`` names their file.
    ``scorer`` names one of your own (``module:name``) in the place of the model; see
    :mod:`wpnet.cascade.own`.
    """
    from wpnet import pipeline

    named = None if decisions is None else Path(decisions)
    return pipeline.build(Path(raw), Path(out), decisions=named, workers=workers, scorer=scorer)


def open_corpus(data: str | Path = "data/processed") -> ResearchCorpus:
    """Read the tables of a processed folder back; see :mod:`wpnet.research.corpus`.

    Example:
        >>> corpus = open_corpus("data/processed")
        >>> len(corpus), corpus["shanghai-hrss-2023#2.1.2"].text[:10]
        (5, '加强信息公开保密审查')
    """
    from wpnet.research.corpus import open_folder

    return open_folder(Path(data))


def evaluate(corpus: ResearchCorpus, labels: str | Path | pd.DataFrame) -> Evaluation:
    """Measure links and verdicts of a corpus on labelled rows: a JSON or CSV file, or a DataFrame.

    The automatic side is judged, also where a reviewer has decided since. ``table()`` of the result
    has every figure with its interval, ``confusion()`` the verdicts against each other.
    ``data/labels/GUIDELINES.md`` says how to label.

    Example:
        >>> measured = evaluate(open_corpus(), "data/labels/city2020_and_districts.json")
        >>> measured.table().columns.tolist()
        ['rows', 'figure', 'value', 'low', 'high']

    Raises :class:`~wpnet.errors.CorpusError` for a file that holds no labelled rows, or none of the
    plans of this corpus.
    """
    from wpnet.cascade.evaluate import evaluate_labels
    from wpnet.cascade.labels import labels_of, read_gold

    if isinstance(labels, str | Path):
        name, rows = str(labels), read_gold(Path(labels))
    else:
        name = "labels"
        rows = labels_of(labels.fillna("").to_dict("records"), name)
    return evaluate_labels(rows, corpus.links, corpus.coverage, name)

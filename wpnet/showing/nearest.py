"""The nearest neighbours of sentences as text, CSV or JSON, for ``wpnet neighbours``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from wpnet.cascade.neighbours import Neighbour
from wpnet.corpus import Corpus
from wpnet.showing.plain import wrap

COLUMNS = (
    "requirement_id",
    "neighbour_id",
    "score",
    "year",
    "neighbour_year",
    "text",
    "neighbour_text",
)
INDENT = 12


def neighbours_csv(corpus: Corpus, found: Iterable[Neighbour]) -> Iterator[str]:
    """Yield the lines of a table with one row a neighbour, its header first.

    >>> next(neighbours_csv(Corpus(), []))[:28]
    'requirement_id,neighbour_id,'
    """
    yield _line(COLUMNS)
    for one in found:
        yield _line(_row(corpus, one).values())


def neighbours_json(corpus: Corpus, found: Iterable[Neighbour]) -> Iterator[str]:
    """Yield one JSON object a line for every neighbour, with the columns of the table."""
    for one in found:
        yield json.dumps(_row(corpus, one), ensure_ascii=False) + "\n"


def neighbours_text(corpus: Corpus, found: Iterable[Neighbour]) -> Iterator[str]:
    """Yield every sentence with its neighbours below it, for the terminal."""
    for requirement_id, group in groupby(found, key=attrgetter("requirement_id")):
        yield f"{requirement_id}\n{_sentence(corpus, requirement_id)}\n"
        for one in group:
            yield f"  {one.score:8.4f}  {one.neighbour_id}\n{_sentence(corpus, one.neighbour_id)}\n"


def _sentence(corpus: Corpus, requirement_id: str) -> str:
    lines = wrap(corpus.requirement(requirement_id).text, 80)
    return "\n".join(" " * INDENT + line for line in lines)


def _row(corpus: Corpus, found: Neighbour) -> dict[str, str | int | float]:
    own, other = corpus.requirement(found.requirement_id), corpus.requirement(found.neighbour_id)
    return dict(
        zip(
            COLUMNS,
            (
                *found,
                corpus.plan(own.plan_id).year,
                corpus.plan(other.plan_id).year,
                own.text,
                other.text,
            ),
            strict=True,
        )
    )


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()

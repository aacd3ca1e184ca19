"""Nearest neighbours among all sentences of a corpus, wherever they were issued.

The cascade compares what can flow from plan to plan; this search asks of every sentence who else
writes it. Sentences are TF-IDF vectors of character 1-3-grams (Salton & Buckley 1988), neighbours
those of the highest cosine. The search is exact. Plans inherit sentences to the letter, so that
equal sentences are one vector, and the product is taken of the different ones only, in blocks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from wpnet.cascade.overlap import gram_codes
from wpnet.cascade.text import runs

if TYPE_CHECKING:
    from wpnet.model import Requirement

#: Vectors multiplied at a time, so that a block of the product fits the cache of a processor core.
BLOCK = 512
#: Decimals of a score: platforms agree to them.
DECIMALS = 4
#: Half of the last decimal, so that what rounds to the threshold is not cut off.
_MARGIN = 0.5 * 10**-DECIMALS
#: Rows taken beyond those wanted, so that which of equal scores come is decided by their order.
SPARE = 16


class Neighbour(NamedTuple):
    """A sentence that is like another one; ``score`` is their cosine, 0 to 1."""

    requirement_id: str
    neighbour_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Vectors:
    """The different comparison forms of sentences as unit vectors, and who has each form.

    ``form_of`` gives the row of every sentence in its order, ``bearers`` the places of all
    sentences of a row.
    """

    matrix: Any
    form_of: tuple[int, ...]
    bearers: tuple[tuple[int, ...], ...]


def vectors(texts: Sequence[str]) -> Vectors:
    """Return the vectors of sentences; weights are rarities among the different forms.

    >>> found = vectors(["公开财政信息。", "公开财政信息", "加强解读。"])
    >>> found.matrix.shape[0], found.form_of
    (2, (0, 0, 1))
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    rows: dict[tuple[str, ...], int] = {}
    form_of = [rows.setdefault(runs(text), len(rows)) for text in texts]
    bearers: list[list[int]] = [[] for _ in rows]
    for at, row in enumerate(form_of):
        bearers[row].append(at)
    where, codes = gram_codes([texts[places[0]] for places in bearers])
    vocabulary, columns = np.unique(codes, return_inverse=True)
    shape = (len(rows), max(len(vocabulary), 1))
    counts = csr_matrix((np.ones(len(codes)), (where, columns)), shape=shape)
    counts.sum_duplicates()
    spread = np.bincount(counts.indices, minlength=shape[1])
    counts.data *= (np.log((1.0 + shape[0]) / (1.0 + spread)) + 1.0)[counts.indices]
    norm = np.sqrt(np.asarray(counts.multiply(counts).sum(axis=1)).ravel())
    counts.data /= np.repeat(np.where(norm > 0, norm, 1.0), np.diff(counts.indptr))
    return Vectors(counts, tuple(form_of), tuple(map(tuple, bearers)))


def nearest_rows(
    wanted: Any, among: Any, *, top: int, least: float
) -> Iterator[list[tuple[float, int]]]:
    """Yield for every row of a matrix the ``top`` rows of another with the highest cosine.

    Scores of at least ``least``, best first, equal ones by row. Uses sparse_dot_topn (the extra
    ``scale``) where it is installed, scipy elsewhere: the same rows, ten times slower.
    """
    transposed = among.T.tocsr()
    product = _topn if find_spec("sparse_dot_topn") is not None else _blockwise
    for begin in range(0, wanted.shape[0], BLOCK):
        scores = product(wanted[begin : begin + BLOCK], transposed, top + SPARE, least)
        for start, end in zip(scores.indptr[:-1], scores.indptr[1:], strict=True):
            found = zip(
                scores.data[start:end].tolist(), scores.indices[start:end].tolist(), strict=True
            )
            best = sorted((-round(score, DECIMALS), row) for score, row in found)
            yield [(-negative, row) for negative, row in best[:top]]


def _topn(block: Any, transposed: Any, top: int, least: float) -> Any:
    from sparse_dot_topn import sp_matmul_topn

    return sp_matmul_topn(block, transposed, top_n=top, threshold=least - _MARGIN)


def _blockwise(block: Any, transposed: Any, top: int, least: float) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix

    product = (block @ transposed).tocsr()
    kept, starts = [], [0]
    for start, end in zip(product.indptr[:-1], product.indptr[1:], strict=True):
        places = start + np.flatnonzero(product.data[start:end] >= least - _MARGIN)
        best = places[np.argsort(-product.data[places], kind="stable")[:top]]
        kept.append(best)
        starts.append(starts[-1] + len(best))
    chosen = np.concatenate(kept) if kept else np.zeros(0, dtype=int)
    return csr_matrix((product.data[chosen], product.indices[chosen], starts), shape=product.shape)


def neighbours(
    requirements: Sequence[Requirement],
    years: Mapping[str, int],
    *,
    of: Sequence[str] = (),
    top: int = 10,
    least: float = 0.5,
    earlier: bool = False,
) -> Iterator[Neighbour]:
    """Return the nearest sentences of duties, best first, of equal ones the oldest first.

    Args:
        requirements: the sentences to search, of any plans; preambles are passed over.
        years: the year of every plan.
        of: the ids of the duties to ask for; none means all.
        top: how many neighbours of each duty to give, at most.
        least: the lowest cosine that counts.
        earlier: give only sentences of earlier years: nothing flows from a later text.

    Raises:
        ValueError: ``top`` is below one, or ``least`` no cosine above 0.

    Example:
        >>> from pathlib import Path
        >>> from wpnet.store import load_corpus
        >>> corpus = load_corpus(Path("data/processed"), tables=("plans", "requirements"))
        >>> years = {plan.plan_id: plan.year for plan in corpus.plans}
        >>> asked = ["minhang-hrss-2025#2.1.3"]
        >>> for found in neighbours(corpus.requirements, years, of=asked, top=1, earlier=True):
        ...     print(found.neighbour_id, found.score > 0.8)
        shanghai-hrss-2023#3.2.4 True
    """
    if top < 1 or not 0 < least <= 1:
        raise ValueError(
            f"top is {top} and least {least}: they are at least 1, and above 0 up to 1"
        )
    return _neighbours(requirements, years, set(of), top, least, earlier)


def _neighbours(
    requirements: Sequence[Requirement],
    years: Mapping[str, int],
    of: set[str],
    top: int,
    least: float,
    earlier: bool,
) -> Iterator[Neighbour]:
    duties = [entry for entry in requirements if entry.kind == "duty"]
    duties.sort(key=lambda entry: (years[entry.plan_id], entry.requirement_id))
    known = vectors([entry.text for entry in duties])
    asked = of or {entry.requirement_id for entry in duties}
    groups: dict[int, list[int]] = {}
    for at, entry in enumerate(duties):
        if entry.requirement_id in asked:
            groups.setdefault(years[entry.plan_id] if earlier else 0, []).append(at)
    dates = [years[entry.plan_id] for entry in duties]
    for year, places in sorted(groups.items()):
        limit = bisect_left(dates, year) if earlier else len(duties)
        yield from _of_group(duties, known, places, limit, top, least)


def _of_group(
    duties: Sequence[Requirement],
    known: Vectors,
    places: Sequence[int],
    limit: int,
    top: int,
    least: float,
) -> Iterator[Neighbour]:
    """Yield the neighbours of the duties at some places among the first ``limit`` of all duties."""
    import numpy as np

    among = np.unique(np.array(known.form_of[:limit], dtype=int))
    rows = sorted({known.form_of[at] for at in places})
    found = dict(
        zip(
            rows,
            nearest_rows(known.matrix[rows], known.matrix[among], top=top + 1, least=least),
            strict=True,
        )
    )
    for at in places:
        others = (
            Neighbour(duties[at].requirement_id, duties[other].requirement_id, score)
            for score, row in found[known.form_of[at]]
            for other in known.bearers[among[row]]
            if other != at and other < limit
        )
        yield from islice(others, top)

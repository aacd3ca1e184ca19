"""The named concepts of the disclosure genre (``data/concepts.tsv``), and finding them in texts.

A concept is recognised by a regular expression over the comparison form of a text. A text holds
about a tenth of all concepts, so that each expression is tried only where one of its *anchors*
stands: literal strings of which every match holds at least one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from wpnet.cascade.text import SIDES, comparison_form

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

#: How much a concept counts by its facet: what has to be done counts most, how it is done least.
FACET_WEIGHT = {"duty": 1.0, "topic": 0.7, "audience": 0.5, "means": 0.5, "act": 0.3}


class Concept(NamedTuple):
    """A named concept of the genre, the families it belongs to, and how it is recognised."""

    name: str
    families: tuple[str, ...]
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def lexicon() -> tuple[Concept, ...]:
    """Return the named concepts of the genre with their patterns, in the order of the file."""
    source = resources.files("wpnet.cascade").joinpath("data/concepts.tsv")
    rows = csv.DictReader(source.read_text("utf-8").splitlines(), delimiter="\t")
    return tuple(
        Concept(
            name=f"{row['facet']}:{row['concept']}",
            families=tuple(f"family:{name}" for name in row["families"].split("|") if name),
            pattern=re.compile(row["patterns"]),
        )
        for row in rows
    )


@lru_cache(maxsize=16384)
def hits(text: str) -> tuple[int, ...]:
    """Return the places in :func:`lexicon` of the concepts that a text mentions, in order."""
    form = comparison_form(text)
    known, always = _anchored()
    there = known.keys() & {*form, *map("".join, pairwise(form))}
    tried = sorted({*always, *(at for anchor in there for at in known[anchor])})
    entries = lexicon()
    return tuple(at for at in tried if entries[at].pattern.search(form))


@lru_cache(maxsize=1)
def _anchored() -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Return which concepts each anchor's first two letters call for, and those without anchors."""
    known: dict[str, list[int]] = {}
    always = []
    for at, concept in enumerate(lexicon()):
        found = anchors(concept.pattern.pattern)
        if found is None:
            always.append(at)
            continue
        for start in sorted({anchor[:2] for anchor in found}):
            known.setdefault(start, []).append(at)
    return {start: tuple(places) for start, places in known.items()}, tuple(always)


def anchors(pattern: str) -> frozenset[str] | None:
    """Return literals of which every match of a pattern holds at least one; none if unknown.

    Looks at the alternatives of the pattern one by one: a literal outside of all groups, or the
    anchors of a group that must be there, whichever says most.

    >>> sorted(anchors("公开(为|是)原则|(合理|获取)(信息)?需求|同步.{0,4}起草"))
    ['公开', '同步', '需求']
    >>> anchors("公开|[甲乙]") is None
    True
    """
    found: set[str] = set()
    branch: list[str] = []
    for element in [*_ELEMENT.findall(pattern), "|"]:
        if element != "|":
            branch.append(element)
            continue
        choices = list(_choices(branch))
        if not choices:
            return None
        found |= max(choices, key=lambda choice: (min(map(len, choice)), -len(choice)))
        branch = []
    return frozenset(found)


#: The elements of a pattern: "(a|(b)c)" (groups up to three deep), "[甲乙]", "{0,4}", "\\(", "公".
_INSIDE = r"(?:\\.|[^()\\])"
_GROUP = rf"\({_INSIDE}*\)"
_DEEPER = rf"\((?:{_INSIDE}|{_GROUP})*\)"
_ELEMENT = re.compile(rf"\((?:{_INSIDE}|{_DEEPER})*\)|\[[^\]]*\]|\{{[^}}]*\}}|\\.|.", re.DOTALL)


def _choices(branch: Sequence[str]) -> Iterator[frozenset[str]]:
    """Yield the sets of literals of which one alternative of a pattern must hold one."""
    literal = ""
    for at, element in enumerate(branch):
        following = branch[at + 1][0] if at + 1 < len(branch) else ""
        optional = following in ("?", "*", "{")
        if len(element) == 1 and element not in ".?*+^$" and not optional:
            literal += element
            continue
        if literal:
            yield frozenset({literal})
        literal = ""
        if element[0] == "(" and element[1] != "?" and not optional:
            inner = anchors(element[1:-1])
            if inner is not None:
                yield inner
    if literal:
        yield frozenset({literal})


def concepts(text: str) -> tuple[str, ...]:
    """Return the names of the concepts of the disclosure genre that a text mentions.

    >>> concepts("落实疑难案件集体会商机制")
    ('duty:joint_case_study', 'act:coordinate')
    """
    return tuple(lexicon()[at].name for at in hits(text))


def families(text: str) -> tuple[str, ...]:
    """Return the families of related duties that a text touches, each as often as it does.

    >>> families("落实疑难案件集体会商机制")
    ('family:application',)
    """
    return tuple(family for at in hits(text) for family in lexicon()[at].families)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Which concepts (or how often which families) each of a group of texts mentions.

    ``counts`` has one row a text and one column a concept, the columns of a facet side by side;
    ``spread`` tells in how many texts each one is.
    """

    counts: Matrix
    spread: Matrix


@lru_cache(maxsize=SIDES)
def concept_mentions(texts: tuple[str, ...]) -> Mentions:
    """Count the concepts of texts; columns as in :func:`columns`."""
    import numpy as np

    place, _ = columns()
    counts = np.zeros((len(texts), len(place)))
    for row, text in enumerate(texts):
        counts[row, [place[at] for at in hits(text)]] = 1.0
    return Mentions(counts, counts.sum(axis=0))


@lru_cache(maxsize=SIDES)
def family_mentions(texts: tuple[str, ...]) -> Mentions:
    """Count the families of texts, one column a family in order of their names."""
    import numpy as np

    names = sorted({family for concept in lexicon() for family in concept.families})
    place = {name: at for at, name in enumerate(names)}
    counts = np.zeros((len(texts), len(names)))
    for row, text in enumerate(texts):
        for family in families(text):
            counts[row, place[family]] += 1.0
    return Mentions(counts, (counts > 0).sum(axis=0).astype(float))


@lru_cache(maxsize=1)
def columns() -> tuple[tuple[int, ...], dict[str, slice]]:
    """Return the column of every concept of the lexicon, and the columns of every facet."""
    facets = [concept.name.partition(":")[0] for concept in lexicon()]
    order = sorted(range(len(facets)), key=lambda at: (list(FACET_WEIGHT).index(facets[at]), at))
    place = [0] * len(order)
    for column, at in enumerate(order):
        place[at] = column
    slices: dict[str, slice] = {}
    for facet in FACET_WEIGHT:
        here = [place[at] for at in range(len(facets)) if facets[at] == facet]
        slices[facet] = slice(min(here), max(here) + 1)
    return tuple(place), slices


@dataclass(frozen=True, slots=True)
class Meanings:
    """The concepts of two groups of texts beside each other, and how rare each concept is here."""

    left: Matrix
    right: Matrix
    weight: Matrix

    def all(self) -> tuple[Matrix, Matrix, Matrix]:
        """Return all columns."""
        return self.left, self.right, self.weight

    def facet(self, first: str, last: str = "") -> tuple[Matrix, Matrix, Matrix]:
        """Return the columns of a facet, or of all facets from ``first`` to ``last``."""
        _, slices = columns()
        chosen = slice(slices[first].start, slices[last or first].stop)
        return self.left[:, chosen], self.right[:, chosen], self.weight[chosen]

    def weighted(self) -> tuple[Matrix, Matrix, Matrix]:
        """Return all columns, those of a facet weighing what the facet weighs."""
        return self.left, self.right, self.weight * _facet_weights()


@lru_cache(maxsize=1)
def _facet_weights() -> Matrix:
    import numpy as np

    _, slices = columns()
    sizes = [slices[facet].stop - slices[facet].start for facet in FACET_WEIGHT]
    return np.repeat(list(FACET_WEIGHT.values()), sizes)


def beside(left: Mentions, right: Mentions) -> Meanings:
    """Lay two groups beside each other; rarity as :func:`wpnet.cascade.vectors.rarity` has it."""
    import numpy as np

    texts = len(left.counts) + len(right.counts)
    weight: Matrix = np.log((1.0 + texts) / (1.0 + left.spread + right.spread)) + 1.0
    return Meanings(left.counts, right.counts, weight)


def meanings(left: Sequence[str], right: Sequence[str]) -> Meanings:
    """Return the concepts of two groups of texts."""
    return beside(concept_mentions(tuple(left)), concept_mentions(tuple(right)))


def kinships(left: Sequence[str], right: Sequence[str]) -> Meanings:
    """Return the families of two groups of texts (all columns; they have no facets)."""
    return beside(family_mentions(tuple(left)), family_mentions(tuple(right)))

"""All duties of a source plan beside all duties of a target plan, cut into comparable pieces.

A :class:`Comparison` does no judging; it keeps the bags (character sequences, words,
clauses) and the encoder's reading that the features of :mod:`wpnet.cascade.features` compare, each
computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from wpnet.cascade.encoder.interaction import Interaction, interaction
from wpnet.cascade.encoder.sentence import Sentence, read_sentences
from wpnet.cascade.overlap import Overlap, gram_overlap, word_overlap
from wpnet.cascade.text import clause_role, clauses
from wpnet.cascade.vectors import best_by_group

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix
    from wpnet.model import Requirement


def titled(requirement: Requirement) -> str:
    """Return a sentence with the innermost title above it in front: ``title。sentence``."""
    title = title_of(requirement)
    return f"{title}。{requirement.text}" if title else requirement.text


@lru_cache(maxsize=16384)
def core(text: str) -> str:
    """Return the clauses of a sentence that say what to do, without grounds and hoped-for effects.

    >>> core("按照“三同步”要求，规范公开目录，切实提升政策知晓度。")
    '规范公开目录'
    """
    pieces = clauses(text)
    duties = [piece for piece in pieces if clause_role(piece) == "duty"]
    return ",".join(duties or pieces) or text


def cut(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the clauses of all texts in order, and the number of the text each belongs to."""
    pieces: list[str] = []
    owner: list[int] = []
    for at, text in enumerate(texts):
        found = clauses(text) or (text,)
        pieces.extend(found)
        owner.extend([at] * len(found))
    return pieces, owner


@dataclass(frozen=True)
class Comparison:
    """The duties of a source plan and of a target plan; ``kept`` holds computed features by name.

    ``given`` is a reading made elsewhere, such as that of an encoder which never saw these plans.

    Bags and similarities are computed when a feature first asks for them and then kept.
    """

    source: tuple[Requirement, ...]
    target: tuple[Requirement, ...]
    kept: dict[str, Matrix] = field(default_factory=dict, compare=False, repr=False)
    given: Interaction | None = field(default=None, compare=False, repr=False)

    @cached_property
    def source_texts(self) -> list[str]:
        """The sentences of the source plan."""
        return [requirement.text for requirement in self.source]

    @cached_property
    def target_texts(self) -> list[str]:
        """The sentences of the target plan."""
        return [requirement.text for requirement in self.target]

    @cached_property
    def source_titled(self) -> list[str]:
        """The sentences of the source plan with their titles."""
        return [titled(requirement) for requirement in self.source]

    @cached_property
    def target_titled(self) -> list[str]:
        """The sentences of the target plan with their titles."""
        return [titled(requirement) for requirement in self.target]

    @cached_property
    def grams(self) -> Overlap:
        """Character 1-3-grams of source and target and their rarity."""
        return gram_overlap(self.source_texts, self.target_texts)

    @cached_property
    def titled_grams(self) -> Overlap:
        """Character 1-3-grams of the sentences with their titles, and their rarity."""
        return gram_overlap(self.source_titled, self.target_titled)

    @cached_property
    def core_grams(self) -> Overlap:
        """Character 1-3-grams of the duty clauses of both sides, and their rarity."""
        left = [core(text) for text in self.source_texts]
        right = [core(text) for text in self.target_texts]
        return gram_overlap(left, right)

    @cached_property
    def words(self) -> Overlap:
        """Words of source and target; rarity here times rarity in general Chinese."""
        return word_overlap(self.source_texts, self.target_texts)

    @cached_property
    def reading(self) -> Interaction:
        """What the encoder finds of every source sentence in every target sentence."""
        return self.given or interaction(_read(self.source), _read(self.target))

    @cached_property
    def source_clauses(self) -> tuple[list[str], list[int]]:
        """The clauses of the source sentences and the row each one belongs to."""
        return cut(self.source_texts)

    @cached_property
    def clause_cosine(self) -> Matrix:
        """How alike each source clause is to the most similar clause of each target sentence."""
        pieces, owner = cut(self.target_texts)
        alike = gram_overlap(self.source_clauses[0], pieces).cosine()
        return best_by_group(alike, owner, len(self.target), axis=1)

    @cached_property
    def clause_found(self) -> Matrix:
        """Which share of each source clause each target sentence holds, letter by letter."""
        return gram_overlap(self.source_clauses[0], self.target_texts).held()


def title_of(requirement: Requirement) -> str:
    """Return the innermost title above a sentence, or nothing."""
    return requirement.subitem_title or requirement.item_title or requirement.section_title


def _read(requirements: Sequence[Requirement]) -> list[Sentence]:
    return read_sentences([(title_of(r), r.text) for r in requirements])

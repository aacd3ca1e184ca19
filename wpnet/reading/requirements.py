"""An outline to requirements: one for each sentence, with the units its brackets lay it on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wpnet.model import Kind, Origin, Requirement, Role
from wpnet.reading.attributes import modality, targets
from wpnet.reading.deadlines import deadline_date, find_deadline
from wpnet.reading.normalise import NormalText
from wpnet.reading.outline import Node
from wpnet.reading.sentences import STOPS, split_sentences
from wpnet.reading.units import UnitBracket, UnitMention, find_unit_brackets

# Sections and items whose sentences are kept but are no duties (DESIGN: preamble).
PREAMBLE_TITLE = re.compile(r"总体要求|指导思想|工作目标|主要目标|总体思路|总体目标")
SHORTEST = 4  # characters; a shorter stretch without a full stop is a leftover mark, no sentence


@dataclass(frozen=True, slots=True)
class Laid:
    """A requirement laid on a unit, before units have ids."""

    requirement_id: str
    mention: UnitMention
    origin: Origin
    effective: bool = True

    @property
    def role(self) -> Role:
        return self.mention.role


@dataclass(slots=True)
class Extracted:
    """What the outline gave: requirements, who answers for them, and where the brackets stand.

    ``deadlines`` are those that brackets set, by requirement id.
    """

    requirements: list[Requirement] = field(default_factory=list)
    laid: list[Laid] = field(default_factory=list)
    brackets: list[tuple[int, int]] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Path:
    """The numbered levels above a sentence."""

    section: Node
    item: Node | None = None
    subitem: Node | None = None

    def numbers(self) -> tuple[int, int, int]:
        return tuple(  # type: ignore[return-value]
            node.number if node else 0 for node in (self.section, self.item, self.subitem)
        )

    def prefix(self) -> str:
        section, item, subitem = self.numbers()
        return f"{section}.{item}.{subitem}" if self.subitem else f"{section}.{item}"

    def kind(self) -> Kind:
        titles = [node.title for node in (self.section, self.item) if node]
        return "preamble" if any(map(is_preamble_title, titles)) else "duty"


@dataclass(frozen=True, slots=True)
class _Bracket:
    """A unit bracket at its place in the normalised text."""

    start: int
    end: int
    bracket: UnitBracket


def is_preamble_title(title: str) -> bool:
    """Tell whether a section of this title is a preamble: kept, never counted as duties.

    Example:
        >>> is_preamble_title("总体要求"), is_preamble_title("指导思想和工作目标")
        (True, True)
        >>> is_preamble_title("强化工作保障")
        False
    """
    return bool(PREAMBLE_TITLE.search(title))


def extract(normal: NormalText, roots: Sequence[Node], plan_id: str, year: int) -> Extracted:
    """Turn an outline into requirements, and its brackets into assignments."""
    builder = _Extractor(normal, plan_id, year)
    for section in roots:
        builder.visit(_Path(section), inherited=())
    return builder.out


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text, as hexadecimal digits.

    Example:
        >>> fingerprint("做好公开。")[:8]
        'aeae84ce'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class _Extractor:
    def __init__(self, normal: NormalText, plan_id: str, year: int) -> None:
        self.normal = normal
        self.plan_id = plan_id
        self.year = year
        self.out = Extracted()
        self.seen: dict[str, int] = {}

    def visit(self, path: _Path, inherited: tuple[UnitBracket, ...]) -> list[Requirement]:
        """Extract a node and all below it; return the requirements made."""
        node = path.subitem or path.item or path.section
        rule = {1: "section heading", 2: "item heading", 3: "sub-item heading"}[node.depth]
        if node.heading[1] > node.heading[0]:
            self.out.headings.append((*node.heading, rule))
        self.out.headings += [(start, end, "lead-in") for start, end in node.lead_ins]
        in_heading = self._brackets(node.heading)
        self.out.brackets += [(found.start, found.end) for found in in_heading]
        inherited = (*inherited, *(found.bracket for found in in_heading))
        made = self._own_sentences(path, node, inherited)
        for child in node.children:
            below = (
                _Path(path.section, child)
                if node.depth == 1
                else _Path(path.section, path.item, child)
            )
            made += self.visit(below, inherited)
        if node.children and (closing := self._closing_bracket(node)):
            covered = {entry.requirement_id for entry in self.out.laid}
            self._lay(
                [r for r in made if r.requirement_id not in covered],
                closing,
                "section" if node.depth == 1 else "item",
            )
        return made

    def _closing_bracket(self, node: Node) -> UnitBracket | None:
        """Return the bracket on a line of its own that closes a node with children, if any.

        It speaks for all of them where none of them has a bracket of its own.
        """
        last = node
        while last.children:
            last = last.children[-1]
        below = [found for span in _bodies(node) for found in self._brackets(span)]
        if len(below) != 1 or not last.bodies:
            return None
        start, end = last.bodies[-1]
        alone = (below[0].start, below[0].end) == (start, end)
        return below[0].bracket if alone and len(last.bodies) > 1 else None

    def _brackets(self, span: tuple[int, int]) -> list[_Bracket]:
        start, end = span
        return [
            _Bracket(start + found.start, start + found.end, found)
            for found in find_unit_brackets(self.normal.text[start:end])
        ]

    def _own_sentences(
        self, path: _Path, node: Node, inherited: tuple[UnitBracket, ...]
    ) -> list[Requirement]:
        brackets = [found for body in node.bodies for found in self._brackets(body)]
        self.out.brackets += [(found.start, found.end) for found in brackets]
        spans = [span for body in node.bodies for span in self._sentences(body, brackets)]
        made = [
            self._requirement(path, number, span, brackets)
            for number, span in enumerate(spans, start=1)
        ]
        origin: Origin = "section" if node.depth == 1 else "item"
        for bracket in inherited:
            self._lay(made, bracket, origin)
        self._lay_brackets(made, brackets, origin)
        return made

    def _sentences(
        self, body: tuple[int, int], brackets: Sequence[_Bracket]
    ) -> Iterator[tuple[int, int]]:
        """Split a body as if its unit brackets were blank."""
        text = self.normal.text
        masked = list(text[body[0] : body[1]])
        for found in brackets:
            if body[0] <= found.start < body[1]:
                length = found.end - found.start
                masked[found.start - body[0] : found.end - body[0]] = " " * length
        for start, end in split_sentences("".join(masked), 0, len(masked)):
            stretch = "".join(masked[start:end]).strip()
            finished = stretch[-1] in STOPS and stretch not in STOPS
            if finished or len(stretch) >= SHORTEST:
                yield body[0] + start, body[0] + end

    def _requirement(
        self, path: _Path, number: int, span: tuple[int, int], brackets: Sequence[_Bracket]
    ) -> Requirement:
        start, end = span
        text = self.normal.text[start:end]
        for found in reversed(brackets):
            if start <= found.start and found.end <= end:
                text = text[: found.start - start] + text[found.end - start :]
        section, item, subitem = path.numbers()
        deadline = find_deadline(text) if path.kind() == "duty" else ""
        requirement = Requirement(
            requirement_id=self._unique(f"{self.plan_id}#{path.prefix()}.{number}"),
            plan_id=self.plan_id,
            kind=path.kind(),
            section_no=section,
            section_title=path.section.title,
            item_no=item,
            item_title=path.item.title if path.item else "",
            subitem_no=subitem,
            subitem_title=path.subitem.title if path.subitem else "",
            sentence_no=number,
            text=text,
            start=start,
            end=end,
            raw_place=self.normal.raw_place(start, end),
            deadline=deadline,
            deadline_date=deadline_date(deadline, self.year) if deadline else "",
            modality=modality(text),
            targets=targets(text),
            text_sha256=fingerprint(text),
        )
        self.out.requirements.append(requirement)
        return requirement

    def _unique(self, requirement_id: str) -> str:
        """A second sentence with the same printed path gets a letter."""
        count = self.seen[requirement_id] = self.seen.get(requirement_id, 0) + 1
        return requirement_id if count == 1 else requirement_id + _letters(count)

    def _lay_brackets(
        self, made: Sequence[Requirement], brackets: Sequence[_Bracket], origin: Origin
    ) -> None:
        """A lone bracket at the end covers the whole node, any other the sentence it stands at."""
        if not made:
            return
        alone_at_end = len(brackets) == 1 and brackets[0].start >= made[-1].end - 1
        for found in brackets:
            if alone_at_end:
                self._lay(made, found.bracket, origin)
            else:
                at = [r for r in made if r.start < found.start]
                self._lay(at[-1:], found.bracket, "sentence")

    def _lay(
        self, requirements: Sequence[Requirement], bracket: UnitBracket, origin: Origin
    ) -> None:
        for requirement in requirements:
            self.out.laid += [
                Laid(requirement.requirement_id, mention, origin) for mention in bracket.mentions
            ]
            if bracket.deadline:
                self.out.deadlines[requirement.requirement_id] = bracket.deadline


def _letters(count: int) -> str:
    """Return b for the second, c for the third, …, z, then za, zb, …"""
    letters = ""
    while count > 25:
        letters += "z"
        count -= 25
    return letters + chr(ord("a") + count - 1)


def _bodies(node: Node) -> Iterator[tuple[int, int]]:
    yield from node.bodies
    for child in node.children:
        yield from _bodies(child)

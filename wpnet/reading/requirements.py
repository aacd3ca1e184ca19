"""An outline to requirements: one for each sentence, with the units its brackets lay it on."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from wpnet.model import Kind, Origin, Requirement, Role
from wpnet.reading.attributes import modality, targets
from wpnet.reading.brackets import Brackets, Placed
from wpnet.reading.deadlines import deadline_date, find_deadline
from wpnet.reading.normal_text import NormalText
from wpnet.reading.outline import Node
from wpnet.reading.sentences import AFTER_STOP, STOPS, split_sentences
from wpnet.reading.units import UnitBracket, UnitMention

# Sections and items whose sentences are kept but are no duties (DESIGN: preamble), alone or joined
# with one another or with words that add no duty ("指导思想和工作目标", "总体要求、基本原则").
PREAMBLE = "总体要求|指导思想|工作目标|主要目标|总体思路|总体目标"
PREAMBLE_PART = re.compile(
    rf"(?:[12]\d{{3}}年|年度|本年度|今年)?(?:工作|公开)?(?P<core>{PREAMBLE})"
)
BESIDE_PREAMBLE = re.compile(r"(?:基本|工作|主要)?(?:原则|目标|要求|思路|思想)|工作思路")
JOINT = re.compile("以及|[、和及与]")
SHORTEST = 4  # characters; a shorter stretch without a full stop is a leftover mark, no sentence
STOPS_OR_AFTER = STOPS + AFTER_STOP


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

    ``deadlines`` are those that brackets set, by requirement id; ``strays`` are lines not read.
    """

    requirements: list[Requirement] = field(default_factory=list)
    laid: list[Laid] = field(default_factory=list)
    brackets: list[tuple[int, int]] = field(default_factory=list)
    headings: list[tuple[int, int, str]] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)
    strays: list[tuple[int, int]] = field(default_factory=list)


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
class _Inherited:
    """A unit bracket in a heading: it holds for all below."""

    bracket: UnitBracket
    origin: Origin


@lru_cache(maxsize=1024)
def is_preamble_title(title: str) -> bool:
    """Tell whether a section of this title is a preamble: kept, never counted as duties.

    Example:
        >>> is_preamble_title("总体要求"), is_preamble_title("指导思想和工作目标")
        (True, True)
        >>> is_preamble_title("强化工作保障"), is_preamble_title("明确工作目标，抓好落实")
        (False, False)
    """
    if len(title) > 30:
        return False
    parts = [part for part in JOINT.split(title) if part]
    cores = [PREAMBLE_PART.fullmatch(part) for part in parts]
    return any(cores) and all(
        core or BESIDE_PREAMBLE.fullmatch(part) for core, part in zip(cores, parts, strict=True)
    )


def extract(
    normal: NormalText, roots: Sequence[Node], brackets: Brackets, plan_id: str, year: int
) -> Extracted:
    """Turn an outline into requirements, and its unit brackets into assignments."""
    builder = _Extractor(normal, brackets, plan_id, year)
    for section in roots:
        builder.visit(_Path(section), inherited=())
        builder.out.strays += [span for node in (section, *_below(section)) for span in node.strays]
    return builder.out


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _below(child)


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text, as hexadecimal digits.

    Example:
        >>> fingerprint("做好公开。")[:8]
        'c7baeb36'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class _Extractor:
    def __init__(self, normal: NormalText, brackets: Brackets, plan_id: str, year: int) -> None:
        self.normal = normal
        self.all = brackets
        self.plan_id = plan_id
        self.year = year
        self.out = Extracted()
        self.seen: dict[str, int] = {}

    def visit(self, path: _Path, inherited: tuple[_Inherited, ...]) -> list[Requirement]:
        """Extract a node and all below it; return the requirements made."""
        node = path.subitem or path.item or path.section
        before = len(self.out.laid)
        rule = {1: "section heading", 2: "item heading", 3: "sub-item heading"}[node.depth]
        if node.heading[1] > node.heading[0]:
            self.out.headings.append((*node.heading, rule))
        self.out.headings += [(start, end, "lead-in") for start, end in node.lead_ins]
        origin: Origin = "section" if node.depth == 1 else "item"
        in_heading = self.all.within(*node.heading)
        brackets = [found for body in node.bodies for found in self.all.within(*body)]
        self.out.brackets += [(found.start, found.end) for found in (*in_heading, *brackets)]
        inherited = (*inherited, *(_Inherited(found.bracket, origin) for found in in_heading))
        parted = [list(self._sentences(body)) for body in node.bodies]
        spans = [span for part in parted for span in part]
        if not spans and node.children:  # a bracket between a heading and its numbered sentences
            inherited = (*inherited, *(_Inherited(found.bracket, origin) for found in brackets))
        made = [self._requirement(path, no, span) for no, span in enumerate(spans, start=1)]
        for above in inherited:
            self._lay(made, above.bracket, above.origin)
        self._lay_brackets(made, brackets, origin, [len(part) for part in parted])
        for child in node.children:
            below = (
                _Path(path.section, child)
                if node.depth == 1
                else _Path(path.section, path.item, child)
            )
            made += self.visit(below, inherited)
        if node.children and (closing := self._closing_bracket(node)):
            covered = {entry.requirement_id for entry in self.out.laid[before:]}
            rest = [entry for entry in made if entry.requirement_id not in covered]
            self._lay(rest, closing, origin)
        return made

    def _closing_bracket(self, node: Node) -> UnitBracket | None:
        """Return the bracket on a line of its own that closes a node with children, if any.

        It speaks for all of them where none of them has a bracket of its own.
        """
        last = node
        while last.children:
            last = last.children[-1]
        if len(last.bodies) < 2:
            return None
        start, end = last.bodies[-1]
        inside = self.all.within(node.heading[0], end)
        alone = len(inside) == 1 and (inside[0].start, inside[0].end) == (start, end)
        return inside[0].bracket if alone else None

    def _sentences(self, body: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """Split a body as if its unit brackets were blank; what announces a list is a heading."""
        masked = self.all.blanked(self.normal.text, *body)
        for start, end in split_sentences(masked, 0, len(masked)):
            stretch = masked[start:end].strip()
            if stretch[-1] in "：:" and end == len(masked.rstrip()):
                self.out.headings.append((body[0] + start, body[0] + end, "lead-in"))
            elif len(stretch) >= SHORTEST or (
                stretch[-1] in STOPS_OR_AFTER and stretch.strip(STOPS_OR_AFTER)
            ):
                yield body[0] + start, body[0] + end

    def _requirement(self, path: _Path, number: int, span: tuple[int, int]) -> Requirement:
        start, end = span
        pieces = self._without_brackets(start, end)
        text = "".join(self.normal.text[a:b] for a, b in pieces).replace("\n", "")
        written = text
        if self.normal.altered:
            written = "".join(self.normal.shown(a, b) for a, b in pieces).replace("\n", "")
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
            text=written,
            start=start,
            end=end,
            raw_place=self.normal.raw_place(start, end),
            deadline=deadline,
            deadline_date=deadline_date(deadline, self.year) if deadline else "",
            modality=modality(text),
            targets=targets(text),
            text_sha256=fingerprint(written),
        )
        self.out.requirements.append(requirement)
        return requirement

    def _without_brackets(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return what is left of a stretch outside the unit brackets in it."""
        pieces = []
        for found in self.all.within(start, end):
            pieces.append((start, found.start))
            start = found.end
        return [*pieces, (start, max(start, end))]

    def _unique(self, requirement_id: str) -> str:
        """A second sentence with the same printed path gets a letter."""
        count = self.seen[requirement_id] = self.seen.get(requirement_id, 0) + 1
        return requirement_id if count == 1 else requirement_id + _letters(count)

    def _lay_brackets(
        self,
        made: Sequence[Requirement],
        brackets: Sequence[Placed],
        origin: Origin,
        paragraphs: Sequence[int],
    ) -> None:
        """A lone bracket at the end covers the whole node, any other the sentence it stands at.

        Brackets side by side (牵头单位：…）（配合单位：…) count as one. Of several paragraphs (each
        with its number of sentences) each may have its bracket at its end.
        """
        if not made:
            return
        groups = self._side_by_side(brackets)
        if len(groups) == 1 and self._closes(groups[0], made[-1]):
            for found in groups[0]:
                self._lay(made, found.bracket, origin)
            return
        starts = [requirement.start for requirement in made]
        places = [max(bisect_left(starts, group[0].start) - 1, 0) for group in groups]
        first_of = [first for first, _, count in _runs(paragraphs) for _ in range(count)]
        last_of = [last for _, last, count in _runs(paragraphs) for _ in range(count)]
        for group, place in zip(groups, places, strict=True):
            first = place
            alone = sum(first_of[other] == first_of[place] for other in places) == 1
            if alone and last_of[place] == place and self._closes(group, made[place]):
                first = first_of[place]
            for found in group:
                self._lay(made[first : place + 1], found.bracket, "sentence")

    def _side_by_side(self, brackets: Sequence[Placed]) -> list[list[Placed]]:
        groups: list[list[Placed]] = []
        for found in brackets:
            gap = self.normal.text[groups[-1][-1].end : found.start] if groups else "-"
            if len(gap) < 3 and not gap.strip("\n ；;，,"):
                groups[-1].append(found)
            else:
                groups.append([found])
        return groups

    def _closes(self, group: Sequence[Placed], last: Requirement) -> bool:
        """Tell whether brackets stand at a node's end: behind or right before its last stop."""
        rest = self.normal.text[group[-1].end : last.end]
        return group[0].start >= last.end - 1 or not rest.strip(STOPS_OR_AFTER + "\n ")

    def _lay(
        self, requirements: Sequence[Requirement], bracket: UnitBracket, origin: Origin
    ) -> None:
        for requirement in requirements:
            self.out.laid += [
                Laid(requirement.requirement_id, mention, origin) for mention in bracket.mentions
            ]
            if bracket.deadline:
                self.out.deadlines[requirement.requirement_id] = bracket.deadline


def _runs(counts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the first and last place of each run, and its length."""
    start = 0
    for count in counts:
        yield start, start + count - 1, count
        start += count


def _letters(count: int) -> str:
    """Return b for the second, c for the third, …, z, then aa, ab, …

    Example:
        >>> _letters(2), _letters(26), _letters(27), _letters(54)
        ('b', 'z', 'aa', 'bb')
    """
    letters = ""
    while count:
        count, rest = divmod(count - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters

"""Lines of a document to one normalised text made of whole paragraphs.

Plans arrive wrapped by page layout: a blank line between all lines, a page mark in the middle,
a page break inside a word, blanks between digits and characters. Normalising joins what layout
broke and nothing else, and keeps a map from every character back to the raw line it came from.

What is dropped is white space, control characters and invisible marks. Page marks that stand in
the middle of a paragraph are moved behind it, so that every visible character of the raw file is
in the normalised text exactly once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import ne

from wpnet.model import Cell, Document, Line
from wpnet.reading import markers
from wpnet.reading.normal_text import NormalText, Paragraph, Piece
from wpnet.reading.unfold import Fragment, unfold
from wpnet.reading.words import breaks_word
from wpnet.text import VISIBLE, folded

# "《", "（", "“": marks that must be closed again before a paragraph can end.
OPENING = dict(zip("《〈（(【〔[“", "》〉）)】〕]”", strict=True))
CLOSING = {close: opening for opening, close in OPENING.items()}
BRACKET = re.compile("[《〈（(【〔\\[“》〉）)】〕\\]”]")
# Every mark in one width, and the one that opens what a closing mark closes, in that width.
WIDE = {mark: mark for mark in (*OPENING, *CLOSING)} | dict(zip("()[]", "（）【】", strict=True))
OPENED_BY = {WIDE[close]: WIDE[opening] for close, opening in CLOSING.items()}
DEEPEST = 16  # marks open at once; what is nested deeper is damage
TERMINAL = "。！？!?"  # ends a paragraph's last sentence
AFTER_TERMINAL = "”’）)】]》"
RUNNING = re.compile("[，,、；;。]")  # marks of running text: a line that has one is no name
LONGEST_LABEL = 40  # characters of an addressee, signature, date or number on a line of its own
# Shares and distances of wrapped pages, read off the base plans of 2024 and 2025, which were
# extracted from PDF (28 characters a line), and the twins made of all five.
WRAPPED_SHARE = 0.4
WRAP_TOLERANCE = 3.0
NARROWEST, WIDEST = 15, 60
BROKEN_SHARE = 0.5  # of the full lines; paragraphs that chance to be equally long end sentences
ENDS_SENTENCE = frozenset("。！？!?）)】]：:；;|｜")
# "责任单位：办公室": units on a line of their own, without a bracket.
UNIT_LINE = re.compile(
    r"(?:责任|牵头|负责|落实|配合|牵头落实|牵头责任)(?:单位|部门|科室|处室)[:：]"
)
# "哈尔滨市道外区人民政府办公室": an office on a line of its own.
SIGNATURE = re.compile(
    r"[\u4e00-\u9fff]{2,30}[省市区县旗州镇乡][\u4e00-\u9fff]{0,20}(?:局|委员会|办公室|办公厅|政府|厅)"
)
# "发(fā)展": the reading that a converter of scripts prints behind a character.
PINYIN = re.compile(
    r"\((?<=[\u3400-\u9fff]\()[a-zü]{0,4}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ][a-zü]{0,3}\)"
)
HIDDEN = "\u2060"  # shows nothing
SEAM = "\x01"  # stands between the lines of a document while all are made readable at once
# "## 一、", "**（一）做好发布。**": marks of layout in plain text.
MARKDOWN = re.compile(r"(?:^|(?<=\x01))\s*#{1,6}(?=\s*[^\s#])|(?<!\*)\*\*(?!\*)")
# "??一、加强公开": what a copy made of the blanks that it did not know, at either end of a line.
LOST_BLANKS = re.compile(
    r"(?:^|(?<=\x01))\s*[?？\ufffd□]{2,}|(?<![?？\ufffd□])[?？\ufffd□]{2,}+\s*+(?=\x01|$)"
)
NOISE = re.compile("@{2,}")  # put between words against copying
# "公开规划. 各部门": a full stop in ASCII; not the dot of a number, a version or an address.
ASCII_STOP = re.compile(r"(?<=[\u4e00-\u9fff）)”])\.(?=[\s\x01]|[\u4e00-\u9fff（(\[【]|$)")
# What is passed over where there is more of it, and signs without which it is not looked for.
PASSED_OVER = (
    (("#", "**"), MARKDOWN),
    (("??", "？？", "\ufffd", "□□"), LOST_BLANKS),
    (("@@",), NOISE),
)
FEWEST_MARKS = 3  # of a kind, from which on they are the manner of a document
ASCII = re.compile(r"[\x21-\x7e]")


def normalise(document: Document) -> NormalText:
    """Join the lines of a document to paragraphs.

    Example:
        >>> from wpnet.model import Document, Line
        >>> lines = ("（一）加强公开。严格落实公文公开属性重新认", "", "定工作。", "二、加强保障")
        >>> normal = normalise(Document("a.txt", "", "text", tuple(map(Line, lines))))
        >>> print(normal.text)
        （一）加强公开。严格落实公文公开属性重新认定工作。
        二、加强保障
    """
    lines = _readable(document.lines)
    fragments = list(unfold(lines))
    builder = _Builder(document, wrap_width(lines), _has_breaks(fragments))
    for fragment in fragments:
        builder.add(fragment)
    altered = lines is not document.lines and any(map(ne, lines, document.lines))
    return builder.finish(altered=altered)


def _readable(lines: Sequence[Line]) -> Sequence[Line]:
    """Return lines as reading looks at them, each as long as it was.

    Characters are made alike; pinyin, marks of layout (``## 一、``, ``**（一）**``) and signs for
    blanks that a copy lost (``??一、``) become invisible; where a plan ends its sentences with
    ASCII full stops, these are full stops.
    """
    raw = SEAM.join([line.text for line in lines])
    if raw.count(SEAM) != max(len(lines) - 1, 0):
        raw = SEAM.join([line.text.replace(SEAM, HIDDEN) for line in lines])
    text = folded(raw)
    if PINYIN.search(text):
        text = PINYIN.sub(_hidden, text)
    for signs, marks in PASSED_OVER:
        if any(sign in text for sign in signs) and len(marks.findall(text)) >= FEWEST_MARKS:
            text = marks.sub(_hidden, text)
    dots = len(ASCII_STOP.findall(text)) if "." in text else 0
    if dots >= FEWEST_MARKS and dots > text.count("。"):
        text = ASCII_STOP.sub("。", text)
    if text is raw:
        return lines
    return [
        line if line.text == shown else replace(line, text=shown)
        for line, shown in zip(lines, text.split(SEAM), strict=True)
    ]


def _hidden(found: re.Match[str]) -> str:
    return HIDDEN * len(found.group())


def wrap_width(lines: Sequence[Line]) -> float | None:
    """Return the line width of a document that page layout wrapped, or ``None``.

    A width counts a Chinese character as 1 and an ASCII one as 0.5. A document is wrapped when
    many of its lines end at the same right edge, most of them within a sentence.

    Example:
        >>> lines = ["围绕社会保障等工作，及时公开服务政策和", "办事指南，做好更新维护。"] * 4
        >>> wrap_width([Line(line) for line in lines])
        19.0
    """
    shown = [line.text for line in lines if line.cell is None and line.text.strip()]
    if len(shown) < 8:
        return None
    widths = [display_width(text) for text in shown]
    edge = sorted(widths)[int(len(widths) * 0.9)]
    full = [
        text
        for text, width in zip(shown, widths, strict=True)
        if edge - WRAP_TOLERANCE <= width <= edge + 1
    ]
    if not NARROWEST <= edge <= WIDEST or len(full) < WRAPPED_SHARE * len(shown):
        return None
    broken = sum(text.rstrip()[-1] not in ENDS_SENTENCE for text in full)
    return edge if broken >= BROKEN_SHARE * len(full) else None


def display_width(text: str) -> float:
    """Return the width of a line without its blanks: 1 a Chinese character, 0.5 an ASCII one.

    Example:
        >>> display_width("2025 年，公开")
        6.0
    """
    visible = "".join(VISIBLE.findall(text))
    return len(visible) - 0.5 * len(ASCII.findall(visible))


def _has_breaks(fragments: Sequence[Fragment]) -> bool:
    """Tell whether pages broke this text: some line stops within a sentence, without a mark.

    Only then can a heading line have been broken, too.
    """
    for fragment, following in pairwise(fragments):
        if fragment.furniture or fragment.in_table or following.in_table or "|" in fragment.text:
            continue
        text = fragment.text
        if not "\u4e00" <= text[-1] <= "\u9fff":
            continue
        number = markers.NUMBERED.match(text)
        runs_on = RUNNING.search(text, number.end() if number else 0) is not None
        if runs_on and not markers.BLOCK_START.match(following.text):
            return True
    return False


@dataclass(slots=True)
class _Open:
    """The paragraph that is being put together, as far as joining asks about it."""

    start: int
    line: int
    cell: Cell | None
    head: str = ""
    tail: str = ""
    length: int = 0
    runs_on: bool = False
    stops: bool = False
    stack: list[str] = field(default_factory=list)

    @property
    def ends(self) -> bool:
        """Whether a sentence ends here."""
        return self.tail.rstrip(AFTER_TERMINAL)[-1:] in TERMINAL

    def take(self, text: str) -> None:
        """Go on with a text."""
        if self.length < 200:
            self.head += text[:200]
        self.tail = (self.tail + text)[-60:]
        self.length += len(text)
        self.runs_on = self.runs_on or RUNNING.search(text) is not None
        self.stops = self.stops or "。" in text
        for mark in BRACKET.findall(text):
            mark = WIDE[mark]
            if mark in OPENING:
                if len(self.stack) < DEEPEST:
                    self.stack.append(mark)
            elif self.stack and self.stack[-1] == OPENED_BY[mark]:
                self.stack.pop()


class _Builder:
    """Collects pieces and paragraphs; page marks wait until the open paragraph ends."""

    def __init__(self, document: Document, width: float | None, breaks: bool) -> None:
        self.document = document
        self.width = width
        self.breaks = breaks
        self.parts: list[str] = []
        self.length = 0
        self.pieces: list[Piece] = []
        self.paragraphs: list[Paragraph] = []
        self.open: _Open | None = None
        self.last_width = 0.0
        self.waiting: list[Fragment] = []

    def add(self, fragment: Fragment) -> None:
        """Add a fragment: to the open paragraph where layout broke it, else as a new one."""
        line = self.document.lines[fragment.line]
        if line.furniture or fragment.furniture:
            self.waiting.append(fragment)
            return
        text = fragment.text
        if self.open is None or not self._continues(fragment, line):
            self._close()
            self.open = _Open(self.length, fragment.line, line.cell)
        elif _is_letter(self.open.tail[-1:]) and text[0].isascii():
            self._put(" ")
        blanks = len(fragment.runs) > 1 and markers.METADATA_LINE.match(text) is not None
        self._put_runs(fragment, keep_blanks=blanks)
        self.open.take(text)
        if self.width is not None:
            self.last_width = display_width(text)

    def finish(self, *, altered: bool) -> NormalText:
        """Close what is open and return the whole."""
        self._close()
        text = "".join(self.parts)
        return NormalText(self.document, text, tuple(self.paragraphs), tuple(self.pieces), altered)

    def _continues(self, fragment: Fragment, line: Line) -> bool:
        assert self.open is not None
        if line.cell is not None or self.open.cell is not None:
            return line.cell == self.open.cell and line.starts is not True
        if fragment.joins:
            return True
        if line.starts is not None and fragment.runs[0][0] == _first_column(line):
            return not line.starts
        full = None if self.width is None else self.last_width >= self.width - WRAP_TOLERANCE
        if fragment.in_table or (self.open.ends and not self.open.stack):
            return False
        if markers.BLOCK_START.match(fragment.text):
            breaks_off = full is True and self.open.tail[-1] not in ENDS_SENTENCE
            if not (breaks_off and markers.UNIT_BRACKET.match(fragment.text)):
                return False
        return is_continued(self.open, fragment.text, full=full, breaks=self.breaks)

    def _put_runs(self, fragment: Fragment, *, keep_blanks: bool) -> None:
        before = ""
        for column, run in fragment.runs:
            if before and (keep_blanks or _is_word_gap(before, run)):
                self._put(" ")
            length = len(run)
            self.pieces.append(Piece(self.length, fragment.line, column, length))
            self.parts.append(run)
            self.length += length
            before = run

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _close(self) -> None:
        if self.open is not None:
            opened, self.open = self.open, None
            self.paragraphs.append(Paragraph(opened.start, self.length, opened.line, opened.cell))
            self._put("\n")
        waiting, self.waiting = self.waiting, []
        for fragment in waiting:
            start = self.length
            self._put_runs(fragment, keep_blanks=True)
            self.paragraphs.append(Paragraph(start, self.length, fragment.line, furniture=True))
            self._put("\n")


def _first_column(line: Line) -> int:
    """Return the column of a line's first visible character."""
    match = VISIBLE.search(line.text)
    return match.start() if match else 0


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_word_gap(left: str, right: str) -> bool:
    """Keep a blank between Latin words (``disclosure plan``); drop it everywhere else."""
    return _is_letter(left[-1]) and right[0].isascii() and right[0].isalnum()


def opened(text: str) -> _Open:
    """Return the state of a paragraph that began with a text."""
    paragraph = _Open(0, 0, None)
    paragraph.take(text)
    return paragraph


def is_continued(before: _Open, after: str, *, full: bool | None, breaks: bool = True) -> bool:
    """Tell whether ``after`` goes on with the sentence or title that ``before`` began.

    ``full`` says whether the line before reached the right edge of a wrapped page; ``None`` where
    the document is not wrapped, so that only a page break can have cut a paragraph. ``breaks``
    says whether such breaks were seen.

    Example:
        >>> before = opened("（一）重点做好就业培训以及优化营商环境等方")
        >>> is_continued(before, "面的信息发布。", full=None)
        True
        >>> is_continued(opened("（一）指导思想"), "坚持以人民为中心。", full=None)
        False
        >>> is_continued(opened("（一）信息公开"), "向市场主体公开规则。", full=None)
        False
    """
    last = before.tail[-1]
    if "|" in before.head or "｜" in before.head:
        return False
    if before.ends and not _reopens(before, after):
        return False
    if before.length <= LONGEST_LABEL and not before.runs_on:
        if markers.ENDS_BLOCK.search(before.tail):
            return False
        number = markers.NUMBERED.match(before.head)
        if number and number.end() == before.length:
            return True
    if before.stack and (full is not None or _closes(before.stack, after)):
        return True
    if markers.ABOUT_END.search(before.tail) or last in "，,、；;":
        return True
    heads = before.length <= 120 and markers.TITLE_HEAD.search(before.head)
    if heads and markers.TITLE_TAIL.fullmatch(after[:200]):
        return True
    if last in "）)】]" and not before.stack and SIGNATURE.fullmatch(after[:50]):
        return False
    if full is not None:
        return full
    if last in "：:）)】]|｜" or _stands_alone(before, after):
        return False
    if markers.NUMBERED.match(before.head) and not before.stops:
        return breaks and breaks_word(before.tail, after)
    return before.runs_on and not markers.LABEL.match(before.head)


def _stands_alone(before: _Open, after: str) -> bool:
    """Tell whether a line names offices and no sentence: units behind a label, or a signature."""
    return bool(UNIT_LINE.match(before.head)) or bool(
        SIGNATURE.fullmatch(after[:50]) and "\u4e00" <= before.tail[-1] <= "\u9fff"
    )


def _reopens(before: _Open, after: str) -> bool:
    """A full stop inside a bracket or quotation ends no paragraph while its mark is to come."""
    return bool(before.stack) and _closes(before.stack, after)


def _closes(stack: Sequence[str], after: str) -> bool:
    """Tell whether a text closes the innermost open mark before it opens one of its own.

    Example:
        >>> _closes(["（"], "化处、办公室）"), _closes(["（"], "坚持公开（一）")
        (True, False)
    """
    depth = 0
    for match in BRACKET.finditer(after[:400]):
        mark = WIDE[match.group()]
        if mark in OPENING:
            depth += 1
        elif depth:
            depth -= 1
        else:
            return OPENED_BY[mark] == stack[-1]
    return False

"""What stands on a printed page beside its text: background text, and foot notes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from wpnet.reading.formats.pdf_lines import PAGE_NUMBER, Glyph, PrintedLine

#: Background text is so many times larger than the page's text, or pale; so much of it lies on
#: other letters, or it is printed so often.
LARGER, OVERLAID, REPEATED = 1.6, 0.25, 3
#: A letter lies on another if they share so much of the smaller one's box.
SHARED = 0.12
CELL = 20
#: Shares of the text's size: the mark of a note, the text of a note; and how far a mark is raised.
MARK_SIZE, NOTE_SIZE, RAISED = 0.75, 0.88, 0.12
MARK = re.compile(r"[\[〔（(]?(?:\d{1,2}|[①-⑳]|[*＊※])[\]〕）)]?")
MARKS = frozenset("0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳*＊※[]〔〕()（）")


def usual_size(glyphs: Sequence[Glyph]) -> float:
    """The size of most characters.

    >>> usual_size([Glyph("公", 0, 16, 0, 16, 16), Glyph("开", 16, 32, 0, 16, 16)])
    16.0
    """
    printed = Counter([glyph.size for glyph in glyphs if not glyph.text.isspace()])
    sizes: Counter[float] = Counter()
    for size, count in printed.items():
        sizes[round(size, 1)] += count
    return float(sizes.most_common(1)[0][0]) if sizes else 0.0


def without_background(glyphs: list[Glyph], light: frozenset[int]) -> tuple[list[Glyph], list[str]]:
    """The characters of a page without those of level watermarks, and what these say.

    Args:
        glyphs: the characters in the order of print.
        light: the places of those that are pale.
    """
    body = usual_size(glyphs)
    runs = _runs(glyphs, light)
    repeated = _repeated(_said(glyphs, run) for run in runs)
    suspects = [
        run
        for run in runs
        if _is_suspect([glyphs[at] for at in run], body, run[0] in light)
        or _said(glyphs, run) in repeated
    ]
    if not suspects:
        return glyphs, []
    suspected = {at for run in suspects for at in run}
    others = _Boxes(
        (glyph for at, glyph in enumerate(glyphs) if at not in suspected),
        [glyphs[at] for at in suspected],
    )
    found: list[list[int]] = []
    for run in suspects:
        laid = sum(others.meets(glyphs[at]) for at in run)
        large = glyphs[run[0]].size >= LARGER * body
        alone = run[0] in light and (large or _said(glyphs, run) in repeated)
        if laid >= OVERLAID * len(run) or alone:
            found.append(run)
    said = list(dict.fromkeys(_said(glyphs, run) for run in found))
    found += [run for run in suspects if _said(glyphs, run) in set(said) & repeated]
    dropped = {at for run in found for at in run}
    return [glyph for at, glyph in enumerate(glyphs) if at not in dropped], said


def _is_suspect(run: Sequence[Glyph], body: float, pale: bool) -> bool:
    return bool(body) and (pale or run[0].size >= LARGER * body)


def _runs(glyphs: Sequence[Glyph], light: frozenset[int]) -> list[list[int]]:
    """The places of characters printed one after the other on a line, in one size and colour."""
    runs: list[list[int]] = []
    before: Glyph | None = None
    was_pale = False
    for at, glyph in enumerate(glyphs):
        if glyph.text.isspace():
            continue
        pale = at in light
        if (
            before is not None
            and pale == was_pale
            and -0.5 * glyph.size < glyph.x0 - before.x1 < 3 * glyph.size
            and abs(before.bottom - glyph.bottom) < 1.0
            and abs(before.size - glyph.size) < 0.5
        ):
            runs[-1].append(at)
        else:
            runs.append([at])
        before, was_pale = glyph, pale
    return runs


def _said(glyphs: Sequence[Glyph], run: Sequence[int]) -> str:
    return "".join(glyphs[at].text for at in run)


def _repeated(said: Iterable[str]) -> frozenset[str]:
    """What is printed several times over on a page, longer than a word of the text."""
    counted = Counter(text for text in said if 3 < len(text) < 40)
    return frozenset(text for text, count in counted.items() if count >= REPEATED)


class _Boxes:
    """Finds out whether a character lies on one of many others."""

    def __init__(self, glyphs: Iterable[Glyph], asked: Sequence[Glyph]) -> None:
        """``asked`` are those that will be asked for: only what is near them is kept."""
        self._cells: dict[tuple[int, int], list[Glyph]] = {
            cell: [] for glyph in asked for cell in _cells(glyph)
        }
        top = min(glyph.top for glyph in asked)
        bottom = max(glyph.bottom for glyph in asked)
        for glyph in glyphs:
            if glyph.bottom > top and glyph.top < bottom and not glyph.text.isspace():
                for cell in _cells(glyph):
                    if cell in self._cells:
                        self._cells[cell].append(glyph)

    def meets(self, glyph: Glyph) -> bool:
        """Whether a character shares enough of its or the other's box with any of them."""
        for cell in _cells(glyph):
            for other in self._cells[cell]:
                across = min(glyph.x1, other.x1) - max(glyph.x0, other.x0)
                down = min(glyph.bottom, other.bottom) - max(glyph.top, other.top)
                if across > 0 and down > 0:
                    smaller = min(_area(glyph), _area(other))
                    if across * down > SHARED * smaller:
                        return True
        return False


def _cells(glyph: Glyph) -> Iterator[tuple[int, int]]:
    """The squares of a page, :data:`CELL` points wide, that a character lies on."""
    for row in range(int(glyph.top // CELL), int(glyph.bottom // CELL) + 1):
        for column in range(int(glyph.x0 // CELL), int(glyph.x1 // CELL) + 1):
            yield row, column


def _area(glyph: Glyph) -> float:
    return max((glyph.x1 - glyph.x0) * (glyph.bottom - glyph.top), 1.0)


def raise_to_line(glyphs: list[Glyph]) -> tuple[list[Glyph], frozenset[int]]:
    """The characters with small raised ones (marks of notes) set on their line; and their places.

    A mark stays where it is but takes the height of the text beside it, so that it is no line of
    its own.
    """
    body = usual_size(glyphs)
    small = [
        at
        for at, glyph in enumerate(glyphs)
        if glyph.size <= MARK_SIZE * body
        and not glyph.text.strip("".join(MARKS))
        and glyph.text.strip()
    ]
    if not small:
        return glyphs, frozenset()
    hosts: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        if abs(glyph.size - body) <= 0.1 * body:
            hosts[int(glyph.bottom // body)].append(glyph)
    placed = list(glyphs)
    marks: set[int] = set()
    for at in small:
        glyph = glyphs[at]
        host = _host(glyph, hosts, body)
        if host is not None:
            placed[at] = glyph._replace(top=host.top, bottom=host.bottom)
            marks.add(at)
    return placed, frozenset(marks)


def _host(glyph: Glyph, hosts: Mapping[int, Sequence[Glyph]], body: float) -> Glyph | None:
    """The character of the text beside which a small one is raised; ``hosts`` by their height."""
    level = int(glyph.bottom // body)
    for host in (host for row in range(level, level + 4) for host in hosts.get(row, ())):
        beside = min(abs(host.x1 - glyph.x0), abs(host.x0 - glyph.x1)) < 1.2 * body
        raised = host.bottom - glyph.bottom > RAISED * body
        inside = host.top - 0.5 * body < glyph.top and glyph.bottom < host.bottom
        if beside and raised and inside:
            return host
    return None


def notes_of(lines: Sequence[PrintedLine], body: float) -> list[PrintedLine]:
    """The lines of foot notes: small, at the foot of a page, the first with the mark of a note."""
    found: list[PrintedLine] = []
    for line in reversed(lines):
        if not found and PAGE_NUMBER.fullmatch(line.text):
            continue
        if line.size > NOTE_SIZE * body:
            break
        found.append(line)
    found.reverse()
    while found and not (MARK.match(found[0].text) or found[0].text.startswith("注")):
        found.pop(0)
    return found


def note_texts(notes: Sequence[PrintedLine]) -> list[str]:
    """The notes, each of one or several lines, as texts."""
    texts: list[str] = []
    for line in notes:
        if texts and not MARK.match(line.text):
            texts[-1] += line.text
        else:
            texts.append(line.text)
    return texts

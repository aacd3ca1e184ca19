"""Which parts of a web page belong to the plan, and what stands around it.

The outline decides: the innermost element that holds (nearly) all its numbers is the body. What
stands outside the body, or behind its last number, is the page's unless it is the plan's own
matter: a signature, a date, an annex, a table, a folded panel that continues the numbers. Names of
classes decide nothing inside the body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from wpnet.model import LeftOutKind
from wpnet.reading import markers
from wpnet.reading.columns import header_of
from wpnet.reading.formats.html_page import SILENT

if TYPE_CHECKING:
    from lxml.etree import _Element

#: Elements that begin and end a line.
BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p
    pre section summary table tbody td tfoot th thead tr ul
    """.split()
)
#: Controls of a page, frames around its text, and what was taken back.
CONTROLS = frozenset({"select", "button", "input", "textarea", "datalist", "map", "video", "audio"})
FRAMES = frozenset({"nav", "footer", "aside", "menu"})
STRUCK = frozenset({"del", "s", "strike"})
FRAME_NAME = re.compile(r"(?:^|[\s_-])(?:nav|menu|foot|crumb|copyright|sidebar)", re.I)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
STRUCK_STYLE = re.compile(r"line-through", re.I)
#: A block is navigation from so many links on, which hold so much of its text, without a full stop
#: (lists of links on government portals: 0.9 and more; a plan's own links: under 0.2).
LINKS, LINK_SHARE = 4, 0.6
#: The body is the innermost element with so much of the outline (or of the page's sentences).
BODY_SHARE = 0.95
#: So many numbers at the beginnings of lines are an outline.
OUTLINE = 2
#: A table is layout if one cell has so much of its text and so many characters.
LAYOUT_SHARE, LAYOUT_LENGTH = 0.7, 1_000
SECTION = re.compile(rf"({markers.NUMERAL}{{1,3}})、")
#: "扫一扫在手机打开当前页", "您访问的链接即将离开本网站", "上一篇：": the page speaks of itself.
OF_THE_SITE = re.compile(
    r"扫一扫|二维码|微信|朋友圈|分享[到至]|打印本页|关闭(?:窗口|本页)|(?:本|当前)(?:页|站|网站|网页)"
    r"|离开.{0,12}(?:网站|网页|页面)|外部链接|是否继续|浏览器|分辨率|转载|版权|Copyright|访问量|访客"
    r"|[上下]一[篇条页]|相关(?:阅读|链接|文章|新闻|推荐|信息|解读|文件|稿件)[:：]?|推荐阅读|热门|网站地图"
    r"|ICP备|公网安备|网站标识码|主办(?:单位)?[:：]|承办(?:单位)?[:：]|技术支持|责任编辑|点击(?:下载|查看|进入)"
    r"|客户端|登录|您(?:好|的)|我要(?:纠错|评价)|满意度",
    re.I,
)
#: "静安区人力资源和社会保障局", "（此件公开发布）", "抄送：…": a plan's last lines.
CLOSING = re.compile(
    r"[\u4e00-\u9fff（）()]{2,40}(?:局|委|会|室|厅|府|处|组|院|校|中心)(?:[（(].{1,12}[）)])?"
    r"|[（(](?:此件|公开|联系|信息公开).{0,40}[）)]|(?:抄送|抄报|主送|联系人|联系电话|附注?)[:：].*|.{0,40}印发"
)
ANNEX = re.compile(r"附件|附表|附：|任务(?:分解|分工)表")
NOTE = re.compile(r"[\[〔（(【]?(?:注?\d{1,2}|[①-⑳]|[*＊※]{1,3})[\]〕）)】]?")


@dataclass(slots=True)
class Measure:
    """What an element holds: characters, characters in links, links, full stops, numbers.

    ``sections`` are the numbers of sections (一、) in it, ``own`` those in no element below it.
    """

    length: int = 0
    linked: int = 0
    links: int = 0
    stops: int = 0
    numbers: int = 0
    sections: set[str] = field(default_factory=set)
    own: tuple[str, ...] = ()

    def add(self, other: Measure, step: int = 1) -> None:
        """Count in (or, with -1, out) what an element below holds."""
        self.length += step * other.length
        self.linked += step * other.linked
        self.links += step * other.links
        self.stops += step * other.stops
        self.numbers += step * other.numbers
        if step > 0:
            self.sections |= other.sections


def measure(root: _Element) -> dict[_Element, Measure]:
    """The text, links, full stops and numbers of an outline in every element of a page."""
    from lxml import etree

    measures: dict[_Element, Measure] = {}
    stack: list[Measure] = []
    anchors = silent = 0
    begins = True
    for event, element in etree.iterwalk(root, events=("start", "end")):
        step = 1 if event == "start" else -1
        silent += step * (element.tag in SILENT)
        anchors += step * (element.tag == "a")
        begins = begins or element.tag in BLOCKS or element.tag == "br"
        if event == "start":
            stack.append(Measure(links=int(element.tag == "a")))
            begins = _count(stack[-1], "" if silent else element.text or "", anchors, begins)
            continue
        own = measures[element] = stack.pop()
        if stack:
            stack[-1].add(own)
            begins = _count(stack[-1], "" if silent else element.tail or "", anchors, begins)
    return measures


def _count(measured: Measure, content: str, anchors: int, begins: bool) -> bool:
    """Count a text; return whether a line is still to begin behind it."""
    length = len(content) - sum(map(content.count, " \n\t\r\xa0\u3000"))
    if not length:
        return begins
    measured.length += length
    measured.linked += length if anchors else 0
    measured.stops += content.count("。")
    if begins:
        shown = content.lstrip()
        if markers.NUMBERED.match(shown):
            measured.numbers += 1
            if section := SECTION.match(shown):
                measured.sections.add(section[1])
                measured.own += (section[1],)
    return False


class Parts:
    """What of a page is the plan's: asked element by element, in the order of the page."""

    def __init__(self, root: _Element) -> None:
        """Measure the page, decide about its hidden parts, find the body."""
        self.measures = measure(root)
        self.folded: set[_Element] = set()
        self._decide_hidden(root)
        self.body = self._find_body(root)
        self.around = {self.body, *self.body.iterancestors()}
        self._behind = self._last_numbers()
        self._notes: set[str] = set()
        self._signed = False

    def _decide_hidden(self, root: _Element) -> None:
        """Tell folded panels, which go on with the outline, from what nobody is to see."""
        hidden = [
            element
            for element in root.iter("*")
            if is_hidden(element) and not any(map(is_hidden, element.iterancestors()))
        ]
        if not hidden:
            return
        inside = {below for element in hidden for below in element.iter("*")}
        whole = self.measures[root]
        sections = {
            section
            for element in root.iter("*")
            if element not in inside
            for section in self.measures[element].own
        }
        shown = whole.numbers - sum(self.measures[element].numbers for element in hidden)
        for element in hidden:
            if self._is_folded(element, sections, shown):
                self.folded.add(element)
                sections |= self.measures[element].sections
            else:
                for above in element.iterancestors():
                    self.measures[above].add(self.measures[element], -1)

    def _is_folded(self, element: _Element, sections: set[str], shown: int) -> bool:
        measured = self.measures[element]
        if element.tag not in BLOCKS or not (measured.stops or measured.numbers):
            return False
        if OF_THE_SITE.search(text_of(element)):
            return False
        if measured.sections:
            return not (measured.sections & sections)
        before = element.getprevious()
        above = element.getparent()
        if before is None and above is not None:
            before = above.getprevious()
        if before is None:
            return False
        said = text_of(before).strip()
        heading = markers.NUMBERED.match(said) is not None and "。" not in said
        return before in self.folded or heading or (measured.numbers > 0 and not shown)

    def _find_body(self, root: _Element) -> _Element:
        """The innermost element with nearly all numbers, else sentences, else text of the page."""

        def weigh(element: _Element) -> int:
            measured = self.measures[element]
            return 0 if self._frames(element) else int(getattr(measured, what))

        whole = self.measures[root]
        what = "numbers" if whole.numbers >= OUTLINE else "stops" if whole.stops else "length"
        body = root
        while True:
            children = [child for child in body if child.tag in BLOCKS]
            total = sum(map(weigh, children))
            best = max(children, key=weigh, default=None)
            if best is None or not total or weigh(best) < BODY_SHARE * total:
                return body
            if best.tag in ("p", "li") or (best.tag == "table" and self.is_data_table(best)):
                return body
            if best.tag in ("td", "tr", "tbody") and what != "numbers":
                return body
            body = best

    def _last_numbers(self) -> set[_Element]:
        """The blocks of the body that stand behind its last number."""
        behind: list[_Element] = []
        if self.measures[self.body].numbers < OUTLINE:
            return set()
        for child in self.body.iterchildren(reversed=True):
            if self.measures[child].numbers or SECTION.match((child.tail or "").lstrip()):
                break
            behind.append(child)
        return set(behind)

    def left_out(self, element: _Element, after_body: bool) -> LeftOutKind | None:
        """Why an element is left out, if it is.

        Args:
            element: an element, asked about in the order of the page.
            after_body: whether the body has ended before it.
        """
        if element.tag in STRUCK or STRUCK_STYLE.search((element.get("style") or "")[:500]):
            return "deleted"
        if is_hidden(element):
            return None if element in self.folded else "hidden"
        if element.tag in CONTROLS:
            return "navigation"
        if element.tag == "sup":
            return "footnote" if self._is_note_mark(element) else None
        if element.tag not in (BLOCKS | FRAMES) or element in self.around:
            return None
        if self._notes and NOTE.match(text_of(element, 8).strip()) and self._is_note(element):
            return "footnote"
        if self._frames(element) or self._foreign(element, after_body):
            return "navigation"
        return None

    def _frames(self, element: _Element) -> bool:
        """Whether an element is navigation by its tag or its links, whatever stands around it."""
        measured = self.measures[element]
        if element.tag in FRAMES:
            return not measured.numbers
        if measured.stops or element.tag not in BLOCKS:
            return False
        return measured.links >= LINKS and measured.linked > LINK_SHARE * measured.length

    def _foreign(self, element: _Element, after_body: bool) -> bool:
        """Whether an element outside the outline is the page's own."""
        inside = not after_body and self.body in element.iterancestors()
        if inside and element not in self._behind:
            return False
        if not after_body and not inside:
            return self._before_the_body(element)
        said = text_of(element).strip()
        if markers.DATE_LINE.fullmatch("".join(said.split())):
            self._signed = True
            return False
        if self._is_matter(element, said):
            return False
        if after_body or self._signed:
            return True
        return bool(OF_THE_SITE.search(said)) or self.measures[element].links >= OUTLINE

    def _before_the_body(self, element: _Element) -> bool:
        measured = self.measures[element]
        if measured.numbers or _names_annex(element):
            return False
        if measured.stops:
            return bool(OF_THE_SITE.search(text_of(element))) and element.tag not in ("h1", "h2")
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        return bool(FRAME_NAME.search(named[:200]))

    def _is_matter(self, element: _Element, said: str) -> bool:
        """Whether an element behind the outline is the plan's: table, annex, signature, numbers."""
        measured = self.measures[element]
        if measured.links >= OUTLINE and measured.linked > LINK_SHARE * measured.length:
            return _names_annex(element)
        if measured.numbers or ANNEX.search(said[:200]):
            return True
        if any(self._is_task_table(table) for table in element.iter("table")):
            return True
        if measured.stops or measured.links or OF_THE_SITE.search(said):
            return any(self._is_matter(child, text_of(child).strip()) for child in blocks(element))
        lines = [line for line in (str(text).strip() for text in element.itertext()) if line]
        return any(
            CLOSING.fullmatch(line) or markers.DATE_LINE.fullmatch("".join(line.split()))
            for line in (*lines[:20], "".join(said.split()))
        )

    def _is_task_table(self, table: _Element) -> bool:
        rows = [
            ["".join(text_of(cell).split()) for cell in row if cell.tag in ("td", "th")]
            for row in islice(table.iter("tr"), 4)
        ]
        headed = any(len(row) > 1 and header_of(row) for row in rows)
        wide = len(rows) > 2 and min(map(len, rows), default=0) > 2
        return self.is_data_table(table) and (headed or wide)

    def _is_note_mark(self, element: _Element) -> bool:
        mark = text_of(element, 12).strip()
        if not mark or not NOTE.fullmatch(mark):
            return False
        above = element.getparent()
        linked = element.find(".//a") is not None or (above is not None and above.tag == "a")
        if mark.isdigit() and not linked:
            return False
        self._notes.add(mark)
        return True

    def _is_note(self, element: _Element) -> bool:
        said = text_of(element, 60).strip()
        mark = next((mark for mark in self._notes if said.startswith(mark)), None)
        children = any(child.tag in BLOCKS for child in element)
        return mark is not None and not children and not markers.NUMBERED.match(said)

    def is_data_table(self, table: _Element) -> bool:
        """Whether a table holds data, rather than the layout of the page.

        Layout: a table with a table inside, with one cell a row, or with most text in one long
        cell.
        """
        if next(table.iterdescendants("table"), None) is not None:
            return False
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        lengths = [self.measures[cell].length for row in rows for cell in row]
        longest = max(lengths, default=0)
        one_cell = longest > LAYOUT_LENGTH and longest > LAYOUT_SHARE * sum(lengths)
        return max(map(len, rows), default=0) > 1 and not one_cell


def blocks(element: _Element) -> Iterator[_Element]:
    """The blocks right below an element."""
    return (child for child in element if child.tag in BLOCKS)


def text_of(element: _Element, most: int = 400) -> str:
    """How the visible text of an element begins."""
    from lxml import etree

    pieces: list[str] = []
    left = most
    walker = etree.iterwalk(element, events=("start", "end"))
    for event, below in walker:
        if event == "start" and below.tag in SILENT:
            walker.skip_subtree()
            continue
        content = below.text if event == "start" else below.tail if below is not element else None
        if content:
            pieces.append(content[:left])
            left -= len(content)
            if left <= 0:
                break
    return "".join(pieces)


def _names_annex(element: _Element) -> bool:
    return any("附件" in content for content in islice(element.itertext(), 200))


def is_hidden(element: _Element) -> bool:
    """Whether a browser shows nothing of an element."""
    style = element.get("style")
    return element.get("hidden") is not None or bool(style and HIDDEN.search(style[:500]))

"""Documents that a plan names: titles, numbers, and which of them it says it follows.

A *parent* is a plan-like document (a work plan on disclosure, usually of a year) that the preamble
or the wrapper names after a verb of following (根据, 落实, 对标 …). The plan's own title is *self*;
laws, rules, notices and everything named in the items are *references*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wpnet.model import CitationRelation
from wpnet.reading import names

DEEPEST = 3  # titles within titles
LONGEST_TITLE = 200  # characters; a mark that is not closed within these encloses no title

# "沪人社办〔2024〕77号", "沪府办[2021]21号", "沪水务(海洋)〔2018〕85号", "国办发(2021)12号".
_CODE = r"[\u4e00-\u9fff]{2,12}(?:[（(][\u4e00-\u9fff]{1,6}[）)])?字?"
_OPEN, _CLOSE = r"[〔﹝\[［【(（]", r"[〕﹞\]］】)）]"
NUMBER = re.compile(
    rf"(?P<code>{_CODE})\s?{_OPEN}?\s?(?P<year>(?:19|20)[0-9]{{2}})\s?{_CLOSE}?\s?(?:第\s?)?"
    rf"(?P<serial>[0-9]{{0,5}})\s?号?"
)
# "某市政府办公厅沪府办发〔2025〕8号": the number behind the office that gave it.
_GIVEN = (
    r"(?:[\u4e00-\u9fff]{0,20}(?:办公厅|办公室|人民政府|政府|委员会|[局厅委部]))?"
    rf"(?P<number>(?P<code>[\u4e00-\u9fff]{{3,8}}){_OPEN}(?:19|20)[0-9]{{2}}{_CLOSE}第?[0-9]{{1,5}}号)"
)
NUMBER_BEFORE = re.compile(_GIVEN + r"\s?$")
LONE_NUMBER = re.compile(
    rf"{_OPEN}(?:19|20)[0-9]{{2}}{_CLOSE}第?[0-9]{{1,5}}号(?=文件|文|通知|精神|要求|部署)"
)
# "（以下简称《条例》）", "(以下简称“《规定》”)", "，以下统称《要点》": a short name follows.
ABBREVIATED = re.compile(r"以下(?:简称|统称|称)[为“\"]{0,2}$")
# "（…", after an optional "的通知": where the number of the title just closed may stand.
NUMBER_BRACKET = re.compile(r"(?:的通知)?\s?(?P<open>[（(])")

_ADVERB = "严格|认真|全面|深入|切实|细化|坚决|扎实|积极|进一步|持续|继续"
_FOLLOW = (
    "贯彻落实|贯彻执行|细化落实|贯彻|落实|执行|根据|按照|依照|依据|遵照|参照"
    + "|对照|对标|结合|围绕|衔接"
)
_ISSUE = "关于印发|关于转发|印发|转发|下发|公布|发布|出台"
_NAME = "现将|修订|制定|实施|确保|以下简称|以下统称|学习|宣传|遵守"
# "深入贯彻落实", "严格对标", "根据": says that the plan follows what is named. "现将" does not.
VERB = re.compile(
    rf"(?:{_ADVERB}){{0,6}}(?:(?P<follow>{_FOLLOW})|(?P<issue>{_ISSUE})|{_NAME})(?!后的|的《|的$|后$|情况|工作)"
)
CLAUSE_END = re.compile(r"[。；;！？!?\n，,：:]")
# "、", "和", "》的通知、": between two titles that share one verb.
JOINT = re.compile(r"(?:的通知)?[、，,和及与以]{0,3}[^。；;\n，,《》]{0,25}")
# "市政府办公厅", "上海市人力资源和社会保障局印发的": an issuer right before a title.
OFFICE = re.compile(
    r"(?:和|及|与|以及)?(?P<office>[\u4e00-\u9fff]{1,24}?(?:局|委|办|厅|办公室|政府|委员会|国务院))"
    + r"(?:印发的?|下发的?)?$"
)
ACTS_ON_OWN = re.compile(r"现将|制定|印发|同意|审议")

_SUBJECT = r"(?:政务公开|政府信息公开|信息公开)"
_PLAN_NOUN = (
    r"(?:工作要点|要点|任务分解|任务分工|分工方案|责任分工|任务清单|责任清单|工作安排|任务安排|重点工作|重点任务"
    r"|行动计划|工作台[账帐])"
)
_YEAR_NOUN = r"(?:实施方案|工作方案|工作计划|工作的通知|工作任务)"
YEAR = re.compile(r"(?:19|20)[0-9]{2}\s?年")
YEARS = re.compile(r"[0-9]{4}年?[-—–－~～至]+[0-9]{4}年?")  # "2021—2024年" is no year
# "2024年青浦区政务公开工作要点", "政府信息公开重点工作安排".
PLAN_TITLE = re.compile(rf"{_SUBJECT}[^。]{{0,12}}{_PLAN_NOUN}|{_PLAN_NOUN}[^。]{{0,12}}{_SUBJECT}")
# "2018年政务公开工作实施方案", "关于做好2024年重点领域政府信息公开工作的通知": with a year only.
YEARLY_TITLE = re.compile(rf"{_SUBJECT}[^。]{{0,12}}{_YEAR_NOUN}")
# "按照2023年上海市政务公开工作要点", "按照某办公室关于印发某区2024年政务公开工作要点的通知": a
# title that no 《》 encloses.
BARE_TITLE = re.compile(
    r"(?P<title>(?:(?<=关于印发)[\u4e00-\u9fff]{2,12})?(?:19|20)[0-9]{2}年[^，,。；;：:《》〈〉\n、]{0,30}?"
    + rf"{_SUBJECT}(?:工作|重点|主要)?{_PLAN_NOUN}(?:分工方案|任务分解表?)?)》?"
)
# "贯彻落实某省2019年政务公开工作要点任务分工": a title that names the plan it follows.
FOLLOWING = re.compile(r"贯彻|落实|执行|转发")
# "关于印发2020年上海市政务公开工作要点的通知": a notice around the title proper.
NOTICE = re.compile(r"^.{0,40}?关于(?:印发|转发|下发)(?P<inner>.+?)的通知$")


@dataclass(frozen=True, slots=True)
class FoundCitation:
    """A document named at ``text[start:end]`` (title marks and number bracket included).

    ``cited_number`` is written with 〔〕; ``resolves_to`` is the full title for a short one
    (《条例》), '' for a title that stands for itself; ``issuer`` is who is said to have issued it.
    """

    start: int
    end: int
    cited_title: str
    cited_number: str
    relation: CitationRelation
    verb: str = ""
    resolves_to: str = ""
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class _Title:
    """A title found, before it is known what it is to the plan."""

    start: int
    end: int
    title: str
    marked: bool = True


def find_citations(
    text: str, *, own_titles: Sequence[str], preamble_end: int
) -> tuple[FoundCitation, ...]:
    """Return the documents that a plan's text names, in order.

    Args:
        text: the plan's normalised text.
        own_titles: titles under which the plan itself goes.
        preamble_end: offset of the first section that is no preamble; parents stand before it.

    Example:
        >>> text = "根据《2024年某区政务公开工作要点》(某府办[2024]5号)，落实《某条例》。"
        >>> for found in find_citations(text, own_titles=[], preamble_end=len(text)):
        ...     print(found.relation, found.verb, found.cited_title)
        parent 根据 2024年某区政务公开工作要点
        reference 落实 某条例
    """
    own = {_comparable(title) for title in own_titles if title}
    numbers = list(_lone_numbers(text, preamble_end))
    short_names: dict[str, str] = {}
    found: list[FoundCitation] = []
    governing: FoundCitation | None = None  # the last one that a verb may join with the next
    for title in _titles(text, preamble_end):
        citation = _cite(text, title, governing)
        shortens = ABBREVIATED.search(text, max(title.start - 8, 0), title.start) and found
        if shortens:
            short_names[title.title] = found[-1].resolves_to or found[-1].cited_title
        full = short_names.get(title.title, "")
        relation = _relation(citation, own, full, preamble_end)
        if title.marked or relation == "parent":
            found.append(replace(citation, relation=relation, resolves_to=full))
            governing = replace(governing, end=title.end) if shortens and governing else found[-1]
    covered = [(entry.start, entry.end) for entry in found]
    found += [
        number
        for number in numbers
        if not any(start < number.end and number.start < end for start, end in covered)
    ]
    return tuple(sorted(found, key=lambda entry: entry.start))


def _lone_numbers(text: str, preamble_end: int) -> Iterator[FoundCitation]:
    """Yield the documents of the preamble that go by their number: 根据某府办发〔2025〕8号文件."""
    for hit in LONE_NUMBER.finditer(text, 0, preamble_end):
        match = NUMBER_BEFORE.search(text, max(hit.start() - 40, 0), hit.end())
        if match is None:
            continue
        verb = VERB.search(_verb(text, match.start("code"), None))
        if verb is not None and verb["follow"]:
            yield FoundCitation(
                match.start("code"),
                hit.end(),
                "",
                normalise_number(match["number"]),
                "parent",
                verb.group(),
            )


def infer_cited_plan_id(title: str, *, place: str = "", bureau: str = "", issuer: str = "") -> str:
    """Return the id of the plan that a title means, '' where it cannot be told.

    ``place`` (a GB/T 2260 code) and ``bureau`` are those of the citing plan, ``issuer`` the office
    that it names beside the title. A title that leaves its place out (全市) means the citing plan's
    surroundings, one that speaks of 系统 its bureau.

    Example:
        >>> infer_cited_plan_id("2024年青浦区政务公开工作要点")
        'qingpu-gov-2024'
        >>> infer_cited_plan_id("2024年全市政务公开工作要点", place="330106")
        'hangzhou-gov-2024'
        >>> infer_cited_plan_id("2017年政务公开工作要点", place="310118")
        ''
        >>> infer_cited_plan_id("2017年政务公开工作要点", place="310118", issuer="市政府办公厅")
        'shanghai-gov-2017'
    """
    inner = _inner_title(names.fold(title))
    year = YEAR.search(YEARS.sub("", inner))
    if year is None or not is_plan_like(inner):
        return ""
    number = int(year.group()[:4])
    for name in (names.fold(title), inner, names.fold(issuer)):
        if found := names.infer_plan_id(name, number):
            return found
    around = names.place_above(place, inner) or names.place_above(place, issuer)
    code = bureau if "系统" in inner else names.bureau_of(inner)
    return f"{around.slug}-{code}-{number}" if around is not None and code else ""


def is_plan_like(title: str) -> bool:
    """Tell whether a title is that of a disclosure work plan.

    Example:
        >>> is_plan_like("2023年上海市政务公开工作要点"), is_plan_like("政府信息公开条例")
        (True, False)
        >>> is_plan_like("关于做好2024年重点领域政府信息公开工作的通知")
        True
    """
    return bool(PLAN_TITLE.search(title) or (YEARLY_TITLE.search(title) and YEAR.search(title)))


def normalise_number(text: str) -> str:
    """Return the first document number of a text, written 〔〕 without blanks; '' if there is none.

    Example:
        >>> normalise_number("沪府办[2021]21号，以下简称"), normalise_number("川办发〔202238号")
        ('沪府办〔2021〕21号', '川办发〔2022〕38号')
        >>> normalise_number("青人社﹝2024﹞11 号"), normalise_number("黑政办发201835号")
        ('青人社〔2024〕11号', '黑政办发〔2018〕35号')
        >>> normalise_number("2025年版")
        ''
    """
    match = _number(text, 0, len(text))
    if match is None:
        return ""
    code = "".join(match["code"].split()).replace("(", "（").replace(")", "）")
    return f"{code}〔{match['year']}〕{match['serial']}号"


def _number(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first document number: with a serial number, or at least 〔〕 and 号."""
    for match in NUMBER.finditer(text, start, end):
        words = match.group()
        if match["serial"] or ("号" in words and re.search(_OPEN, words)):
            return match
    return None


def _titles(text: str, preamble_end: int) -> Iterator[_Title]:
    """Yield titles in 《》 and, before the first section, plan titles without marks, in order."""
    marked = list(_marked_titles(text))
    covered = 0
    bare = iter(
        _Title(match.start(), match.end(), match["title"], marked=False)
        for match in BARE_TITLE.finditer(text, 0, preamble_end)
        if _in_sentence(text, match.start(), match.end())
    )
    waiting = next(bare, None)
    for title in marked:
        while waiting is not None and waiting.start < title.start:
            if waiting.start >= covered and waiting.end <= title.start:
                yield waiting
            waiting = next(bare, None)
        yield title
        covered = title.end
    while waiting is not None:
        if waiting.start >= covered:
            yield waiting
        waiting = next(bare, None)


def _in_sentence(text: str, start: int, end: int) -> bool:
    """Tell whether a stretch stands in a sentence: not in a title line, nor within title marks."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    within = text[line_start:start]
    return within.count("《") == within.count("》") and ("。" in line or line[-1:] in "：:，,")


def _marked_titles(text: str) -> Iterator[_Title]:
    """Yield outermost 《…》; a title never closed is skipped, what follows it is still found."""
    at = text.find("《")
    while at >= 0:
        end = _closing(text, at)
        if end > at:
            yield _Title(at, end, "".join(text[at + 1 : end - 1].split()))
        at = text.find("《", max(end, at + 1))


def _closing(text: str, start: int) -> int:
    """Return the offset behind the 》 that closes a 《 on its line, -1 if there is none."""
    depth = 0
    for at in range(start, min(len(text), start + LONGEST_TITLE)):
        if text[at] == "\n":
            return -1
        depth += (text[at] == "《") - (text[at] == "》")
        if depth == 0:
            return at + 1
        if depth > DEEPEST:
            return -1
    return -1


def _cite(text: str, title: _Title, previous: FoundCitation | None) -> FoundCitation:
    """Add number, proper title and verb to a title found."""
    end, number = _following_number(text, title.end)
    start = title.start
    if not number and (before := NUMBER_BEFORE.search(text, max(start - 40, 0), start)):
        start, number = before.start("code"), normalise_number(before["number"])
    return FoundCitation(
        start=start,
        end=end,
        cited_title=_inner_title(title.title),
        cited_number=number,
        relation="reference",
        verb=_verb(text, start, previous),
        issuer=_issuer(text, title, previous),
    )


def _issuer(text: str, title: _Title, previous: FoundCitation | None) -> str:
    """Return the office before 关于印发 in a title or right before the title, else ''."""
    head, notice, _ = title.title.partition("关于")
    if notice and (match := OFFICE.search(head)):
        return match["office"]
    floor = max(title.start - 40, previous.end if previous else 0)
    before = CLAUSE_END.split(text[floor : title.start])[-1]
    governed = [match.end() for match in VERB.finditer(before) if not match["issue"]]
    match = OFFICE.search(before[governed[-1] :] if governed else before)
    return match["office"] if match else ""


def _following_number(text: str, at: int) -> tuple[int, str]:
    """Return the end of the bracket behind a title and the number in it, else (at, '')."""
    bracket = NUMBER_BRACKET.match(text, at)
    if bracket is None:
        return at, ""
    inside, depth = bracket.end(), 1
    end = inside
    while end < min(len(text), inside + LONGEST_TITLE) and depth and text[end] not in "\n《":
        depth += (text[end] in "（(") - (text[end] in "）)")
        end += 1
    number = _number(text, inside, end)
    if number is None or number.start() > inside + 20:
        return at, ""
    return end if depth == 0 else number.end(), normalise_number(number.group())


def _inner_title(title: str) -> str:
    """Return the title that a notice or an outer title encloses: 《关于印发〈X〉的通知》 is X.

    Example:
        >>> _inner_title("某办公厅关于印发〈2020年某市政务公开工作要点〉的通知")
        '2020年某市政务公开工作要点'
    """
    marks = re.search(rf"[〈<＜《](.{{2,{LONGEST_TITLE}}}?)[〉>＞》]", title)
    if marks and (notice := title[: marks.start()]).endswith(("印发", "转发", "下发", "执行")):
        return marks.group(1) if notice else title
    inner = NOTICE.match(title)
    return inner["inner"] if inner and is_plan_like(inner["inner"]) else title


def _verb(text: str, start: int, previous: FoundCitation | None) -> str:
    """Return the verb that governs a title: the last one in its clause, or the title's before."""
    floor = max(start - 80, previous.end if previous else 0)
    window = text[floor:start]
    if previous is not None and floor == previous.end and JOINT.fullmatch(window):
        shares = not VERB.search(window) and _only_joins(window)
        if shares:
            return previous.verb
    clause = CLAUSE_END.split(window)[-1]
    verbs = list(VERB.finditer(clause))
    if len(verbs) > 1 and verbs[-1]["issue"] and verbs[-2]["follow"]:
        verbs.pop()  # "根据市政府办公厅印发《…》": who issued it, not what the plan does
    return verbs[-1].group() if verbs else ""


def _only_joins(gap: str) -> bool:
    """Tell whether what stands between two titles joins them (和, 、, another issuer's name)."""
    rest = re.sub(r"^(?:的通知)?[）)]?[、，,]?(?:和|及|与|以及)?", "", gap)
    return not rest or (rest != gap and not ACTS_ON_OWN.search(rest) and _is_office(rest))


def _is_office(words: str) -> bool:
    """Tell whether words are an issuer's name ("市政府办公厅", "省政府办公厅印发的")."""
    name = re.sub(r"(?:印发|下发|制定)的?$|关于$", "", words)
    return not name or bool(re.search(r"(?:局|委|办|厅|办公室|政府|院|部)$", name))


def _relation(
    citation: FoundCitation, own: set[str], full: str, preamble_end: int
) -> CitationRelation:
    title = citation.cited_title
    match = VERB.fullmatch(citation.verb)
    follows = match is not None and bool(match["follow"])
    another = follows and bool(citation.issuer or citation.cited_number)
    if not full and is_plan_like(title) and not another and _is_own(title, own):
        return "self"
    if full or citation.start >= preamble_end or not is_plan_like(title):
        return "self" if _comparable(title) in own else "reference"
    return "parent" if follows else "reference"


def _is_own(title: str, own: set[str]) -> bool:
    """Tell whether a title is the plan's own: the same, its annex, or the same plan's id."""
    comparable = _comparable(title)
    if any(comparable == mine or comparable.startswith(mine) for mine in own):
        return True
    plan_id = infer_cited_plan_id(title)
    direct = [mine for mine in own if not FOLLOWING.search(mine)]
    return bool(plan_id) and plan_id in {infer_cited_plan_id(mine) for mine in direct}


def _comparable(title: str) -> str:
    """Return a title without blanks, title marks and notice around it, widths folded."""
    inner = _inner_title(names.fold(title))
    return inner.strip("《》〈〉")

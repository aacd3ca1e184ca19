"""Dates by which a duty is due: found in prose, and turned into ISO dates.

Only a date counts. A term that runs from an event (收到申请后的20个工作日内), a frequency (每月), a
year that a text is about (2024年度目录) and a past date (2020年5月发布的文件) are no deadlines.
Every pattern is linear: bounded repetitions only.
"""

from __future__ import annotations

import calendar
import re
from datetime import date

# Full-width digits and marks that occur in dates: same length, so that offsets hold.
FOLD = str.maketrans("０１２３４５６７８９．／－　", "0123456789./- ")
CHINESE_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
}
# "3", "12", "三", "十二", "二十五": the number of a month or day.
_SMALL = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
# "2025年", "二〇二五年", "今年", "次年": the year of a date.
_YEAR = (
    r"(?:(?P<year>[12][0-9]{3}|二[〇○零][一二三四五六七八九〇○零]{2})年"
    r"|(?P<named>今年|本年度|本年|当年|明年|次年|翌年))"
)
# "3月31日", "3月底", "6月中旬", "8月份", "7-8月", "7月至9月", "4月、10月".
_MONTH = (
    rf"(?:{_SMALL}月?[-—–~～至到、])?(?P<month>{_SMALL})月份?"
    rf"(?:(?P<day>{_SMALL})[日号]|(?P<part>底|末|初|上旬|中旬|下旬))?"
)
# "一季度", "第4季度末", "上半年", "年底", "年内", "年度内".
_SPAN = (
    r"第?(?P<quarter>[一二三四1-4])季度末?|(?P<half>上半年|下半年)|(?P<yearly>年底|年末|年度?内)"
)
# "3月31日前", "年底前", "2022年10月", "今年底", "第二季度": any date; may match nothing.
DATE = re.compile(
    rf"(?=[0-9一二三四五六七八九十第上下年今本当明次翌])"
    rf"{_YEAR}?(?:{_MONTH}|{_SPAN}|(?P<tail>底|末|内))?(?P<before>前|之前|以前)?"
)
OF_DATES = frozenset("年季月日")  # a date in prose has one of them
# "2025-06-30", "2025.6", "2025/06/30": a date in digits.
DIGIT_DATE = re.compile(r"(?<![0-9])([12][0-9]{3})[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2}))?(?![0-9])")
# "1030日前": 10月30日前 that lost its 月 (LAYOUTS: damaged copies).
GLUED_DATE = re.compile(r"(?<![0-9月])(?P<month>1[0-2]|[1-9])(?P<day>[0-3][0-9])日(?:前|之前|以前)")
# "自2020年5月", "截至12月底", "去年底", "三年内": what stands before a date that is no due date.
NOT_DUE_BEFORE = re.compile(
    r"(?:自|从|截至|截止|近|去|上|往|历|逐|[0-9一二两三四五六七八九十几半多全])$"
)
# "3月发布的文件", "5月施行后", "12月31日前印发的规范性文件", "前后": behind no due date.
NOT_DUE_AFTER = re.compile(
    r"后|以来|起"
    r"|(?:已|所)?(?:发布|制定|印发|出台|形成|产生|公布|施行|实施|成立|生效|失效|登记|制发|签发"
    r"|通过|召开|修订)(?:的|了|后|以来|并)"
    r"|[^，。；,;]{0,8}的(?:文件|政策|信息|规范性|行政规范性|公文|存量)"
)
# "8月开展", "6月底报", "年内完成", "于9月组织": what is done in a month or by its end.
DUTY_VERB = re.compile(
    r"[，,]?(?:集中|分别|统一|前往|适时|全面|基本|力争|陆续|各)?"
    r"(?:开展|组织|举办|举行|完成|启动|召开|报送|上报|报|公布|发布|编制|上线|实施|推进|推出|进行"
    r"|公开|印发|提交|形成|建成|实现|建立|更新|汇总|总结|评估|制定|出台|落实|做好|参加|配合|集中"
    r"|向社会)"
)
# "持续推进", "按季度", "每月": words of a deadline cell that name no date.
STANDING = re.compile(
    r"全年(?:推进|坚持|落实|开展)?|长期(?:坚持|推进|开展|实施)?|持续(?:推进|开展|实施|坚持|落实)?|常态化?(?:推进|开展)?"
    r"|即时|实时|及时|适时|随时|动态更新|立即|即日起"
    r"|(?:每|按)(?:年度?|半年|季度?|月度?|周|日)[^，。；]{0,12}"
)
# "印发后30日内", "收到申请后的20个工作日内": a term that runs from an event.
TERM = re.compile(
    r"[^，。；、]{0,20}?[0-9一二两三四五六七八九十]{1,3}"
    r"(?:个工作日|个月|日|天|周|年)(?:之?内|以内)"
)
# "11月底前完成", "2022年10月，": what may follow the date in a cell.
AFTER_DATE = re.compile(
    r"(?:前?(?:全面|基本)?(?:完成|落实|报送|公开)(?:到位)?|并?持续推进|起)?[。；;，,]?$"
)
# "3月底前、9月底前", "2024年12月-2025年3月": several dates of one deadline.
BETWEEN_DATES = re.compile(r"[、，,；;和]|[-—–至](?=[12][0-9]{3}年)")
# "每季度末": a date that recurs; "两年内": a term.
NOT_DATED = "每0123456789一二两三四五六七八九十几"
LONGEST_CELL = 60
LAST_DAYS = {"初": 10, "上旬": 10, "中旬": 20}


def find_deadline(text: str) -> str:
    """Return the first date by which the duty of a sentence is due, as written, else ''.

    A date counts with 前 (3月31日前), after 到 (到2023年底), or where the duty's verb follows it
    (8月开展). The prepositions 于 and 在 are left out, 到 is kept where no 前 says the same.

    Example:
        >>> find_deadline("编制重大行政决策事项目录，于3月31日前向社会公开。")
        '3月31日前'
        >>> find_deadline("以“优化营商环境”为主题，8月开展“政府开放月”活动。")
        '8月'
        >>> find_deadline("到2023年底，基本建成统一平台。")
        '到2023年底'
        >>> find_deadline("在收到申请后的20个工作日内完成答复，每月25日报送数据。")
        ''
    """
    if OF_DATES.isdisjoint(text):
        return ""
    folded = text.translate(FOLD)
    for match in DATE.finditer(folded):
        if match.end() > match.start() and (words := _due_words(folded, match)):
            start = match.end() - len(words)
            return text[start : match.end()]
    glued = GLUED_DATE.search(folded)
    return text[glued.start() : glued.end()] if glued else ""


def _due_words(text: str, match: re.Match[str]) -> str:
    """Return the words of a date if it is a due date in its sentence, else ''."""
    parts = match.groupdict()
    has_date = any(parts[name] for name in ("month", "quarter", "half", "yearly"))
    if not has_date and not (parts["tail"] and (parts["year"] or parts["named"])):
        return ""
    before, after = (
        text[max(match.start() - 2, 0) : match.start()],
        text[match.end() : match.end() + 24],
    )
    if NOT_DUE_BEFORE.search(before) or NOT_DUE_AFTER.match(after):
        return ""
    if parts["before"]:
        return match.group()
    by_the_end = parts["part"] in ("底", "末") or parts["yearly"] or parts["tail"]
    if by_the_end and before[-1:] in ("到", "至"):
        return before[-1] + match.group()
    return match.group() if DUTY_VERB.match(after) else ""


def is_deadline(words: str) -> bool:
    """Tell whether a cell or a member of a unit bracket is a deadline.

    Example:
        >>> [is_deadline(words) for words in ("全年", "11月底前完成", "2022年10月", "办公室")]
        [True, True, True, False]
        >>> is_deadline("2021年2月公布预算，8月公布决算"), is_deadline("8月开展政府开放月活动")
        (True, False)
    """
    text = "".join(words.translate(FOLD).split()).rstrip("。；;，,")
    if not text or len(text) > LONGEST_CELL:
        return False
    if STANDING.fullmatch(text) or TERM.fullmatch(text) or GLUED_DATE.match(text):
        return True
    parts = BETWEEN_DATES.split(text)
    return all(map(_is_date, parts)) or (len(parts) > 1 and all(map(_is_dated_step, parts)))


def _is_date(text: str) -> bool:
    """Tell whether words are one date and no more ("11月底前完成")."""
    match = DIGIT_DATE.match(text) or DATE.match(text)
    return bool(match and match.end() > 1 and AFTER_DATE.match(text, match.end()))


def _is_dated_step(text: str) -> bool:
    """Tell whether words say what is done by a date ("8月公布决算"): one of several in a cell."""
    match = DATE.match(text)
    return bool(match and match.end() > 1 and DUTY_VERB.match(text, match.end()))


def deadline_date(words: str, year: int) -> str:
    """Return the last day that the words of a deadline allow as ISO 8601, '' if they name no date.

    ``year`` is the plan's: it stands in where the words have none. Of several dates the last one
    counts. ``6月前`` ends with May; 前 behind a day, a 底 or a quarter includes it.

    Example:
        >>> deadline_date("3月底前", 2025), deadline_date("8月", 2025)
        ('2025-03-31', '2025-08-31')
        >>> deadline_date("2022年10月", 2023), deadline_date("三月底前", 2024)
        ('2022-10-31', '2024-03-31')
        >>> deadline_date("年底前", 2025), deadline_date("全年", 2025)
        ('2025-12-31', '')
    """
    text = "".join(words.translate(FOLD).split())
    found = ""
    for digits in DIGIT_DATE.finditer(text):
        found = _iso(int(digits[1]), int(digits[2]), int(digits[3] or 0)) or found
    if found:
        return found
    for match in DATE.finditer(text):
        if match["year"]:
            year = _year_number(match["year"])
        before = text[match.start() - 1] if match.start() else "。"
        if match.end() > match.start() and before not in NOT_DATED:
            found = _last_day(match, year) or found
    if not found and (glued := GLUED_DATE.search(text)):
        found = _iso(year, int(glued["month"]), int(glued["day"]))
    return found


def _last_day(match: re.Match[str], year: int) -> str:
    """Return the last day of a matched date as ISO 8601, '' where it is incomplete."""
    if match["named"] in ("明年", "次年", "翌年"):
        year += 1
    if match["quarter"]:
        return _iso(year, 3 * _small_number(match["quarter"]))
    if match["half"]:
        return _iso(year, 6 if match["half"] == "上半年" else 12)
    if match["yearly"] or (match["tail"] and (match["year"] or match["named"])):
        return _iso(year, 12)
    if match["month"]:
        month = _small_number(match["month"])
        if match["day"]:
            return _iso(year, month, _small_number(match["day"]))
        if match["part"] in LAST_DAYS:
            return _iso(year, month, LAST_DAYS[match["part"]])
        if match["before"] and not match["part"]:
            return _iso(year, month - 1) if month > 1 else _iso(year - 1, 12)
        return _iso(year, month)
    if match["year"] and match.end() == len(match.string):
        return _iso(year, 12)
    return ""


def _iso(year: int, month: int, day: int = 0) -> str:
    """Return an ISO date, day 0 meaning the month's last; '' for a day that does not exist."""
    if not (1900 <= year <= 2999 and 1 <= month <= 12):
        return ""
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last).isoformat() if day <= last else ""


def _small_number(digits: str) -> int:
    """Return a number up to 99 in Arabic or Chinese digits ("十二": 12, "二十五": 25)."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return CHINESE_DIGITS[digits] if len(digits) == 1 else 0
    if any(len(part) > 1 or part == "十" for part in (tens, ones)):
        return 0
    return 10 * CHINESE_DIGITS.get(tens, 1) + CHINESE_DIGITS.get(ones, 0)


def _year_number(digits: str) -> int:
    """Return a year in Arabic or Chinese digits ("二〇二五": 2025)."""
    if digits.isdecimal():
        return int(digits)
    return int("".join(str(CHINESE_DIGITS[digit]) for digit in digits))

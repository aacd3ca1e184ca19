"""Figures of what readers bring: every rule of asking them beside the program alone."""

from __future__ import annotations

import re

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from wpnet.showing.frames import rows_of
from wpnet.showing.style import BLUE, GREY, NORMAL, Language, nothing_to_show, word

_PROMPT = re.compile(r", prompt (\d+)")
_RUN = re.compile(r" \(\w+\)")
_VOTE = re.compile(r"vote of (\d+)")
_DOUBT = re.compile(r"doubtful from ([\d.]+)")
#: The parts of a rule's name that hold no number.
_PARTS = {
    "program alone": "仅用程序",
    "all": "全部问",
    "sure": "只采有把握的回答",
    "until two agree": "问到两位一致",
}


def rule_name(name: str, language: Language = "zh") -> str:
    """Return what a rule of :func:`wpnet.asking.rules.rules_for` is called in a figure.

    >>> rule_name("vote of 3: until two agree, doubtful from 0.15")
    '3 位读者表决：问到两位一致，只问存疑度 0.15 起的'
    >>> rule_name("reader-1, prompt 2 (85d26a8c): sure, all", "en")
    'reader-1, prompt 2: sure, all'
    """
    who, colon, rule = _RUN.sub("", name).partition(": ")
    if language == "en":
        return f"{who}{colon}{rule}"
    who = _VOTE.sub(r"\1 位读者表决", _PROMPT.sub(r"（提示词 \1）", _PARTS.get(who, who)))
    parts = [_DOUBT.sub(r"只问存疑度 \1 起的", _PARTS.get(part, part)) for part in rule.split(", ")]
    return f"{who}：{'，'.join(parts)}" if rule else who


def draw_rules(data: pd.DataFrame, ax: Axes, *, language: Language = "zh") -> Axes:
    """Draw the share of right verdicts under each rule, with its interval, the highest on top.

    Args:
        data: rows with ``name``, ``value``, ``low`` and ``high``; the program alone is grey.
        ax: where to draw.
        language: of the names of the rules and of the axis.
    """
    if data.empty:
        return nothing_to_show(ax, language)
    ordered = data.sort_values("value", kind="stable")
    for at, row in enumerate(rows_of(ordered)):
        colour = BLUE if ":" in row.name else GREY
        ax.plot([row.low, row.high], [at, at], color=colour, lw=1.2, solid_capstyle="butt")
        ax.plot(row.value, at, "o", ms=4, color=colour)
    names = [rule_name(str(name), language) for name in ordered["name"]]
    ax.set_yticks(range(len(names)), names, fontsize=NORMAL)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.grid(axis="x", color="#e6e6e6", lw=0.5)
    ax.set_axisbelow(True)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_xlabel(word("right verdict", language))
    return ax

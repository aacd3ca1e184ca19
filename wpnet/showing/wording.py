"""The words of report and workbook in Chinese and English, from ``templates/words.json``."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def template(name: str) -> str:
    """Return the text of a file in ``wpnet/showing/templates``, line ends as ``\\n``."""
    text = resources.files("wpnet.showing").joinpath(f"templates/{name}").read_text("utf-8")
    return text.replace("\r\n", "\n")


@cache
def words() -> dict[str, list[str]]:
    """Return every word as ``[Chinese, English]``, keyed as the templates name it."""
    found: dict[str, list[str]] = json.loads(template("words.json"))
    return found


def say(key: str, language: Language, /, **values: object) -> str:
    """Return a word or sentence with its ``{blanks}`` filled in.

    Raises ``KeyError`` for a key that ``words.json`` does not hold.

    >>> say("verdict.omitted", "zh"), say("verdict.omitted", "en")
    ('未见承接', 'not found')
    """
    text = words()[key][language == "en"]
    return text.format(**values) if values else text

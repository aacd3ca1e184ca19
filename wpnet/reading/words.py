"""Words of jieba's dictionary: where lines were cut, and whether a sentence has a verb."""

from __future__ import annotations

import functools
import re

from wpnet.dictionary import tokenizer


def cut(text: str) -> list[str]:
    """Cut a text into words of jieba's dictionary.

    Example:
        >>> cut("环境等方面的信息")
        ['环境', '等', '方面', '的', '信息']
    """
    return list(tokenizer().cut(text, HMM=False))


# Verbs of duties that the dictionary has under another part of speech, or within longer words.
DUTY_VERBS = re.compile("公[开布示]|发布|更新|曝光|明确|细化|开展|完善|健全|推[进动]|做好|加[强大]")


@functools.cache
def _verbs() -> frozenset[str]:
    """Return the words that jieba's dictionary calls verbs (its third column begins with v)."""
    with tokenizer().get_dict_file() as dictionary:
        rows = (line.decode().split() for line in dictionary)
        return frozenset(row[0] for row in rows if len(row) > 2 and row[2].startswith("v"))


def has_verb(text: str) -> bool:
    """Tell whether a sentence has a verb.

    Example:
        >>> has_verb("各部门公布专项规划。"), has_verb("市政府办公室主任。")
        (True, False)
    """
    return DUTY_VERBS.search(text) is not None or not _verbs().isdisjoint(cut(text))


def breaks_word(before: str, after: str) -> bool:
    """Tell whether a word stands across the border of two lines.

    An author never ends a line inside a word; a page does. The words are those into which jieba's
    dictionary cuts the two ends together; one that two shorter words make up proves nothing.

    Example:
        >>> breaks_word("营商环境等方", "面的信息"), breaks_word("信息公开", "向市场主体")
        (True, False)
    """
    left = before[-8:]
    position = 0
    for word in cut(left + after[:8]):
        if position < len(left) < position + len(word):
            return len(left) - position == 1 or position + len(word) - len(left) == 1
        position += len(word)
    return False

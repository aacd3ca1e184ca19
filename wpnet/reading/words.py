"""jieba's dictionary, without the traps of its cache.

jieba keeps a pickled dictionary in the shared temporary folder and trusts it unchecked, so that a
stale or planted file changes results. wpnet reads the dictionary from the package each time it is
first needed (about a second) and leaves no file behind.
"""

from __future__ import annotations

import functools
import logging
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba


@functools.cache
def tokenizer() -> jieba.Tokenizer:
    """Return a jieba tokenizer of our own, loaded from the dictionary that jieba ships."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    own = jieba.Tokenizer()
    own.FREQ, own.total = own.gen_pfdict(own.get_dict_file())
    own.initialized = True
    return own


def is_word(text: str) -> bool:
    """Tell whether a string is a word of jieba's dictionary (a mere prefix of one is not).

    Example:
        >>> is_word("方面"), is_word("想坚")
        (True, False)
    """
    return bool(tokenizer().FREQ.get(text))

"""jieba's dictionary, without the traps of its cache.

jieba keeps a pickled dictionary in the shared temporary folder and trusts it unchecked, so that a
stale or planted file changes results. wpnet reads the dictionary from the package when it is first
needed (about a second), once for reading and comparing alike, and leaves no file behind.
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

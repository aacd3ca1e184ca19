"""Fingerprints of what a reviewer saw: equal where only width, quotes or invisible marks differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from wpnet.model import Requirement
from wpnet.text import comparable


def fold(text: str) -> str:
    """Return a text without what can change on the way through a spreadsheet or a new scan.

    The form in which texts are compared, and no mark of a character that was replaced.

    >>> fold("公开 “政务”（２０项），") == fold("公开「政务」(20项),")
    True
    >>> fold("公开") == fold("不公开")
    False
    """
    return comparable(text.replace("\ufffd", ""))


#: Digits of a fingerprint where a short one does.
SHORT = 12


@lru_cache(maxsize=65536)
def text_print(text: str) -> str:
    """Return the fingerprint of a sentence: the sha256 of its folded form, hexadecimal.

    >>> text_print("做好公开。") == text_print("做好 公开｡"), len(text_print(""))
    (True, 64)
    """
    return _sha256(fold(text))


def plan_print(requirements: Iterable[Requirement]) -> str:
    """Return one fingerprint for all duties of a plan, whatever their order and numbers."""
    return _sha256("\n".join(sorted(text_print(r.text) for r in requirements if r.kind == "duty")))


def numbered_print(requirements: Iterable[Requirement]) -> str:
    """Return one fingerprint for all sentences of a plan under their numbers."""
    return _sha256("\n".join(sorted(f"{number(r)} {text_print(r.text)}" for r in requirements)))


def number(requirement: Requirement) -> str:
    """Return what stands behind the ``#`` of a requirement's id."""
    return requirement.requirement_id.rpartition("#")[2]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""Rows put to a language model from Python, through the same door as ``wpnet review ask``."""

from __future__ import annotations

from pathlib import Path

from wpnet.asking.client import ChatModel
from wpnet.asking.running import Asked, chosen_rows
from wpnet.asking.running import ask as put
from wpnet.corpus import Corpus


def ask(
    corpus: Corpus,
    base_url: str,
    model: str,
    file: Path,
    *,
    everything: bool = False,
    doubt: float | None = None,
    source: str = "",
    target: str = "",
    at_most: int | None = None,
    workers: int = 1,
) -> Asked:
    """Put rows of a corpus to a model behind an OpenAI-compatible server; keep every answer.

    What ``file`` holds already is not asked again, and rows that a person has decided never are.
    The key is ``WPNET_API_KEY`` of the environment.

    Args:
        base_url: the server, up to ``/v1``.
        model: as the server calls it.
        file: readings so far, to which the new ones are added.
        everything: all rows, not only doubtful ones.
        doubt: ask from this doubt on, 0 to 1; by default
            :data:`wpnet.asking.ASK_FROM`.
        source, target: rows of these plans only.
        at_most: ask so many questions, the most doubtful first.
        workers: questions under way at the same time.

    Raises:
        UnknownName: a plan is not in the corpus.
        WpnetError: no server, key, model or money, or a number out of range.

    Example:
        >>> corpus.ask("http://localhost:11434/v1", "qwen3:8b")  # doctest: +SKIP
    """
    for plan in filter(None, (source, target)):
        corpus.plan(plan)
    rows = chosen_rows(corpus, everything=everything, doubt=doubt, source=source, target=target)
    chat = ChatModel(base_url, model)
    try:
        return put(corpus, rows, chat, model, file, at_most=at_most, workers=workers)
    finally:
        chat.close()

"""A second reader on demand: rows put to a language model, its answers kept and replayed."""

from __future__ import annotations

from wpnet.errors import WpnetError

#: Doubt from which a row is put to a model. Set on the 1,617 settled labelled rows of families that
#: no reader has read, answered by models that have not seen their bureau: of the .16 below it .97
#: are right without asking, as many as careful readers get right; from .2 on fewer than .95 are.
#: Lower than the doubt that flags a row for people, whose time costs more.
ASK_FROM = 0.15


def doubt_from(doubt: float | None) -> float:
    """Return the doubt from which a row is doubtful: the one that is named, or :data:`ASK_FROM`.

    Raises :class:`~wpnet.errors.WpnetError` for a doubt that is no share.

    >>> doubt_from(0.3), doubt_from(None) == ASK_FROM
    (0.3, True)
    """
    least = ASK_FROM if doubt is None else doubt
    if not 0 <= least <= 1:
        raise WpnetError(f"--doubt {least:g}: a doubt is a number from 0 to 1; correct it")
    return least

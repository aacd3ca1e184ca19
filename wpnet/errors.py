"""What can go wrong with the input, said in one sentence each."""

from __future__ import annotations


class WpnetError(Exception):
    """The input is at fault: the message names the file, the fault and what to do."""


class UnreadableFile(WpnetError):
    """A raw file cannot be decoded or holds no text."""


class NoPlanFound(WpnetError):
    """A file was read, but holds no numbered disclosure plan."""


class CorpusError(WpnetError):
    """The manifest or a processed table contradicts itself or the files beside it."""


class UnknownName(WpnetError):
    """A plan, requirement or unit of that name is not in the corpus."""


class ReviewError(WpnetError):
    """A review file has a row that cannot be taken over."""


class BuildError(WpnetError):
    """A build could not be finished: a worker died, a file changed, a disk is full."""


class NotHeldWarning(UserWarning):
    """A plan that was asked for is cited but not held: nothing can be said of its duties."""

"""A scorer of one's own in the place of the model: an embedding, a language model, a formula.

A scorer says how likely each sentence of one plan takes up each sentence of another. The rest stays
as it is: which plans are compared, the rules of :func:`wpnet.cascade.rules.decide`, the tables. The
simplest scorer is a function of two lists of texts::

    def overlap(sources, targets):
        return [[len(set(a) & set(b)) / len(set(a)) for b in targets] for a in sources]

    corpus.rescored(overlap)

A file ``mine.py`` that holds it is named ``mine:overlap`` where a build should use it.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from wpnet.cascade.comparison import Comparison
from wpnet.cascade.rules import Thresholds
from wpnet.cascade.scorer import Model, load_scorer
from wpnet.cascade.verdicts import Candidates
from wpnet.errors import WpnetError
from wpnet.model import AUTO

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix

#: From which score of the likeliest sentence a duty is carried whole, unless a scorer says another.
WHOLE = 0.75
#: From which score a sentence takes a duty up at all, unless a scorer says another.
TAKEN_UP = 0.5


@runtime_checkable
class Scorer(Protocol):
    """What a scorer of one's own is.

    ``name`` and ``version`` stand in the tables (``decided_by`` is ``auto:<name>@<version>``); a
    build compares anew when one of them, or the file of the scorer, has changed. Optional are
    ``taken_up`` and ``whole``: from which score of its likeliest sentence a duty is taken up at all
    (.5), and from which it is carried whole (.75).
    """

    name: str
    version: str

    def score(self, sources: Sequence[str], targets: Sequence[str]) -> Any:
        """Return a row a source text and a column a target text: numbers from 0 (nothing in
        common) to 1 (the target says all that the source says). Lists or a numpy array.
        """


Scoring: TypeAlias = Callable[[Sequence[str], Sequence[str]], Any]
ScorerLike: TypeAlias = Scorer | Scoring | str


class OwnModel:
    """A scorer as a model: scores are the chances of a link, and verdicts follow from the best.

    With s the score of the likeliest sentence: ``p_omitted`` is 1 - s; the rest is ``p_carried`` by
    the share w and ``p_partial`` by 1 - w, where w is one half at ``whole`` and moves with s. So a
    duty is omitted below ``taken_up``, carried from ``whole`` on, and partial between.
    """

    def __init__(self, scorer: Scorer | Scoring) -> None:
        found: Any = getattr(scorer, "score", scorer)
        self._score: Scoring = found
        if not callable(self._score):
            raise WpnetError(
                f"{scorer!r} is no scorer: a function of two lists of texts is needed, or an "
                "object with name, version and score()"
            )
        own = getattr(scorer, "__name__", type(scorer).__name__)
        name, version = getattr(scorer, "name", own), getattr(scorer, "version", "")
        self.name, self.version = _word(name), _word(version)
        self.whole = float(getattr(scorer, "whole", WHOLE))
        taken_up = float(getattr(scorer, "taken_up", TAKEN_UP))
        shipped = load_scorer().thresholds
        self.thresholds = Thresholds(1.0 - taken_up, taken_up, shipped.review)

    @property
    def decided_by(self) -> str:
        """What its verdicts are signed with: ``auto:overlap@1.0``."""
        return f"{AUTO}:{self.name}" + (f"@{self.version}" if self.version else "")

    def link_chances(self, pair: Comparison) -> Matrix:
        """Return the scores of all pairs of sentences, 4 decimals.

        Raises :class:`~wpnet.errors.WpnetError` where the scorer gives something else.
        """
        import numpy as np

        sources, targets = list(pair.source_texts), list(pair.target_texts)
        try:
            found: Matrix = np.asarray(self._score(sources, targets), dtype=np.float64)
        except Exception as fault:
            said = f"{type(fault).__name__}: {fault}"
            raise WpnetError(f"the scorer {self.name} gave no scores ({said})") from fault
        if found.shape != (len(sources), len(targets)):
            raise WpnetError(
                f"the scorer {self.name} gave {found.shape} for {len(sources)} source and "
                f"{len(targets)} target texts: a row a source and a column a target are needed"
            )
        if not ((found >= 0) & (found <= 1 + 1e-6)).all():
            raise WpnetError(f"the scorer {self.name} gave a score outside 0 to 1; scale them")
        return np.asarray(np.round(np.minimum(found, 1.0), 4), dtype=np.float64)

    def verdict_chances(self, row: Candidates) -> Matrix:
        """Return p_carried, p_partial, p_omitted of every source sentence."""
        import numpy as np

        best = row.chance.max(axis=1)
        omitted = np.round(1.0 - best, 4)
        carried = np.round(best * np.clip(0.5 + best - self.whole, 0.0, 1.0), 4)
        return np.column_stack([carried, np.round(1.0 - omitted - carried, 4), omitted])


def _word(text: Any) -> str:
    """Return a name as it can stand in a table: one line without ``:`` and ``@``."""
    return "".join("_" if letter in ":@;" else letter for letter in " ".join(str(text).split()))


def model_of(scorer: ScorerLike) -> Model:
    """Return a scorer, a function, or what ``module:name`` names, as a model.

    Raises :class:`~wpnet.errors.WpnetError` for what is no scorer.
    """
    return named_model(scorer) if isinstance(scorer, str) else OwnModel(scorer)


@lru_cache(maxsize=4)
def named_model(name: str) -> Model:
    """Return the scorer that ``module:name`` names: an object, a function, or a class to make one.

    The module is looked for in the working folder, too.

    Raises :class:`~wpnet.errors.WpnetError` where it cannot be imported or is no scorer.
    """
    return OwnModel(_found(name))


def print_of(name: str) -> str:
    """Return what changes whenever a named scorer does: its name, its version, its file."""
    model = named_model(name)
    try:
        file = inspect.getsourcefile(sys.modules[name.partition(":")[0]])
        code = Path(file or "").read_bytes()
    except (OSError, TypeError, KeyError):
        code = b""
    return f"{name} {model.decided_by} {hashlib.sha256(code).hexdigest()}"


def _found(name: str) -> Any:
    module, _, inside = name.partition(":")
    if not module or not inside:
        raise WpnetError(f"scorer {name!r}: write module:name, such as mine:overlap for mine.py")
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), inside)
    except (ImportError, SyntaxError, ValueError) as fault:
        raise WpnetError(f"scorer {name!r}: {module} cannot be imported ({fault})") from fault
    except AttributeError:
        raise WpnetError(f"scorer {name!r}: {module} has no {inside}") from None
    finally:
        sys.path.remove(here)
    return found() if isinstance(found, type) else found

"""Readings of labelled plan pairs by encoders that never saw their plans.

The shipped encoder has seen every labelled plan but those kept apart, so what it makes of them says
nothing about plans that nobody labelled. ``python -m tools.encoder`` trains an encoder for each
fold, without its plans and bureaus, and keeps what that encoder reads in
``data/labels/held_out.npz``; regressions are fitted, and figures worked out, on those readings.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wpnet.cascade.encoder.interaction import Interaction
from wpnet.errors import CorpusError

if TYPE_CHECKING:
    from wpnet.cascade.vectors import Matrix

#: Readings are kept in steps of 1 / STEPS.
STEPS = 10_000
_MATRICES = ("whole", "found", "weighed", "least", "back")


@dataclass(frozen=True)
class HeldOut:
    """The fold and the reading of each pair of plan ids (source, target)."""

    folds: Mapping[tuple[str, str], int]
    readings: Mapping[tuple[str, str], Interaction]

    def packed(self) -> bytes:
        """Return the file's bytes: for each pair its matrices, sorted by plan ids."""
        import numpy as np

        arrays: dict[str, Any] = {}
        for key in sorted(self.readings):
            reading = self.readings[key]
            stack = np.stack([getattr(reading, name) for name in _MATRICES])
            name = " ".join([str(self.folds[key]), *key])
            arrays[name] = np.rint(stack * STEPS).astype(np.int16)
            arrays[f"{name} plan"] = np.rint(reading.plan * STEPS).astype(np.int16)
        stream = io.BytesIO()
        np.savez_compressed(stream, **arrays)
        return stream.getvalue()


def read_held_out(path: Path) -> HeldOut:
    """Read ``held_out.npz``; a file that is not there holds nothing.

    Raises :class:`~wpnet.errors.CorpusError` where the file is damaged.
    """
    import zipfile

    import numpy as np

    if not path.exists():
        return HeldOut({}, {})
    folds: dict[tuple[str, str], int] = {}
    readings: dict[tuple[str, str], Interaction] = {}
    try:
        data = io.BytesIO(path.read_bytes())
        with np.load(data, allow_pickle=False) as stored:
            for name in stored.files:
                fold, source, target, *plan = name.split(" ")
                if plan:
                    continue
                whole, found, weighed, least, back = _values(stored[name])
                folds[source, target] = int(fold)
                readings[source, target] = Interaction(
                    whole, found, weighed, least, back, _values(stored[f"{name} plan"])
                )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CorpusError(
            f"{path}: the readings of labelled plans are damaged ({error}). Take the file from the "
            "repository again."
        ) from None
    return HeldOut(folds, readings)


def _values(steps: Any) -> Matrix:
    import numpy as np

    out: Matrix = steps.astype(np.float64) / STEPS
    return out

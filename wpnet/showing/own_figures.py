"""Where a notebook's figures go: the committed ones are never drawn over by another question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wpnet.errors import CorpusError

#: Names the parameters of the figures beside it: a mapping by notebook.
PARAMETERS = "parameters.json"
OWN = "own"


def figure_folder(base: str | Path, notebook: str, **parameters: Any) -> Path:
    """Return the folder for the figures of a notebook run with some parameters.

    That is ``base`` where its figures were made with the same parameters, or where it says nothing
    of this notebook; else ``base/own``, so that another question leaves them as they are.
    ``parameters.json`` in ``base`` holds the parameters of every notebook.

    Example:
        >>> figure_folder("nowhere", "02_cascade", SOURCE="a-hrss-2023").as_posix()
        'nowhere'

    Raises :class:`~wpnet.errors.CorpusError` where ``parameters.json`` cannot be read.
    """
    file = Path(base) / PARAMETERS
    if not file.exists():
        return Path(base)
    try:
        known = json.loads(file.read_text("utf-8")).get(notebook)
    except (OSError, ValueError, AttributeError) as fault:
        raise CorpusError(
            f"{file}: cannot be read as the parameters of the figures ({fault}); get it back from "
            "the repository, or name another folder for the figures"
        ) from fault
    same = known is None or known == json.loads(json.dumps(parameters))
    return Path(base) if same else Path(base) / OWN

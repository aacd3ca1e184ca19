"""The drawing code draws what it drew when somebody last looked at it.

Renew with ``python tools/make_figures.py --baselines``, and look at what has changed.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

HERE = Path(__file__).parent
PICTURES = sorted(path.stem for path in (HERE / "baselines").glob("*.png"))
#: Mean difference of a pixel, of 255: other releases of FreeType draw letters a little otherwise.
TOLERANCE = 3.0


def drawing() -> ModuleType:
    """Load the module beside this one (tests are no package)."""
    spec = importlib.util.spec_from_file_location("baselines", HERE / "baseline_figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pixels(path: Path) -> np.ndarray:
    """Return a picture as numbers."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all pictures drawn now."""
    folder = tmp_path_factory.mktemp("baselines")
    with mpl.rc_context():
        drawing().draw_all(folder)
    return folder


def test_every_picture_has_a_baseline() -> None:
    """A new picture is committed together with its code."""
    assert sorted(drawing().BASELINES) == PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_as_it_did(name: str, drawn: Path) -> None:
    """Same size, and nearly the same pixels."""
    now, before = pixels(drawn / f"{name}.png"), pixels(HERE / "baselines" / f"{name}.png")
    assert now.shape == before.shape
    assert float(np.abs(now - before).mean()) < TOLERANCE

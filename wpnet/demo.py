"""``wpnet demo``: a working folder with the base plans, from an installed wheel, offline.

The wheel carries what the folder needs in ``wpnet/_demo/``, which ``setup.py`` fills when the wheel
is built; in a checkout the same files are taken from where they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from wpnet.errors import CorpusError
from wpnet.storing.files import cannot_write
from wpnet.storing.folders import replaced_folder, scratch_folder
from wpnet.storing.staged import discard, sweep

#: What a working folder holds, as paths in the checkout. ``setup.py`` reads this list, too.
PARTS = (
    "data/raw/*",
    "data/labels/*",
    "data/labels/families/*/*",
    "data/labels/readings/*",
    "data/processed/**/*",
    "notebooks/*.ipynb",
    "docs/example/*",
)
_WELCOME = "data/demo.md"


def lay_out_demo(folder: Path) -> None:
    """Lay out base plans, manifest, built tables, labels, notebooks and an example PDF.

    ``wpnet build``, ``wpnet report`` and the notebooks run in ``folder`` as they are. Nothing is
    left behind where the layout fails.

    Args:
        folder: a folder that is empty or does not exist yet.

    Raises:
        CorpusError: there is something in the folder already, or it cannot be written to.
    """
    if folder.is_dir():
        sweep(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CorpusError(f"{folder}: is there already and not empty; name a new or empty folder")
    if folder.exists() and folder.samefile(Path.cwd()):
        _fill_here(folder)
        return
    with replaced_folder(folder) as new:
        _fill(new)


def demo_files() -> Iterator[tuple[Path, Path]]:
    """Yield every file of the working folder: where it is now, and its path in the folder.

    Raises:
        CorpusError: the installation is incomplete.
    """
    source = _source()
    found = sorted({file for part in PARTS for file in source.glob(part) if file.is_file()})
    if not found:
        raise CorpusError(f"{source}: the files of the demo are not there; install wpnet again")
    for file in found:
        path = file.relative_to(source)
        if not any(name.startswith((".", "~$")) for name in path.parts):
            yield file, path


def _source() -> Path:
    """Return the folder that holds the parts: in the wheel, else the checkout around the package.

    wpnet is never run from a zip archive (its fonts are opened by path), so the path is a real one.
    """
    package = Path(str(resources.files("wpnet")))
    packed = package / "_demo"
    return packed if packed.is_dir() else package.parent


def _fill(folder: Path) -> None:
    for file, path in demo_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / path)
    welcome = resources.files("wpnet").joinpath(_WELCOME).read_bytes()
    (folder / "README.md").write_bytes(welcome)


def _fill_here(folder: Path) -> None:
    """Fill the working folder, whose place no other folder can take: entry by entry."""
    moved: list[Path] = []
    try:
        with scratch_folder(folder) as stage:
            _fill(stage)
            for entry in sorted(stage.iterdir()):
                moved.append(folder / entry.name)
                entry.rename(folder / entry.name)
    except BaseException as fault:
        for path in moved:
            discard(path)
        if isinstance(fault, OSError):
            raise cannot_write(folder, fault) from fault
        raise

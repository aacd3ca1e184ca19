"""By what a folder is known to be wpnet's own: the data package lists what a build wrote there."""

from __future__ import annotations

import json
import os
from pathlib import Path

PACKAGE = "datapackage.json"
NAME = "wpnet"
#: What a build writes beside the files that the package lists.
BESIDE = ("index.csv", "graph.graphml", "graph.gexf", "graph.json")
#: What desktops put into every folder.
DROPPINGS = (".DS_Store", "Thumbs.db", "desktop.ini")
#: No package is larger: 100,000 plans take 20 MB.
_LARGEST = 100 * 2**20


def is_processed(folder: Path) -> bool:
    """Tell whether a folder carries the mark of one that ``wpnet build`` wrote.

    Example:
        >>> is_processed(Path("data/processed")), is_processed(Path("data/raw"))
        (True, False)
    """
    return bool(_listed(folder))


def foreign_files(folder: Path) -> list[str]:
    """Return what lies in a folder and was not written there by wpnet, as sorted paths in it.

    Without the mark that is everything. What desktops leave everywhere does not count.

    Example:
        >>> foreign_files(Path("data/processed"))
        []
    """
    own = _listed(folder)
    own |= {name.removesuffix(".csv") + ".parquet" for name in own if name.endswith(".csv")}
    if own:
        own |= {PACKAGE, *BESIDE}
    above = {part.as_posix() for name in own for part in Path(name).parents}
    found = []
    for here, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            path = (Path(here) / name).relative_to(folder).as_posix()
            if path not in own and path not in above and name not in DROPPINGS:
                found.append(path)
        folders[:] = [
            name for name in folders if (Path(here) / name).relative_to(folder).as_posix() in above
        ]
    return sorted(found)


def _listed(folder: Path) -> set[str]:
    """Return the paths that a folder's package lists; nothing where it is not one of wpnet's."""
    package = folder / PACKAGE
    try:
        if not package.is_file() or package.stat().st_size > _LARGEST:
            return set()
        said = json.loads(package.read_bytes())
        if said["name"] != NAME or said["profile"] != "data-package":
            return set()
        return {str(entry["path"]) for entry in said["resources"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()

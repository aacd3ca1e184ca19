"""What was worked out before, kept on disk by the fingerprint of what it was worked out from.

An entry is believed only if it is whole (a checksum stands in its first line), if it is filed
under its own name, and if it was made by the same code (the version is part of the folder's name).
Anything else is a miss, and is made and written anew.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import platform
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from wpnet.errors import BuildError
from wpnet.storing.files import replace_file
from wpnet.storing.staged import sweep

#: Raised whenever the layout of entries changes.
LAYOUT = 1
#: The packages whose version can change what is read in a file, or how two plans are compared.
READING_PACKAGES = (
    "lxml",
    "pdfminer.six",
    "pdfplumber",
    "pypdfium2",
    "python-docx",
    "legacy-doc",
    "rapidocr",
    "onnxruntime",
)
CASCADE_PACKAGES = ("numpy", "scipy", "jieba")
_FOLDER = re.compile(r"(plans|pairs)-[0-9a-f]{16}")


def fingerprint(*parts: str | bytes) -> str:
    """Return the sha256 of several values; how they are cut into parts counts.

    Example:
        >>> fingerprint("ab", "c") == fingerprint("a", "bc")
        False
    """
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(b"%d:" % len(data))
        whole.update(data)
    return whole.hexdigest()


@functools.cache
def reading_version() -> str:
    """Return the fingerprint of all code and data that decide what is read in a file."""
    return _version(("reading", "model.py", "tables.py", "building/tasks.py"), READING_PACKAGES)


@functools.cache
def cascade_version() -> str:
    """Return the fingerprint of all code, weights and data that decide how plans are compared."""
    return _version(("cascade", "model.py", "tables.py", "building/tasks.py"), CASCADE_PACKAGES)


def _version(parts: Sequence[str], packages: Sequence[str]) -> str:
    root = resources.files("wpnet")
    said = [str(LAYOUT), platform.python_version()]
    for part in parts:
        for name, data in _contents(root.joinpath(part), part):
            said += [name, hashlib.sha256(data).hexdigest()]
    for package in packages:
        with contextlib.suppress(metadata.PackageNotFoundError):
            said += [package, metadata.version(package)]
    return fingerprint(*said)


def _contents(entry: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of a file or of all files below a folder, sorted by name."""
    if entry.is_file():
        if not name.endswith(".pyc"):
            yield name, entry.read_bytes()
    elif entry.is_dir():
        for inner in sorted(entry.iterdir(), key=lambda found: found.name):
            yield from _contents(inner, f"{name}/{inner.name}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A cache entry: ``head`` is small and read often, ``body`` holds the rest as JSON text."""

    head: Any
    body: str

    def read(self) -> Any:
        """Return the body as values."""
        return json.loads(self.body)


class Cache:
    """A folder of entries. ``plans`` and ``pairs`` have folders of their own for each version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folders = {
            "plans": folder / f"plans-{reading_version()[:16]}",
            "pairs": folder / f"pairs-{cascade_version()[:16]}",
        }

    def get(self, kind: str, key: str) -> Entry | None:
        """Return an entry, or ``None`` where there is none that can be believed."""
        try:
            data = self._path(kind, key).read_bytes()
        except OSError:
            return None
        checksum, _, rest = data.partition(b"\n")
        if checksum.decode("ascii", "replace") != fingerprint(key, rest):
            return None
        head, _, body = rest.partition(b"\n")
        try:
            return Entry(json.loads(head), body.decode("utf-8", "surrogatepass"))
        except ValueError:  # cannot happen behind a checksum, but is not worth a traceback
            return None

    def put(self, kind: str, key: str, head: Any, body: Any) -> None:
        """Keep an entry: it is there whole or not at all.

        Raises :class:`~wpnet.errors.BuildError` where the disk does not take it.
        """
        rest = b"\n".join(
            json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode(
                "utf-8", "surrogatepass"
            )
            for part in (head, body)
        )
        path = self._path(kind, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            checksum = fingerprint(key, rest).encode("ascii")
            replace_file(path, (checksum, b"\n", rest), durable=False)
        except OSError as fault:
            raise BuildError(
                f"{self.folder}: the cache cannot be written ({fault.strerror}); make room, name "
                "another folder with --cache, or build with --no-cache; what was there is untouched"
            ) from fault

    def tidy(self) -> None:
        """Remove what other versions and killed builds have left; after a build that succeeded."""
        if not self.folder.is_dir():
            return
        current = {path.name for path in self.folders.values()}
        for path in self.folder.iterdir():
            if _FOLDER.fullmatch(path.name) and path.name not in current:
                shutil.rmtree(path, ignore_errors=True)
        for folder in self.folders.values():
            for shard in folder.glob("??"):
                sweep(shard)

    def _path(self, kind: str, key: str) -> Path:
        return self.folders[kind] / key[:2] / f"{key}.json"

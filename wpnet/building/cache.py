"""What was worked out before, kept on disk by the fingerprint of what it was worked out from.

An entry is believed only if it is whole, if it is filed under its own name, if it was written into
this very folder (its first line is a code made with the folder's secret), and if it was made by the
same code (the version is part of the folder's name). Anything else is a miss, and is made and
written anew. So an entry from elsewhere, or a whole cache that came with somebody's files, says
nothing.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import json
import platform
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from wpnet.errors import BuildError, CorpusError
from wpnet.opening import read_whole
from wpnet.storing.files import replace_file
from wpnet.storing.staged import sweep

#: Raised whenever the layout of entries changes.
LAYOUT = 2
#: The file in a cache that holds its secret.
SECRET = "secret"
_SECRET_BYTES = 32
_LARGEST = 2**30
#: The modules that reading and comparing both rest on.
SHARED = ("model.py", "tables.py", "text.py", "dictionary.py", "building/tasks.py")
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
    return _version(("reading", *SHARED), READING_PACKAGES)


@functools.cache
def cascade_version() -> str:
    """Return the fingerprint of all code, weights and data that decide how plans are compared."""
    return _version(("cascade", *SHARED), CASCADE_PACKAGES)


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


def _content(path: Path) -> bytes:
    """Return the bytes of a file; nothing where it cannot be read or is no file."""
    try:
        return read_whole(path, most=_LARGEST, error=CorpusError, advice="")[0]
    except CorpusError:
        return b""


class Cache:
    """A folder of entries. ``plans`` and ``pairs`` have folders of their own for each version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folders = {
            "plans": folder / f"plans-{reading_version()[:16]}",
            "pairs": folder / f"pairs-{cascade_version()[:16]}",
        }

        self._secret = b""

    def get(self, kind: str, key: str) -> Entry | None:
        """Return an entry, or ``None`` where there is none that can be believed."""
        data = _content(self._path(kind, key))
        code, _, rest = data.partition(b"\n")
        if not self._known_secret() or not hmac.compare_digest(code, self._code(key, rest)):
            return None
        head, _, body = rest.partition(b"\n")
        try:
            return Entry(json.loads(head), body.decode("utf-8", "surrogatepass"))
        except ValueError:  # cannot happen behind the code, but is not worth a traceback
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
            self._need_secret()
            replace_file(path, (self._code(key, rest), b"\n", rest))
        except OSError as fault:
            raise BuildError(
                f"{self.folder}: the cache cannot be written ({fault.strerror}); make room, name "
                "another folder with --cache, or build with --no-cache; what was there is untouched"
            ) from fault

    def _code(self, key: str, rest: bytes) -> bytes:
        """Return what only who knows the folder's secret can write above an entry."""
        said = fingerprint(key, rest).encode("ascii")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest().encode("ascii")

    def _known_secret(self) -> bytes:
        """Return the folder's secret, empty where there is none yet.

        The place of its file on the disk is a part of it, so that a copy of a cache is none.
        """
        if not self._secret:
            path = self.folder / SECRET
            words = _content(path)
            if len(words) == _SECRET_BYTES:
                place = path.stat().st_ino
                self._secret = hashlib.sha256(words + str(place).encode()).digest()
        return self._secret

    def _need_secret(self) -> None:
        """Make a secret where the folder has none.

        Of two programs that make one at the same time, the entries of one are misses later.
        """
        if not self._known_secret():
            replace_file(self.folder / SECRET, [secrets.token_bytes(_SECRET_BYTES)])
            (self.folder / SECRET).chmod(0o600)
            self._known_secret()

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

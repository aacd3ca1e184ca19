"""Old Word files (.doc, and .wps that are such files): read by what the machine offers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from wpnet.errors import UnreadableFile
from wpnet.model import Line
from wpnet.reading.formats import docx, text
from wpnet.reading.formats.bounds import Content

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: LibreOffice needs 1.6 s for a plan, and up to 10 s when it starts for the first time.
#: Below the limit of :mod:`bounds`, so that it is ended here.
SECONDS = 35
CONVERT = "open it in Word or WPS and save it as .docx"


def read(data: bytes, name: str) -> Content:
    """The lines of an old Word file: by LibreOffice if it is there (tables too), else by the
    package ``legacy-doc`` (text only).

    Raises:
        UnreadableFile: locked, no Word file, damaged, or nothing installed that reads it.
    """
    if _names(data, "EncryptedPackage") or _names(data, "EncryptionInfo"):
        raise UnreadableFile(
            f"{name}: the file is locked by a password; remove the password and try again"
        )
    if not _names(data, "WordDocument"):
        raise UnreadableFile(f"{name}: is an old office file, but no Word document; {CONVERT}")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    by_package = find_spec("legacy_doc") is not None
    if office:
        try:
            return docx.read(converted(data, name, office), name)
        except UnreadableFile:
            if not by_package:
                raise
    if by_package:
        return _by_legacy_doc(data, name)
    raise UnreadableFile(
        f"{name}: is an old Word file (.doc); {CONVERT}, or install LibreOffice Writer, "
        "or: pip install legacy-doc"
    )


def _names(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in data


def converted(data: bytes, name: str, office: str) -> bytes:
    """The file as .docx, made by LibreOffice in a folder of its own.

    Raises:
        UnreadableFile: LibreOffice cannot read it, or needs too long.
    """
    with tempfile.TemporaryDirectory(prefix="wpnet-") as folder:
        source = Path(folder, "source.doc")
        source.write_bytes(data)
        profile = Path(folder, "profile").as_uri()
        command = [office, "--headless", "--norestore", f"-env:UserInstallation={profile}"]
        command += ["--convert-to", "docx", "--outdir", folder, str(source)]
        try:
            _run(command)
            return Path(folder, "source.docx").read_bytes()
        except (OSError, subprocess.TimeoutExpired):
            raise UnreadableFile(f"{name}: LibreOffice cannot convert it; {CONVERT}") from None


def _run(command: list[str]) -> None:
    """Run a program to its end, or end it and what it has started after :data:`SECONDS`."""
    silent = subprocess.DEVNULL
    own_group = os.name == "posix"
    with subprocess.Popen(
        command, stdin=silent, stdout=silent, stderr=silent, start_new_session=own_group
    ) as process:
        try:
            process.wait(SECONDS)
        except BaseException:
            if own_group:
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            raise


def _by_legacy_doc(data: bytes, name: str) -> Content:
    reader = import_module("legacy_doc")
    try:
        plain = str(reader.extract_text(data).text)
    except Exception:
        raise UnreadableFile(f"{name}: the file is damaged or no Word file; {CONVERT}") from None
    note = "old Word file: tables were read as lines of text; a copy saved as .docx keeps them"
    lines = (line.text for line in text.split_lines(plain))
    kept = [Line(line, f"paragraph {n}", starts=True) for n, line in enumerate(lines, 1) if line]
    if not kept:
        raise UnreadableFile(f"{name}: the document holds no text; {CONVERT}")
    return Content("docx", tuple(kept), (note,))

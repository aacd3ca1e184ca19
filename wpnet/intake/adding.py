"""``wpnet add``: a file is read, judged, and put into the raw folder with its manifest row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wpnet.intake.raw_folder import Entry, RawFolder, cells_of, only_one
from wpnet.intake.soundness import Objection, objections
from wpnet.model import ParsedPlan
from wpnet.reading.door import format_of, parse_bytes
from wpnet.reading.files import SUFFIXES
from wpnet.storing.raw import MANIFEST, read_raw

#: The suffix of a stored file whose own says nothing, by the format that its content shows.
SUFFIX_OF = {
    "text": ".txt",
    "html": ".html",
    "pdf": ".pdf",
    "docx": ".docx",
    "ofd": ".ofd",
    "legacy": ".doc",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that somebody wants to add: where it is, its bytes, and what was read in it."""

    path: Path
    data: bytes
    parsed: ParsedPlan

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an offer, in a sentence, and the objections to it.

    ``refused`` is false for a file that was added, and for one that was there already.
    """

    said: str
    objections: tuple[Objection, ...] = ()
    refused: bool = False


def read_offer(path: Path) -> Offer:
    """Read a file that is to be added.

    Raises:
        WpnetError: the file cannot be read, or is no document.
    """
    _, data = read_raw(path)
    return Offer(path, data, parse_bytes(data, path.name))


def add(offer: Offer, folder: RawFolder, *, force: bool = False) -> Answer:
    """Put an offered file and its manifest row into a raw folder if the reading is sound.

    The file is stored byte for byte as ``<plan_id>.<suffix>``; one that already lies in the folder
    keeps its name. The same content twice changes nothing.

    Args:
        force: add it in spite of objections that are not final.

    Raises:
        CorpusError: the manifest is at fault, or the folder cannot be written to.
    """
    with only_one(folder.path):
        entries = folder.entries()
        same = [entry for entry in entries if entry.sha256 == offer.sha256]
        for entry in same:
            if entry.listed and entry.there:
                return Answer(
                    f"{offer.path}: is held already as {folder.path / entry.file}; nothing to do"
                )
        found = objections(offer.parsed, _taken(entries, same, offer, folder.path))
        if any(objection.final or not force for objection in found):
            return Answer(_refusal(offer.path, found), found, refused=True)
        return Answer(_put(offer, folder, same), found)


def _taken(
    entries: Sequence[Entry], same: Sequence[Entry], offer: Offer, folder: Path
) -> dict[str, str]:
    """Return the id of the offer if the folder holds, or lists, something else under it.

    A file in the way of the name that the offer would get counts as well.
    """
    plan_id, stored = offer.parsed.plan.plan_id, stored_name(offer)
    taken = {}
    for entry in entries:
        if entry not in same and (entry.plan_id == plan_id or entry.file == stored):
            taken[plan_id] = str(folder / entry.file) if entry.file else ""
    return taken


def _put(offer: Offer, folder: RawFolder, same: Sequence[Entry]) -> str:
    """Write what is missing of file and row, and say so."""
    entry = same[0] if same else None
    name = entry.file if entry else stored_name(offer)
    where, manifest = folder.path / name, folder.path / MANIFEST
    folder.take_in(
        name,
        None if entry and entry.there else offer.data,
        None if entry and entry.listed else cells_of(offer.parsed.plan, name),
    )
    if entry is None:
        return f"{offer.path}: added as {where}, with a row in {manifest}"
    if entry.there:
        return f"{offer.path}: added a row for {where} to {manifest}"
    return f"{offer.path}: put back as {where}, which {manifest} names"


def stored_name(offer: Offer) -> str:
    """Return the name under which a file is stored: its plan's id and what its format is called."""
    suffix = offer.path.suffix.lower()
    if suffix not in SUFFIXES:
        suffix = SUFFIX_OF.get(format_of(offer.data, offer.path.name), suffix)
    return f"{offer.parsed.plan.plan_id}{suffix}"


def _refusal(path: Path, found: Sequence[Objection]) -> str:
    reasons = "; ".join(objection.sentence for objection in found)
    way = "" if any(objection.final for objection in found) else " (--force adds it all the same)"
    return f"{path}: not added: {reasons}{way}"

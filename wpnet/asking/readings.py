"""The file of readings: every answer of a model, by line, never changed and never lost."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from wpnet.asking.answers import FIELDS, SURENESS, VERDICTS, read_answer
from wpnet.errors import ReviewError
from wpnet.opening import read_whole
from wpnet.review.decisions import Texts
from wpnet.review.log import only_writer
from wpnet.review.prints import text_print
from wpnet.storing.files import cannot_write

FOLDER = "readings"
#: Bytes of a file: 2 KB an answer.
LARGEST = 2**30
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer: a line of ``readings/<model>.jsonl``.

    ``duty_sha256`` and ``target_plan_sha256`` are fingerprints of the texts that were read,
    ``place`` tells equal sentences of a plan apart, ``model`` is the name that the server reports
    and ``asked`` the one it was asked for. ``answer`` is empty where the reply was no answer;
    ``unanswered`` says why. ``target_sha256`` has the fingerprint of every chosen sentence.
    ``left_out`` counts the clauses that were kept from the model.
    """

    source_id: str
    place: str
    target_plan_id: str
    duty_sha256: str
    target_plan_sha256: str
    prompt_version: str
    prompt_sha256: str
    asked: str
    model: str
    parameters: Mapping[str, Any]
    raw: str
    answer: Mapping[str, Any]
    unanswered: str
    target_sha256: Sequence[str]
    left_out: int
    tokens_in: int
    tokens_out: int
    day: str
    file: str = field(default="", compare=False)

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Return by what a reading knows its row again, whatever its number is today."""
        plan = self.source_id.partition("#")[0]
        return plan, self.duty_sha256, self.place, self.target_plan_id

    @property
    def asked_for(self) -> tuple[str, ...]:
        """Return what was asked of whom: the same is not asked again."""
        return (*self.row, self.target_plan_sha256, self.prompt_sha256, self.asked)

    def line(self) -> str:
        """Return the reading as a line of the file; what goes without saying is left out.

        That is the answer where the raw reply is nothing else, and every empty value.
        """
        told = {name: value for name, value in asdict(self).items() if name != "file" and value}
        if self.answer and self.answer == _answer_of(self.raw):
            del told["answer"]
        return json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n"

    def sources(self, texts: Texts) -> list[str]:
        """Return today's ids of the duty that was read; none where a text has changed since."""
        plan = texts.plan(self.source_id.partition("#")[0])
        same = [one for one in plan.sentences if text_print(one.text) == self.duty_sha256]
        here = [one.requirement_id for one in same if plan.place(one) == self.place]
        held = texts.plan(self.target_plan_id)
        return here if held.sentences and held.whole == self.target_plan_sha256 else []


_TYPES = {
    name: kind
    for kind, names in {
        int: ("left_out", "tokens_in", "tokens_out"),
        dict: ("parameters", "answer"),
        list: ("target_sha256",),
    }.items()
    for name in names
}
#: What no line can do without.
_NEEDED = {"source_id", "target_plan_id", "duty_sha256", "target_plan_sha256", "model"}
_NAMES = [one.name for one in fields(Reading) if one.name != "file"]


def readings_beside(folder: Path, model: str = "") -> Path:
    """Return the folder of readings beside a processed folder, or the file of a model in it.

    >>> readings_beside(Path("data/processed"), "org/model:7b").name
    'org_model_7b.jsonl'
    """
    place = Path(os.path.abspath(folder)).parent / FOLDER
    return place / f"{_UNSAFE.sub('_', model).lstrip('.') or 'model'}.jsonl" if model else place


def files_about(out: Path, raw: Path, named: Sequence[Path] | None = None) -> list[Path]:
    """Return the files of readings about a build: the named ones, else all beside ``raw``, ``out``.

    Sorted by name, so that the same files give the same bytes.
    """
    if named is not None:
        return sorted(set(named))
    folders = sorted({readings_beside(raw), readings_beside(out)})
    return [file for folder in folders for file in sorted(folder.glob("*.jsonl"))]


def read_readings(file: Path) -> tuple[list[Reading], list[str]]:
    """Return the readings of a file, and what is to be said of it.

    A last line that was cut off while it was written is passed over and said. Raises
    :class:`~wpnet.errors.ReviewError` with the line for any other damage.
    """
    data, _ = read_whole(file, most=LARGEST, error=ReviewError, advice="split it")
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    last = max((at for at, line in enumerate(lines) if line.strip()), default=0)
    found: list[Reading] = []
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            found.append(_reading(line, str(file)))
        except (ValueError, TypeError, KeyError, RecursionError) as fault:
            if at == last:
                return found, [f"{file}: its last line was cut off and is passed over"]
            why = f"{file}, line {at + 1}: is no reading; restore the file from a copy"
            raise ReviewError(why) from fault
    return found, []


def _reading(line: bytes, file: str) -> Reading:
    told = json.loads(line.decode("utf-8"))
    if not _NEEDED <= set(told) <= set(_NAMES):
        raise ValueError("not the fields of a reading")
    told = {name: told.get(name, _TYPES.get(name, str)()) for name in _NAMES}
    for name in _NAMES:
        if type(told[name]) is not _TYPES.get(name, str):
            raise TypeError(name)
    if not told["answer"] and not told["unanswered"]:
        told["answer"] = _answer_of(told["raw"])
    answer = told["answer"]
    if bool(answer) == bool(told["unanswered"]):
        raise ValueError("an answer, or why there is none")
    if answer:
        ids, prints = answer["target_ids"], told["target_sha256"]
        sound = (
            set(answer) == set(FIELDS)
            and answer["verdict"] in VERDICTS
            and answer["sureness"] in SURENESS
            and isinstance(ids, list)
            and len(ids) == len(prints)
            and all(isinstance(one, str) and one for one in [*ids, *prints])
            and (answer["verdict"] == "omitted") == (not ids)
        )
        if not sound:
            raise ValueError("an answer that breaks the schema")
    return Reading(**told, file=file)


def _answer_of(raw: str) -> dict[str, Any]:
    """Return the answer that a raw reply is; an empty one where it is none.

    That its ids were offered was seen to when it came: the fingerprint of each is beside it.
    """
    try:
        named = json.loads(raw)["target_ids"]
        answer = read_answer(raw, named)
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return {**asdict(answer), "target_ids": list(answer.target_ids)}


def append(file: Path, readings: Iterable[Reading]) -> None:
    """Add readings to a file in one step, behind all that others have added meanwhile.

    A last line that was cut off is taken out first. Raises
    :class:`~wpnet.errors.CorpusError` where the place cannot be written to.
    """
    data = "".join(one.line() for one in readings).encode("utf-8", "backslashreplace")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise cannot_write(file, fault) from fault
    with only_writer(file) as real, real.open("ab+") as out:
        _mend_end(out)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _mend_end(out: Any) -> None:
    """End the last line of a file: with a line end where it is whole, by taking it out if not."""
    out.seek(0)
    held = out.read()
    if not held or held.endswith(b"\n"):
        return
    begin = held.rfind(b"\n") + 1
    try:
        _reading(held[begin:], "")
    except (ValueError, TypeError, KeyError):
        out.truncate(begin)
    else:
        out.write(b"\n")

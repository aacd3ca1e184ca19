"""What a language model answered: an answer by the schema, or unanswered and why. Nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, get_args

AnsweredVerdict = Literal["carried", "partial", "omitted"]
Sureness = Literal["high", "medium", "low"]
VERDICTS: tuple[AnsweredVerdict, ...] = get_args(AnsweredVerdict)
SURENESS: tuple[Sureness, ...] = get_args(Sureness)
#: The fields of an answer: all of them, and no other.
FIELDS = ("verdict", "target_ids", "missing", "sureness", "why")
#: Characters after which an answer is no answer; the schema asks for three short fields.
LONGEST = 4000
_FENCE = re.compile(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL)


class Unanswered(ValueError):
    """A reply that is no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that keeps to the schema; ``target_ids`` are numbers of offered sentences."""

    verdict: AnsweredVerdict
    target_ids: tuple[str, ...]
    missing: str
    sureness: Sureness
    why: str


def read_answer(raw: str, offered: Collection[str]) -> Answer:
    """Return what a reply answers.

    Raises :class:`Unanswered` for a refusal, anything but one JSON object of the five fields, an
    unknown verdict, an id that was not offered, and a verdict that its ids contradict.

    >>> raw = '{"verdict":"omitted","target_ids":[],"missing":"","sureness":"high","why":"无"}'
    >>> read_answer(raw, ["1.1.1"]).verdict
    'omitted'
    """
    if len(raw) > LONGEST:
        raise Unanswered(f"the reply is longer than {LONGEST} characters")
    fenced = _FENCE.fullmatch(raw.strip())
    try:
        told = json.loads(fenced[1] if fenced else raw, object_pairs_hook=_once)
    except (ValueError, RecursionError) as fault:
        raise Unanswered("the reply is not one JSON object, or says a field twice") from fault
    if not isinstance(told, dict) or set(told) != set(FIELDS):
        raise Unanswered(f"the reply has not just the fields {', '.join(FIELDS)}")
    texts = [told[name] for name in FIELDS if name != "target_ids"]
    ids = told["target_ids"]
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in [*texts, *ids]):
        raise Unanswered("a field of the reply has not the type that the schema names")
    if told["verdict"] not in VERDICTS or told["sureness"] not in SURENESS:
        raise Unanswered("verdict or sureness is none of those that the schema names")
    if unknown := [one for one in ids if one not in offered]:
        raise Unanswered(f"{unknown[0][:40]!r} is no id of a sentence that was offered")
    if (told["verdict"] == "omitted") != (not ids):
        raise Unanswered("an omission has no target ids, every other verdict has some")
    return Answer(
        told["verdict"], tuple(sorted(set(ids))), told["missing"], told["sureness"], told["why"]
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a field twice")
    return told

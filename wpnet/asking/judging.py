"""How good readings are: against labels, under rules, against each other, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from wpnet.asking.agreement import alpha, kappa
from wpnet.asking.readings import Reading
from wpnet.asking.rules import Rule, Said, ruled, rules_for
from wpnet.cascade.evaluate import Answer, Figure, overall
from wpnet.cascade.labels import Label
from wpnet.review.decisions import RowKey, Texts

#: A series of readings: file, model, prompt version, prompt sha256.
Series = tuple[str, str, str, str]
#: Doubts from which on rows are asked, in the table that shows what asking more brings.
DOUBTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
_JUDGED = ("right verdict", "link F1", "omission F1")
_RULED = (*_JUDGED, "flagged", "right verdict after review")


class Measured(NamedTuple):
    """A figure: of what (``reader``, ``rule``, ``threshold``, ``agreement``), on which rows.

    ``low`` and ``high`` are the 95 % interval of shares and agreements; of counts, the count.
    """

    about: str
    rows: str
    name: str
    figure: str
    value: float
    low: float
    high: float


def series(readings: Sequence[Reading], texts: Texts) -> dict[Series, dict[RowKey, Reading]]:
    """Return the last reading of every row of today, by file, model and prompt."""
    found: dict[Series, dict[RowKey, Reading]] = {}
    for one in readings:
        kind = (one.file, one.model, one.prompt_version, one.prompt_sha256)
        for source in one.sources(texts):
            found.setdefault(kind, {})[source, one.target_plan_id] = one
    return dict(sorted(found.items()))


def names_of(found: Mapping[Series, object]) -> dict[Series, str]:
    """Return what each series is called: model and prompt, and the file where two share these."""
    called = {kind: f"{kind[1]}, prompt {kind[2]} ({kind[3][:8]})" for kind in found}
    twice = {name for name in called.values() if list(called.values()).count(name) > 1}
    return {kind: f"{name}, {kind[0]}" if name in twice else name for kind, name in called.items()}


def measure(
    sets: Mapping[str, Sequence[Label]],
    program: Mapping[RowKey, Answer],
    found: Mapping[Series, Said],
    texts: Texts,
    *,
    doubt: float,
) -> list[Measured]:
    """Return the figures of series of readings on labelled rows.

    Only pairs of plans that some reader has read are counted. A reader is judged on the rows that
    it has read, an unanswered row counted as wrong. Under a rule a row without a verdict of readers
    keeps the program's.

    Args:
        sets: settled labelled rows by the name of their set.
        program: what the program says of them, unseen.
        doubt: from which on rows are asked under the rules for doubtful rows.
    """
    read = {(key[0].partition("#")[0], key[1]) for said in found.values() for key in said}
    measured: list[Measured] = []
    for name, labels in sets.items():
        rows = [one for one in labels if (one.source_plan_id, one.target_plan_id) in read]
        if rows:
            own = {key: program.get(key, Answer("omitted", ())) for key in map(_key, rows)}
            measured += _readers(name, rows, found)
            measured += _rules(name, rows, own, found, texts, doubt)
            measured += _thresholds(name, rows, own, list(found.values()), texts)
            measured += _agreement(name, rows, found)
    return measured


def _readers(
    scope: str, labels: Sequence[Label], found: Mapping[Series, Said]
) -> Iterator[Measured]:
    names = names_of(found)
    for kind, said in found.items():
        rows = [one for one in labels if _key(one) in said]
        if not rows:
            continue
        answers = {_key(one): _answer(said[_key(one)]) for one in rows}
        sure = [one for one in rows if said[_key(one)].answer.get("sureness") == "high"]
        right = sum(one.verdict == answers[_key(one)].verdict for one in sure)
        pairs = [
            (one.verdict, answers[_key(one)].verdict) for one in rows if said[_key(one)].answer
        ]
        tokens = sum(said[_key(one)].tokens_in + said[_key(one)].tokens_out for one in rows)
        figures = overall(rows, answers)
        told: dict[str, Figure | float] = {"read": len(rows), "answered": len(pairs)}
        told |= {figure: figures[figure] for figure in _JUDGED}
        told |= {"kappa with labels": kappa(pairs), "sure": len(sure) / len(rows)}
        told |= {"right when sure": right / len(sure) if sure else 0.0}
        told |= {"tokens a row": tokens / len(rows)} if tokens else {}
        yield from _lines("reader", scope, names[kind], told)


def _rules(
    scope: str,
    labels: Sequence[Label],
    program: Mapping[RowKey, Answer],
    found: Mapping[Series, Said],
    texts: Texts,
    doubt: float,
) -> Iterator[Measured]:
    yield from _one_rule(scope, "program alone", labels, program, 0, 0)
    names = names_of(found)
    of_whom = {names[kind]: [said] for kind, said in found.items()}
    if len(found) > 1:
        of_whom[f"vote of {len(found)}"] = list(found.values())
    for who, readers in of_whom.items():
        for rule in rules_for(len(readers), doubt):
            done = ruled(rule, program, readers, texts)
            yield from _one_rule(
                scope,
                f"{who}: {rule.name}",
                labels,
                done.answers,
                len(done.used),
                sum(one.tokens_in + one.tokens_out for one in done.used),
            )


def _one_rule(
    scope: str,
    name: str,
    labels: Sequence[Label],
    answers: Mapping[RowKey, Answer],
    questions: int,
    tokens: int,
) -> Iterator[Measured]:
    figures = overall(labels, answers)
    told: dict[str, Figure | float] = {"rows": len(labels)}
    told |= {"questions a row": questions / len(labels)} | {one: figures[one] for one in _RULED}
    told |= {"tokens a row": tokens / len(labels)} if tokens else {}
    yield from _lines("rule", scope, name, told)


def _thresholds(
    scope: str,
    labels: Sequence[Label],
    program: Mapping[RowKey, Answer],
    readers: Sequence[Said],
    texts: Texts,
) -> Iterator[Measured]:
    """Tell, by the doubt alone, what asking more rows brings; of several readers, all are asked."""
    plain = {
        key: Answer(one.verdict, one.target_ids, doubt=one.doubt) for key, one in program.items()
    }
    for doubt in DOUBTS:
        done = ruled(Rule("", doubt), plain, readers, texts)
        right = {_key(one): done.answers[_key(one)].verdict == one.verdict for one in labels}
        left = [key for key in right if key not in done.asked]
        told: dict[str, Figure | float] = {
            "asked": len(done.asked) / len(right),
            "right verdict": sum(right.values()) / len(right),
            "right among unasked": sum(right[key] for key in left) / len(left) if left else 1.0,
        }
        yield from _lines("threshold", scope, f"{doubt:g}", told)


def _agreement(
    scope: str, labels: Sequence[Label], found: Mapping[Series, Said]
) -> Iterator[Measured]:
    names = names_of(found)
    keys = [_key(one) for one in labels]
    kinds = list(found)
    for at, one in enumerate(kinds):
        for other in kinds[at + 1 :]:
            pairs = [
                (_verdict(found[one][key]), _verdict(found[other][key]))
                for key in keys
                if key in found[one] and key in found[other]
            ]
            both = [pair for pair in pairs if all(pair)]
            told: dict[str, Figure | float] = {"rows": len(both)}
            told |= {"flips": sum(a != b for a, b in both), "kappa": kappa(both)}
            yield from _lines("agreement", scope, f"{names[one]} and {names[other]}", told)
    if len(kinds) > 1:
        rows = [[_verdict(said[key]) for said in found.values() if key in said] for key in keys]
        answered = [[verdict for verdict in row if verdict] for row in rows]
        told = {"rows": sum(len(row) > 1 for row in answered), "alpha": alpha(answered)}
        yield from _lines("agreement", scope, f"all {len(kinds)}", told)


def _lines(
    about: str, scope: str, name: str, told: Mapping[str, Figure | float]
) -> Iterator[Measured]:
    for figure, value in told.items():
        spread = value if isinstance(value, Figure) else Figure(*[round(float(value), 4)] * 3)
        yield Measured(about, scope, name, figure, *spread)


def _key(label: Label) -> RowKey:
    return label.source_id, label.target_plan_id


def _verdict(reading: Reading) -> str:
    return str(reading.answer.get("verdict", ""))


def _answer(reading: Reading) -> Answer:
    """Return what a reading says of its row; unanswered is a verdict that no label has."""
    ids = reading.answer.get("target_ids", ())
    targets = tuple(f"{reading.target_plan_id}#{name}" for name in ids)
    return Answer(_verdict(reading) or "unanswered", targets)

"""Invented city trees of plans, with the truth of who took over what.

    python -m bench.generate FOLDER --plans 1000 --seed 7

A tree is one bureau of one city and of its districts over some years. A plan inherits from the
plan above it and from its own last plan: it keeps sentences, rewords, merges and splits them,
drops some and adds its own. The truth is by construction: a sentence carries concepts (a matter and
what it is about), and two sentences correspond where they share a concept. Same seed, same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bench.phrases import EFFECTS, GROUNDS, MATTERS, OFFICES, PREAMBLE, SECTIONS, SUBJECTS

#: Matter and subject, by number.
Concept = tuple[int, int]
YEARS = (2023, 2024, 2025)
DUTIES = 24
DISTRICTS = 9
BUREAUS = (
    ("edu", "教育局"), ("civil", "民政局"), ("health", "卫生健康委员会"), ("eco", "生态环境局"),
    ("market", "市场监督管理局"), ("finance", "财政局"), ("commerce", "商务局"),
    ("emergency", "应急管理局"), ("transport", "交通运输局"), ("hrss", "人力资源和社会保障局"),
)  # fmt: skip
_HAN = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Duty:
    """A sentence and the concepts it carries."""

    text: str
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues plans."""

    code: str
    name: str
    level: str
    bureau: str


@dataclass(frozen=True, slots=True)
class Made:
    """An invented plan: its file and its truth."""

    plan_id: str
    office: Office
    year: int
    title: str
    text: str
    duties: tuple[Duty, ...]


def plans(count: int, seed: int = 7) -> Iterator[Made]:
    """Yield ``count`` plans, tree after tree, each tree from a random state of its own."""
    made = 0
    for number, (city, districts, bureau) in enumerate(_trees()):
        for plan in _tree(random.Random(f"{seed}/{number}"), city, districts, bureau):
            if made == count:
                return
            made += 1
            yield plan
    raise SystemExit(f"only {made} plans can be made")


def _trees() -> Iterator[tuple[tuple[str, str], list[tuple[str, str]], tuple[str, str]]]:
    """Yield city, districts and bureau of every tree there can be, in a fixed order."""
    text = resources.files("wpnet.reading").joinpath("data/places.csv").read_text("utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if not row.get("until")]
    below: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row["level"] == "district":
            below.setdefault(row["parent"], []).append((row["code"], row["name"]))
    cities = [(row["code"], row["name"]) for row in rows if row["level"] == "municipal"]
    for bureau in BUREAUS:
        for city in cities:
            districts = below.get(city[0], [])[:DISTRICTS]
            if len(districts) >= 4:
                yield city, districts, bureau


def _tree(
    dice: random.Random,
    city: tuple[str, str],
    districts: Sequence[tuple[str, str]],
    bureau: tuple[str, str],
) -> Iterator[Made]:
    offices = [Office(city[0], city[1] + bureau[1], "municipal", bureau[0])]
    offices += [Office(code, name + bureau[1], "district", bureau[0]) for code, name in districts]
    last: dict[str, tuple[Duty, ...]] = {}
    layout = {office.code: dice.randrange(len(LAYOUTS)) for office in offices}
    for year in YEARS:
        above: tuple[Duty, ...] = ()
        for office in offices:
            duties = _duties(dice, above, last.get(office.code, ()))
            yield _plan(dice, office, year, duties, layout[office.code])
            last[office.code] = duties
            above = above or duties


def _duties(dice: random.Random, above: Sequence[Duty], last: Sequence[Duty]) -> tuple[Duty, ...]:
    """Return the sentences of a plan: some from above, some from its last one, some new."""
    out: dict[tuple[Concept, ...], Duty] = {}

    def put(duty: Duty) -> None:
        if not any(set(known) & set(duty.concepts) for known in out):
            out[duty.concepts] = duty

    for duty in [*dice.sample(above, len(above) * 6 // 10), *dice.sample(last, len(last) // 2)]:
        way = dice.random()
        if way < 0.4:
            put(duty)
        elif way < 0.75:
            put(_worded(dice, duty.concepts))
        elif way < 0.9 and len(duty.concepts) == 1:
            put(_worded(dice, (*duty.concepts, _new_concept(dice))))
        else:
            for concept in duty.concepts:
                put(_worded(dice, (concept,)))
    while len(out) < DUTIES:
        put(_worded(dice, (_new_concept(dice),)))
    return tuple(sorted(out.values(), key=lambda duty: duty.concepts)[:DUTIES])


def _new_concept(dice: random.Random) -> Concept:
    return dice.randrange(len(MATTERS)), dice.randrange(len(SUBJECTS))


def _worded(dice: random.Random, concepts: tuple[Concept, ...]) -> Duty:
    parts = [dice.choice(MATTERS[matter][1]).format(it=SUBJECTS[it]) for matter, it in concepts]
    return Duty(
        dice.choice(GROUNDS) + "，并".join(parts) + dice.choice(EFFECTS) + "。", tuple(concepts)
    )


def _plan(
    dice: random.Random, office: Office, year: int, duties: Sequence[Duty], layout: int
) -> Made:
    title = f"{year}年{office.name}政务公开工作要点"
    groups = [duties[at :: len(SECTIONS)] for at in range(len(SECTIONS))]
    body = LAYOUTS[layout](dice, groups)
    lines = [title, "", f"{dice.choice(PREAMBLE)}", "", *body, "", office.name]
    lines.append(f"{year}年{dice.randrange(2, 6)}月{dice.randrange(1, 28)}日")
    plan_id = f"{office.code}-{office.bureau}-{year}"
    ordered = tuple(duty for group in groups for duty in group)
    return Made(plan_id, office, year, title, "\n".join(lines) + "\n", ordered)


def _nested(dice: random.Random, groups: Sequence[Sequence[Duty]]) -> Iterator[str]:
    """一、 （一）title。 three sentences and a bracket of units in each item."""
    for number, (section, group) in enumerate(zip(SECTIONS, groups, strict=True)):
        yield f"{_HAN[number]}、{section}"
        for item, at in enumerate(range(0, len(group), 3)):
            some = group[at : at + 3]
            title = MATTERS[some[0].concepts[0][0]][0]
            text = "".join(duty.text for duty in some)
            yield f"（{_HAN[item]}）{title}。{text}（责任单位：{_offices(dice)}）"


def _numbered(dice: random.Random, groups: Sequence[Sequence[Duty]]) -> Iterator[str]:
    """一、 1. sentence and its own bracket, in half-width marks."""
    for number, (section, group) in enumerate(zip(SECTIONS, groups, strict=True)):
        yield f"{_HAN[number]}、{section}"
        for item, duty in enumerate(group, start=1):
            yield f"{item}.{duty.text}(责任部门:{_offices(dice)})"


def _titled(dice: random.Random, groups: Sequence[Sequence[Duty]]) -> Iterator[str]:
    """一、 （一）title on a line of its own, sentences as paragraphs below."""
    for number, (section, group) in enumerate(zip(SECTIONS, groups, strict=True)):
        yield f"{_HAN[number]}、{section}"
        yield ""
        for item, at in enumerate(range(0, len(group), 2)):
            some = group[at : at + 2]
            yield f"（{_HAN[item]}）{MATTERS[some[0].concepts[0][0]][0]}"
            yield "".join(duty.text for duty in some) + f"（责任科室：{_offices(dice)}）"
            yield ""


LAYOUTS = (_nested, _numbered, _titled)


def _offices(dice: random.Random) -> str:
    return "、".join(dice.sample(OFFICES, dice.randrange(1, 4)))


def write(folder: Path, count: int, seed: int = 7) -> None:
    """Write raw files, ``manifest.csv`` and the truth (``truth.jsonl`` beside the folder)."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = "plan_id file title issuer place_code level bureau year sha256".split()
    with (
        (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as manifest,
        folder.with_name(f"{folder.name}-truth.jsonl").open("w", encoding="utf-8") as truth,
    ):
        rows = csv.writer(manifest, lineterminator="\n")
        rows.writerow(columns)
        for made in plans(count, seed):
            data = made.text.encode("utf-8")
            file = folder / f"{made.plan_id}.txt"
            if not file.exists() or file.read_bytes() != data:
                file.write_bytes(data)
            office = made.office
            row = [made.plan_id, file.name, made.title, office.name, office.code, office.level]
            rows.writerow([*row, office.bureau, made.year, hashlib.sha256(data).hexdigest()])
            duties = [[duty.text, duty.concepts] for duty in made.duties]
            truth.write(json.dumps([made.plan_id, duties], ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make invented plans with a known truth.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plans", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    write(options.folder, options.plans, options.seed)


if __name__ == "__main__":
    main()

"""Fit the weights of the cascade model and write wpnet/cascade/data/weights.json.

Run from the repository: ``python tools/fit_cascade.py``. The same input gives the same file. Learns
from the labelled sets below data/labels, on readings of encoders that never saw them
(data/labels/held_out.npz, written by ``python -m tools.encoder``). Prints which labelled rows the
new weights gained and lost, each answered by a model that has not seen its plans, and writes the
answers to data/labels/answers.csv; ``--compare`` prints only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from wpnet.cascade import changes
from wpnet.cascade.fitting import LabelledPair, pairs_of_sets
from wpnet.cascade.held_out import read_held_out
from wpnet.cascade.labels import LabelledSet, read_sets
from wpnet.cascade.unseen import readings_of, unseen_answers, with_encoder, without_encoder
from wpnet.pipeline import read_plan

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "data" / "labels"
ANSWERS = LABELS / "answers.csv"
WEIGHTS = ROOT / "wpnet" / "cascade" / "data" / "weights.json"
#: Pairs of the base plans that no label file may hold: kept aside for checking from outside.
KEPT_ASIDE = {
    ("shanghai-hrss-2023", "minhang-hrss-2025"),
    ("minhang-hrss-2025", "shanghai-hrss-2023"),
    ("shanghai-hrss-2020", "shanghai-hrss-2023"),
    ("shanghai-hrss-2023", "shanghai-hrss-2020"),
}


def labelled_sets() -> list[LabelledSet]:
    """Return every labelled set of the repository."""
    parsed = [read_plan(file) for file in sorted((ROOT / "data" / "raw").glob("*.txt"))]
    return read_sets(LABELS, {plan.plan.plan_id: plan.requirements for plan in parsed})


def learnt_from() -> list[LabelledPair]:
    """Return the labelled pairs that weights are fitted on: those with a fold."""
    pairs = pairs_of_sets(labelled_sets(), read_held_out(readings_of(LABELS)))
    found = [pair for pair in pairs if pair.fold >= 0]
    for pair in found:
        label = pair.labels[0]
        if (label.source_plan_id, label.target_plan_id) in KEPT_ASIDE:
            raise SystemExit(f"{label.source_id}: this pair is kept aside and may not be labelled")
    return found


def fitted(pairs: Sequence[LabelledPair]) -> str:
    """Return the text of weights.json for these labelled pairs."""
    rows = {kind: sum(len(p.labels) for p in pairs if p.kind == kind) for kind in _kinds(pairs)}
    models = {"default": with_encoder(pairs), "without_encoder": without_encoder(pairs)}
    stored = {
        "origin": ", ".join(f"{count} {kind} rows" for kind, count in rows.items()),
        "plan_pairs": sorted(
            {f"{p.labels[0].source_plan_id} -> {p.labels[0].target_plan_id}" for p in pairs}
        ),
        "models": {name: model.as_dict() for name, model in models.items()},
    }
    return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"


def answers_now() -> list[changes.Answered]:
    """Return the answer to every labelled row by a model that has not seen its plans."""
    sets, readings = labelled_sets(), read_held_out(readings_of(LABELS))
    return changes.answered(sets, unseen_answers(sets, readings))


def _kinds(pairs: Sequence[LabelledPair]) -> list[str]:
    return sorted({pair.kind for pair in pairs})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--compare", action="store_true", help="write nothing")
    options = parser.parse_args()
    if not options.compare:
        options.out.write_text(fitted(learnt_from()), "utf-8", newline="\n")
    now = answers_now()
    print(changes.changes(changes.read_answers(ANSWERS), now))
    if not options.compare:
        ANSWERS.write_text(changes.packed(now), "utf-8", newline="\n")


if __name__ == "__main__":
    main()

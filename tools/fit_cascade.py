"""Fit the weights of the cascade model and write wpnet/cascade/data/weights.json.

Run from the repository: ``python tools/fit_cascade.py [--gold FILE]``. The same input gives the
same file. Learns from data/labels/*.json and, if given, the rows of a gold file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from wpnet.cascade.evaluate import read_gold
from wpnet.cascade.features import FEATURES, LEXICAL
from wpnet.cascade.fitting import Label, fit_scorer, labelled_pairs
from wpnet.cascade.verdicts import LEXICAL_ROW, ROW_FEATURES
from wpnet.model import Requirement
from wpnet.pipeline import read_plan

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "wpnet" / "cascade" / "data" / "weights.json"
#: Never learnt from, whatever a label file holds: kept aside for checking (issue 3).
KEPT_ASIDE = {
    ("shanghai-hrss-2023", "minhang-hrss-2025"),
    ("shanghai-hrss-2020", "shanghai-hrss-2023"),
}


def fitted(
    requirements: Mapping[str, Sequence[Requirement]], labels: Sequence[Label], origin: str
) -> str:
    """Return the text of weights.json for these labelled rows."""
    used = [x for x in labels if (x.source_plan_id, x.target_plan_id) not in KEPT_ASIDE]
    pairs = labelled_pairs(used, requirements)
    models = {
        "default": fit_scorer(pairs, features=FEATURES, row_features=ROW_FEATURES),
        "without_concepts": fit_scorer(pairs, features=LEXICAL, row_features=LEXICAL_ROW),
    }
    stored = {
        "origin": f"{len(used)} labelled rows: {origin}",
        "plan_pairs": sorted({f"{x.source_plan_id} -> {x.target_plan_id}" for x in used}),
        "models": {name: model.as_dict() for name, model in models.items()},
    }
    return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, help="a gold file to learn from as well")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    files = sorted((ROOT / "data" / "labels").glob("*.json"))
    files += [options.gold] if options.gold else []
    labels = [label for file in files for label in read_gold(file)]
    parsed = [read_plan(file) for file in sorted((ROOT / "data" / "raw").glob("*.txt"))]
    requirements = {plan.plan.plan_id: plan.requirements for plan in parsed}
    text = fitted(requirements, labels, ", ".join(file.name for file in files))
    options.out.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()

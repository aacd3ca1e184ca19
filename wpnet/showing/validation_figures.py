"""Figures of how far the verdicts can be trusted, on plans that the model has not seen.

Every figure rests on held-out rows: the plan that is judged was no part of the rows that the
weights were fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from wpnet.cascade.align import align_pair
from wpnet.cascade.compare import Score
from wpnet.cascade.held_out import HeldOut as Readings
from wpnet.cascade.labels import Label, LabelledSet, read_sets
from wpnet.cascade.unseen import folds, unseen_methods, with_encoder
from wpnet.model import Coverage, Requirement
from wpnet.showing.frames import Frames
from wpnet.showing.style import (
    BLUE,
    GREY,
    ORANGE,
    SMALL,
    VERMILION,
    Language,
    nothing_to_show,
    word,
)

_CURVES = ((BLUE, "-"), (VERMILION, "--"), (ORANGE, "-."), (GREY, ":"))


#: The figures of a method that the notebook shows; the others are in ``wpnet evaluate``.
METHOD_FIGURES = (
    "link F1",
    "omission F1",
    "right verdict",
    "flagged",
    "right verdict after review",
    "unflagged omissions true",
)
#: Half the width of a 95 % interval in standard errors.
Z_95 = 1.959964


@dataclass(frozen=True)
class HeldOut:
    """What the model says about labelled rows of plans it was not fitted on.

    ``pairs``: a row a pair of sentences with ``score`` and ``is_link``, one column more for each
    baseline. ``rows``: a row a source duty and target plan with the ``label``, the verdict, its
    chances and ``needs_review``.
    """

    pairs: pd.DataFrame
    rows: pd.DataFrame


def held_out(
    sets: Sequence[LabelledSet], readings: Readings, *, baselines: dict[str, Score] | None = None
) -> HeldOut:
    """Apply to every real labelled row a model that has seen nothing of its target plan.

    ``sets`` are all labelled sets, ``readings`` what encoders that never saw a pair read in it
    (:mod:`wpnet.cascade.held_out`); ``baselines`` are scores of :mod:`wpnet.cascade.compare` to set
    beside the model's. Rows on which the readers differ are left out.
    """
    pairs: list[pd.DataFrame] = []
    rows: list[list[object]] = []
    for fold in folds(sets, readings):
        tested = [pair for pair in fold.tested if pair.kind == "real"]
        if not tested or not fold.known:
            continue
        scorer = with_encoder(fold.known)
        for held in tested:
            scores = {"score": scorer.link_chances(held.pair)}
            scores |= {name: score(held.pair) for name, score in (baselines or {}).items()}
            plan = held.labels[0].target_plan_id
            said = align_pair(held.pair, scorer, target_plan_id=plan).coverage
            verdicts = {row.source_id: row for row in said}
            for label, at, is_link in zip(held.labels, held.rows, held.is_link, strict=True):
                if label.doubtful:
                    continue
                ids = [entry.requirement_id for entry in held.pair.target]
                told = {"source_id": label.source_id, "target_id": ids, "is_link": is_link > 0}
                pairs.append(pd.DataFrame(told | {name: m[at] for name, m in scores.items()}))
                rows.append(_row(label, verdicts[label.source_id]))
    columns = ["source_id", "target_plan_id", "label", "verdict", "needs_review"]
    columns += ["p_carried", "p_partial", "p_omitted", "target_ids", "label_ids", "nearest_id"]
    empty = pd.DataFrame(columns=["source_id", "target_id", "is_link", "score"])
    table = pd.concat(pairs, ignore_index=True) if pairs else empty
    return HeldOut(table, pd.DataFrame(rows, columns=columns))


def _row(label: Label, said: Coverage) -> list[object]:
    return [
        label.source_id,
        label.target_plan_id,
        label.verdict,
        said.auto_verdict,
        said.needs_review,
        said.p_carried,
        said.p_partial,
        said.p_omitted,
        said.target_ids,
        label.target_ids,
        said.nearest_id,
    ]


def errors_data(frames: Frames, held: HeldOut) -> pd.DataFrame:
    """Return the rows judged otherwise than labelled, the surest errors first, with the texts."""
    texts = {entry.requirement_id: entry.text for entry in frames.corpus.requirements}
    wrong = held.rows[held.rows["label"] != held.rows["verdict"]].copy()
    chances = ["p_carried", "p_partial", "p_omitted"]
    wrong["certainty"] = wrong[chances].max(axis=1)
    wrong["text"] = [texts[name] for name in wrong["source_id"]]
    both = zip(wrong["label_ids"], wrong["nearest_id"], strict=True)
    shown = [ids[0] if ids else near for ids, near in both]
    wrong["target_id"] = shown
    wrong["target_text"] = [texts.get(name, "") for name in shown]
    told = ["source_id", "label", "verdict", "certainty", "needs_review", "text", "target_id"]
    order = ["certainty", "source_id"]
    ranked = wrong.sort_values(order, ascending=[False, True], ignore_index=True)
    return ranked[[*told, "target_text"]]


def histogram_data(held: HeldOut, *, bins: int = 10) -> pd.DataFrame:
    """Return how many pairs have a score in each bin, by whether they are labelled a link."""
    edges = np.linspace(0, 1, bins + 1)
    table = pd.DataFrame({"low": edges[:-1], "high": edges[1:]})
    for name, wanted in (("linked", True), ("unlinked", False)):
        scores = held.pairs.loc[held.pairs["is_link"].astype(bool) == wanted, "score"]
        table[name] = np.histogram(scores.to_numpy(dtype=float), bins=edges)[0]
    return table if len(held.pairs) else table.iloc[:0]


def draw_histogram(
    data: pd.DataFrame,
    ax: Axes,
    *,
    thresholds: Sequence[tuple[str, float]] = (),
    language: Language = "zh",
) -> Axes:
    """Draw the score histogram on a log scale; ``thresholds`` are vertical lines with names."""
    if data.empty:
        return nothing_to_show(ax, language)
    width = (data["high"] - data["low"]) * 0.45
    middle = (data["high"] + data["low"]) / 2
    linked, unlinked = word("linked", language), word("unlinked", language)
    ax.bar(middle - width / 2, data["unlinked"], width=width, color="#bdbdbd", label=unlinked)
    ax.bar(middle + width / 2, data["linked"], width=width, color=BLUE, label=linked)
    ax.set_yscale("symlog", linthresh=1)
    ax.yaxis.set_major_formatter("{x:g}")
    for name, value in thresholds:
        ax.axvline(value, color=VERMILION, lw=0.8, ls="--")
        ax.annotate(
            f"{name} {value:.2f} ",
            (value, 0.8),
            xycoords=("data", "axes fraction"),
            ha="right",
            fontsize=SMALL,
            color=VERMILION,
        )
    ax.set_xlim(0, 1)
    ax.set_xlabel(word("score", language))
    ax.set_ylabel(word("pairs", language))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.16), ncols=2)
    return ax


def precision_recall_data(held: HeldOut) -> pd.DataFrame:
    """Return precision and recall of links at every score, for the model and each baseline."""
    blocks = []
    total = int(held.pairs["is_link"].sum())
    names = [str(n) for n in held.pairs if n not in ("source_id", "target_id", "is_link")]
    for name in names if total else ():
        order = [name, "source_id", "target_id"]
        ranked = held.pairs.sort_values(order, ascending=[False, True, True])
        hits = ranked["is_link"].astype(int).cumsum().to_numpy()
        seen = np.arange(1, len(ranked) + 1)
        block = pd.DataFrame(
            {
                "method": name,
                "threshold": ranked[name].to_numpy(),
                "precision": hits / seen,
                "recall": hits / total,
            }
        )
        last = block[~block["threshold"].duplicated(keep="last")]  # ties are accepted together
        blocks.append(last[(last["recall"].diff() != 0) | (last.index == 0)])
    if blocks:
        return pd.concat(blocks, ignore_index=True)
    return pd.DataFrame(columns=["method", "threshold", "precision", "recall"])


def draw_precision_recall(data: pd.DataFrame, ax: Axes, *, language: Language = "zh") -> Axes:
    """Draw a precision-recall curve a method."""
    if data.empty:
        return nothing_to_show(ax, language)
    for (name, block), (colour, line) in zip(
        data.groupby("method", sort=False), _CURVES, strict=False
    ):
        label = word("model" if name == "score" else str(name), language)
        ax.plot(
            block["recall"],
            block["precision"],
            color=colour,
            ls=line,
            label=label,
            drawstyle="steps-pre",
        )
    ax.set_xlim(0, 1.01)
    ax.set_ylim(0, 1.03)
    ax.set_xlabel(word("recall", language))
    ax.set_ylabel(word("precision", language))
    ax.legend(loc="lower left")
    return ax


def reliability_data(held: HeldOut, *, bins: int = 5) -> pd.DataFrame:
    """Return said and found shares of each verdict, by how sure the model said it was.

    ``said`` is the mean chance in the bin, ``found`` the share of labels with that verdict,
    ``low`` and ``high`` the 95 % Wilson interval of ``found``.
    """
    blocks = []
    for verdict in ("carried", "partial", "omitted") if len(held.rows) else ():
        chance = held.rows[f"p_{verdict}"].astype(float)
        step = np.minimum((chance * bins).astype(int), bins - 1)
        table = pd.DataFrame(
            {"bin": step, "said": chance, "found": (held.rows["label"] == verdict).astype(float)}
        )
        block = table.groupby("bin").agg(
            said=("said", "mean"), found=("found", "mean"), rows=("found", "size")
        )
        block.insert(0, "verdict", verdict)
        blocks.append(block)
    if held.rows.empty:
        return pd.DataFrame(columns=["verdict", "said", "found", "rows", "low", "high"])
    out = pd.concat(blocks, ignore_index=True)
    square = Z_95**2 / out["rows"]
    centre = (out["found"] + square / 2) / (1 + square)
    spread = (out["found"] * (1 - out["found"]) / out["rows"] + square / (4 * out["rows"])) ** 0.5
    half = Z_95 * spread / (1 + square)
    out["low"], out["high"] = (centre - half).clip(0, 1), (centre + half).clip(0, 1)
    return out


def draw_reliability(data: pd.DataFrame, ax: Axes, *, language: Language = "zh") -> Axes:
    """Draw what was said against what was found; the diagonal is perfect calibration."""
    if data.empty:
        return nothing_to_show(ax, language)
    ax.plot([0, 1], [0, 1], color=GREY, lw=0.7, ls=":", label=word("perfect", language))
    marks = (("carried", BLUE, "o"), ("partial", ORANGE, "s"), ("omitted", VERMILION, "^"))
    for verdict, colour, marker in marks:
        block = data[data["verdict"] == verdict]
        reach = [
            (block["found"] - block["low"]).clip(lower=0),
            (block["high"] - block["found"]).clip(lower=0),
        ]
        ax.errorbar(
            block["said"],
            block["found"],
            yerr=reach,
            color=colour,
            marker=marker,
            ms=3,
            lw=0.8,
            elinewidth=0.5,
            label=word(verdict, language),
        )
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel(word("said", language))
    ax.set_ylabel(word("found", language))
    ax.legend(loc="upper left")
    return ax


def gold_plans(gold: Sequence[Label]) -> list[str]:
    """Return the plans that labelled rows speak of, sources and targets, in order."""
    plans = {plan for row in gold for plan in (row.source_plan_id, row.target_plan_id)}
    return sorted(plans)


def sets_at(folder: Path, frames: Frames) -> list[LabelledSet]:
    """Return the labelled sets of a folder; of the real rows, those whose plans are held."""
    held = requirements_by_plan(frames)
    found = []
    for one in read_sets(folder, held):
        labels = tuple(
            row
            for row in one.labels
            if {row.source_plan_id, row.target_plan_id} <= set(one.requirements)
        )
        if labels:
            found.append(replace(one, labels=labels))
    return found


def labels_data(gold: Sequence[Label]) -> pd.DataFrame:
    """Return labelled rows as a table."""
    rows = [[row.source_id, row.target_plan_id, row.verdict, row.target_ids] for row in gold]
    return pd.DataFrame(rows, columns=["source_id", "target_plan_id", "verdict", "target_ids"])


def requirements_by_plan(frames: Frames) -> dict[str, list[Requirement]]:
    """Return the requirements of every plan, as the methods of ``compare`` want them."""
    by_plan: dict[str, list[Requirement]] = {}
    for entry in frames.corpus.requirements:
        by_plan.setdefault(entry.plan_id, []).append(entry)
    return by_plan


def methods_data(sets: Sequence[LabelledSet], readings: Readings) -> pd.DataFrame:
    """Return the figures of the model and of what it is set beside, a row a set and method.

    Columns: ``set`` (``real``, ``lifelike``, …, and each family), ``method``, ``rows``, then value,
    low and high of each figure.
    """
    table = []
    if sets:
        for method, found in unseen_methods(sets, readings).items():
            for name, evaluation in found.items():
                row: dict[str, object] = {"set": name, "method": method, "rows": evaluation.rows}
                for figure, (value, low, high) in evaluation.overall.items():
                    row |= {figure: value, f"{figure} low": low, f"{figure} high": high}
                table.append(row)
    empty = ["set", "method", "rows", *METHOD_FIGURES]
    return pd.DataFrame(table, columns=list(table[0]) if table else empty)

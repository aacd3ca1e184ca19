"""Figures of what is left out: by section, by responsible unit, and over the thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from wpnet.cascade.evidence import missing
from wpnet.showing.cascade_figures import VERDICTS, coverage_data
from wpnet.showing.frames import Frames, duties_of, item_label, of_corpus, rows_of
from wpnet.showing.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    SMALL,
    VERDICT_COLOURS,
    VERDICT_INKS,
    VERMILION,
    Language,
    bare,
    cut,
    legend_below,
    nothing_to_show,
    plan_head,
    word,
)

#: Thresholds at which the list of omissions is drawn up again: all that are neither nearly
#: certain to name everything nor nearly certain to name nothing.
THRESHOLDS = tuple(step / 100 for step in range(10, 91, 5))
_LINES = ((BLUE, "-", "o"), (VERMILION, "--", "s"), (ORANGE, "-.", "^"), (INK, ":", "D"))


@of_corpus
def sections_data(frames: Frames, source: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return how many duties of each section of ``source`` get which verdict in each target."""
    rows = coverage_data(frames, source, targets)
    return _counted(rows, ["section_no", "section_title"])


@of_corpus
def units_data(frames: Frames, source: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return the same by the source's responsible unit: a duty counts for each of its units.

    Units are those of the assignments in effect; ``unit_kind`` tells named offices from groups.
    """
    rows = coverage_data(frames, source, targets)
    assigned = frames.assignments[frames.assignments["effective"].astype(bool)]
    named = assigned[["requirement_id", "unit_id"]].drop_duplicates()
    units = frames.units[["unit_id", "name", "kind"]].rename(
        columns={"name": "unit", "kind": "unit_kind"}
    )
    merged = rows.merge(named, on="requirement_id").merge(units, on="unit_id")
    return _counted(merged, ["unit_id", "unit", "unit_kind"])


def _counted(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Count verdicts by ``keys`` and target; ``share_omitted`` is omitted of all."""
    columns = [*keys, "target_plan_id", "target", *VERDICTS, "duties", "share_omitted"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    marks = pd.DataFrame({name: (rows["verdict"] == name).astype(int) for name in VERDICTS})
    table = pd.concat([rows[[*keys, "target_plan_id", "target"]], marks], axis=1)
    by = [*keys, "target_plan_id", "target"]
    counted: pd.DataFrame = table.groupby(by, sort=False)[list(VERDICTS)].sum().reset_index()
    counted["duties"] = counted[list(VERDICTS)].sum(axis=1)
    counted["share_omitted"] = counted["omitted"] / counted["duties"]
    return counted[columns]


def draw_sections(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 52
) -> Axes:
    """Draw a stacked bar of verdicts for each section and target plan."""
    if data.empty:
        return nothing_to_show(ax, language)
    at = 0.0
    ticks: list[float] = []
    labels: list[str] = []
    for name, block in data.groupby("section_title", sort=False):
        ax.text(0, at, cut(str(name), label_cells), va="center", color=BLUE, fontsize=SMALL)
        at += 0.9
        for row in rows_of(block):
            _bar(ax, at, row)
            ticks.append(at)
            labels.append(plan_head(row.target, row.target_plan_id, language).replace("\n", " "))
            at += 1
        at += 0.45
    ax.set_yticks(ticks, labels)
    ax.set_ylim(at - 0.5, -0.7)
    ax.set_xlim(0, float(data["duties"].max()) * 1.02)
    ax.set_xticks([])
    bare(ax)
    handles = [Patch(facecolor=VERDICT_COLOURS[v], edgecolor=GREY, lw=0.3) for v in VERDICTS]
    legend_below(ax, handles, [word(v, language) for v in VERDICTS])
    return ax


def draw_units(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", label_cells: int = 22
) -> Axes:
    """Draw for each unit which shares of its duties get which verdict, all target plans together.

    The unit with the largest share of omissions stands on top; the numbers count pairs of duty and
    target plan, their sum stands behind the bar; groups are marked with *.
    """
    if data.empty:
        return nothing_to_show(ax, language)
    ranked = units_ranked(data)
    labels = []
    for at, row in enumerate(rows_of(ranked)):
        _bar(ax, at, row, whole=float(row.duties), least=0.07)
        ax.text(1.02, at, str(row.duties), va="center", fontsize=SMALL, color=GREY)
        labels.append(cut(str(row.unit), label_cells) + (" *" if row.unit_kind == "group" else ""))
    ax.set_yticks(range(len(ranked)), labels)
    ax.set_ylim(len(ranked) - 0.5, -0.6)
    ax.set_xlim(0, 1.09)
    ax.set_xticks([])
    bare(ax)
    handles = [Patch(facecolor=VERDICT_COLOURS[v], edgecolor=GREY, lw=0.3) for v in VERDICTS]
    names = [word(v, language) for v in VERDICTS]
    if (ranked["unit_kind"] == "group").any():
        handles.append(Patch(facecolor="none"))
        names.append(f"* {word('group', language)}")
    legend_below(ax, handles, names)
    return ax


def units_ranked(data: pd.DataFrame) -> pd.DataFrame:
    """Return :func:`units_data` with the target plans added up, most often left out first."""
    by = ["unit_id", "unit", "unit_kind"]
    summed: pd.DataFrame = data.groupby(by, sort=False)[[*VERDICTS, "duties"]].sum().reset_index()
    summed["share_omitted"] = summed["omitted"] / summed["duties"].where(summed["duties"] > 0, 1)
    order = ["share_omitted", "duties", "unit"]
    return summed.sort_values(order, ascending=[False, False, True], ignore_index=True)


def _bar(ax: Axes, at: float, row: object, *, whole: float = 1.0, least: float = 0.0) -> None:
    """Draw the verdicts of a row as one bar; numbers where a part is at least ``least`` long."""
    left = 0.0
    for verdict in VERDICTS:
        count = float(getattr(row, verdict))
        size = count / whole if whole else 0.0
        if not size:
            continue
        colour, ink = VERDICT_COLOURS[verdict], VERDICT_INKS[verdict]
        ax.barh(at, size, left=left, height=0.78, color=colour, edgecolor=GREY, lw=0.2)
        if size >= least:
            ax.annotate(
                f"{count:.0f}",
                (left + size / 2, at),
                ha="center",
                va="center",
                color=ink,
                fontsize=SMALL,
            )
        left += size


@of_corpus
def thresholds_data(
    frames: Frames,
    source: str,
    targets: Sequence[str],
    *,
    thresholds: Sequence[float] = THRESHOLDS,
) -> pd.DataFrame:
    """Return how many duties count as left out where omission is said from each threshold on."""
    rows = coverage_data(frames, source, targets)
    table = [
        [target_id, target, threshold, int((block["p_omitted"] >= threshold).sum()), len(block)]
        for (target_id, target), block in rows.groupby(["target_plan_id", "target"], sort=False)
        for threshold in thresholds
    ]
    columns = ["target_plan_id", "target", "threshold", "omitted", "duties"]
    return pd.DataFrame(table, columns=columns)


def draw_thresholds(
    data: pd.DataFrame,
    ax: Axes,
    *,
    used: float | None = None,
    share: bool = False,
    language: Language = "zh",
) -> Axes:
    """Draw the number of omissions over the threshold, a line a target plan.

    ``share``: ``omitted`` is a share of the duties, as :func:`wpnet.network.sensitivity` gives it.
    ``used`` marks the threshold of the build with a vertical line.
    """
    if data.empty:
        return nothing_to_show(ax, language)
    for at, (target_id, block) in enumerate(data.groupby("target_plan_id", sort=False)):
        colour, line, marker = _LINES[at % len(_LINES)]
        name = plan_head(block["target"].iloc[0], str(target_id), language).replace("\n", " ")
        ax.plot(
            block["threshold"],
            block["omitted"],
            color=colour,
            ls=line,
            marker=marker,
            ms=2.5,
            label=name,
        )
    if used is not None:
        ax.axvline(used, color=GREY, lw=0.7, ls="-", zorder=0)
        label = f" {word('used', language)} {used:.2f}"
        ax.text(used, ax.get_ylim()[1], label, va="top", ha="left", color=GREY, fontsize=SMALL)
    ax.set_xlabel(word("threshold", language))
    ax.set_ylabel(word("omitted share" if share else "omissions", language))
    if share:
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylim(bottom=0)
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.92) if used is not None else None)
    return ax


@of_corpus
def additions_data(frames: Frames, targets: Sequence[str]) -> pd.DataFrame:
    """Return the duties of the target plans that no held higher plan leads to."""
    from wpnet.showing.origin_figures import spectrogram_data

    rows = spectrogram_data(frames, targets)
    if rows.empty:
        return pd.DataFrame(columns=["target", "path", "item", "text"])
    own = rows[rows["origin"] == "local"]
    return own[["target", "requirement_id", "path", "item", "text"]].reset_index(drop=True)


@of_corpus
def omitted_data(frames: Frames, source: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return the omitted duties, each with its nearest sentence and its chance, for reading.

    ``not_found`` are the parts of the duty that the nearest sentence does not have
    (:mod:`wpnet.cascade.evidence`).
    """
    rows = coverage_data(frames, source, targets)
    texts = dict(
        zip(frames.requirements["requirement_id"], frames.requirements["text"], strict=True)
    )
    gone = rows[rows["verdict"] == "omitted"].copy()
    gone["nearest"] = [texts.get(name, "") for name in gone["nearest_id"]]
    known = frames.corpus.requirement_by_id
    gone["not_found"] = [
        "；".join(missing(known[duty], [known[name]] if name in known else []))
        for duty, name in zip(gone["requirement_id"], gone["nearest_id"], strict=True)
    ]
    items = {row.requirement_id: item_label(row) for row in rows_of(duties_of(frames, source))}
    gone["item"] = [items[name] for name in gone["requirement_id"]]
    told = [
        "path",
        "item",
        "text",
        "target",
        "p_omitted",
        "needs_review",
        "nearest",
        "nearest_score",
        "not_found",
    ]
    return gone[told].reset_index(drop=True)


@of_corpus
def lag_data(frames: Frames, source: str, targets: Sequence[str]) -> pd.DataFrame:
    """Return how far apart source and targets are, and whether the plan between them is held.

    ``same_year_plan`` is the plan of the source's issuer for the target's year, ``state`` whether
    it is ``held``, ``cited`` (by a held plan) or ``unknown``.
    """
    plans = {str(row.plan_id): row for row in rows_of(frames.plans)}
    rows = []
    for target in targets:
        if source not in plans or target not in plans:
            continue
        above, below = plans[source], plans[target]
        same = frames.plans[
            (frames.plans["place_code"] == above.place_code)
            & (frames.plans["bureau"] == above.bureau)
            & (frames.plans["year"] == below.year)
        ]
        state = "unknown"
        if not same.empty:
            state = "held" if bool(same["held"].iloc[0]) else "cited"
        name, number = same[["plan_id", "doc_number"]].iloc[0] if len(same) else ("", "")
        lag = int(below.year) - int(above.year)
        rows.append([target, int(above.year), int(below.year), lag, name, number, state])
    columns = ["target_plan_id", "source_year", "target_year", "lag_years", "same_year_plan"]
    return pd.DataFrame(rows, columns=[*columns, "doc_number", "state"])

"""What the tables of the figures say, in sentences whose numbers are counted here.

Notebooks and reports show these sentences instead of numbers typed by hand: with other parameters,
or after another build, they are still true. A table without rows gives a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from wpnet.showing.frames import Frames, duties_of, rows_of

if TYPE_CHECKING:
    from wpnet.showing.validation_figures import HeldOut

NOTHING = "**The corpus holds nothing for these parameters**, so there is nothing to say."


def corpus_sentence(frames: Frames) -> str:
    """Say how many plans and requirements are held, and what is cited but not held."""
    plans = frames.plans
    held = plans[plans["held"].astype(bool)]
    if held.empty:
        return NOTHING
    missing = plans[~plans["held"].astype(bool)]
    kinds = frames.requirements["kind"].value_counts()
    named = "; ".join(f"《{row.title}》{row.doc_number}" for row in rows_of(missing))
    years = f"{held['year'].min()} to {held['year'].max()}"
    return (
        f"{len(held)} plans of {years} are held, with {kinds.get('duty', 0)} duties and "
        f"{kinds.get('preamble', 0)} preamble sentences. {len(missing)} plans are cited by them "
        f"but not held{': ' + named if named else ''}."
    )


def audit_sentence(data: pd.DataFrame) -> str:
    """Say how much text became requirements and how much could not be parsed.

    ``data`` is :func:`wpnet.showing.corpus_figures.audit_data`.
    """
    if data.empty:
        return NOTHING
    sums = data.groupby("audit_class")["characters"].sum()
    total = int(sums.sum())
    return (
        f"Of {total:,} characters, {sums.get('requirement', 0) / total:.0%} are requirements and "
        f"{int(sums.get('unparsed', 0))} could not be parsed."
    )


def worst_section_sentence(data: pd.DataFrame) -> str:
    """Say in which section most is not found, in all target plans together.

    ``data`` is :func:`wpnet.showing.omission_figures.sections_data`.
    """
    if data.empty:
        return NOTHING
    sums = data.groupby("section_title", sort=False)[["omitted", "duties"]].sum().reset_index()
    sums["share"] = sums["omitted"] / sums["duties"]
    worst = sums.sort_values("share", ascending=False, kind="stable").iloc[0]
    gone, all_pairs = int(sums["omitted"].sum()), int(sums["duties"].sum())
    return (
        f"{gone} of {all_pairs} duties, counted for each target plan, are not found in it. "
        f"The share is largest in 「{worst['section_title']}」: {worst['omitted']} of "
        f"{worst['duties']} ({worst['share']:.0%})."
    )


def worst_unit_sentence(data: pd.DataFrame) -> str:
    """Say whose duties are most often not found; ``data`` is a ranked table of units.

    ``data`` is :func:`wpnet.showing.omission_figures.units_ranked`.
    """
    if data.empty:
        return "**The source names no responsible units**, so nothing can be said of them."
    top = data[data["share_omitted"] == data["share_omitted"].max()].iloc[0]
    tied = data[data["share_omitted"] == top["share_omitted"]]["unit"]
    first = data.sort_values(["omitted", "unit"], ascending=[False, True]).iloc[0]
    return (
        f"The duties of {'、'.join(tied)} are most often not found ({int(top['omitted'])} of "
        f"{int(top['duties'])} pairs of duty and target plan each, {top['share_omitted']:.0%}); in "
        f"absolute numbers those of {first['unit']} ({int(first['omitted'])} of "
        f"{int(first['duties'])})."
    )


def threshold_sentence(data: pd.DataFrame, low: float, high: float) -> str:
    """Say how the number of omissions moves where the threshold moves from ``low`` to ``high``.

    ``data`` is :func:`wpnet.showing.omission_figures.thresholds_data`.
    """
    rows = data[(data["threshold"] >= low - 1e-9) & (data["threshold"] <= high + 1e-9)]
    if rows.empty:
        return NOTHING
    parts = [
        f"**{target}** {block['omitted'].min()} to {block['omitted'].max()}"
        for target, block in rows.groupby("target", sort=False)
    ]
    return (
        f"With a threshold from {low:.2f} to {high:.2f} so many are not found: {', '.join(parts)}."
    )


def evolution_sentence(data: pd.DataFrame) -> str:
    """Say how many duties were carried on, changed, dropped, and how many are new.

    ``data`` is :func:`wpnet.showing.evolution_figures.evolution_data`.
    """
    if data.empty:
        return NOTHING
    count = data["change"].value_counts()
    old = int((data["change"] != "new").sum())
    return (
        f"Of {old} duties of the earlier plan {count.get('carried', 0)} are carried on, "
        f"{count.get('changed', 0)} come back changed and {count.get('dropped', 0)} are dropped; "
        f"{count.get('new', 0)} duties of the later plan are new."
    )


def onward_sentence(data: pd.DataFrame) -> str:
    """Say how many duties all, some or no target plans take up.

    ``data`` is :func:`wpnet.showing.evolution_figures.alluvial_data`.
    """
    on = data[data["stage"] == 2]
    if on.empty:
        return NOTHING
    sums = on.groupby("to_node")["to_count"].sum().sort_index(ascending=False)
    parts = [f"{count} by {level}" for level, count in sums.items()]
    return (
        f"Of {int(sums.sum())} duties, taken up at least in part: {', '.join(parts)} target plans."
    )


def terms_sentence(data: pd.DataFrame, top: int = 4) -> str:
    """Name the words that rise and fall most.

    ``data`` is :func:`wpnet.showing.evolution_figures.terms_data`.
    """
    if data.empty:
        return NOTHING
    rising = data[data["change"] > 0].head(top)
    falling = data[data["change"] < 0].iloc[::-1].head(top)
    told = [
        "、".join(f"{row.term} ({row.count_before} → {row.count_after})" for row in rows_of(part))
        for part in (rising, falling)
    ]
    return f"Rising most: {told[0] or 'none'}. Falling most: {told[1] or 'none'}."


def load_sentence(data: pd.DataFrame) -> str:
    """Say who answers for most, and how often groups are named instead of offices.

    ``data`` is :func:`wpnet.showing.unit_figures.unit_load_data`.
    """
    if data.empty:
        return "**No held plan among these names responsible units**, so there is nothing to count."
    parts = []
    for plan, block in data.groupby("plan", sort=False):
        top = block.iloc[0]
        groups = block[block["unit_kind"] == "group"]["duties"].sum()
        parts.append(
            f"in **{plan}** {top['unit']} answers for most duties ({top['duties']}); "
            f"{int(groups)} of {int(block['duties'].sum())} namings are of groups"
        )
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def prose_sentence(data: pd.DataFrame) -> str:
    """Say how often the task table names other units than the prose.

    ``data`` is :func:`wpnet.showing.unit_figures.prose_table_data`.
    """
    if data.empty:
        return "**The plan has no task table**, so prose and table cannot be compared."
    ruled = data[data["table"] != ""]
    same = int(ruled["same"].sum())
    return (
        f"The task table has a row for {len(ruled)} of {len(data)} duties; it names the same units "
        f"as the prose for {same} of them and others for {len(ruled) - same}."
    )


def additions_sentence(data: pd.DataFrame, frames: Frames, targets: Sequence[str]) -> str:
    """Say how many duties of the target plans have no held source.

    ``data`` is :func:`wpnet.showing.omission_figures.additions_data`.
    """
    total = sum(len(duties_of(frames, target)) for target in targets)
    if not total:
        return NOTHING
    counts = data.groupby("target", sort=False).size()
    parts = [f"{target} {count}" for target, count in counts.items()]
    named = f" ({', '.join(parts)})" if parts else ""
    return (
        f"{len(data)} of the {total} duties of the target plans{named} have no source in any held "
        f"plan above them."
    )


def lag_sentence(data: pd.DataFrame) -> str:
    """Say for which target plans the plan of the same year is missing.

    ``data`` is :func:`wpnet.showing.omission_figures.lag_data`.
    """
    if data.empty:
        return NOTHING
    missing = data[(data["state"] != "held") & (data["lag_years"] > 0)]
    parts = []
    for row in rows_of(missing):
        cited = (
            f"cites the plan of its own year ({row.doc_number or row.same_year_plan})"
            if row.state == "cited"
            else "cites no plan of the source's issuer for its own year"
        )
        years = "1 year" if row.lag_years == 1 else f"{row.lag_years} years"
        parts.append(f"`{row.target_plan_id}` is {years} younger and {cited}")
    if not parts:
        return "For every target plan the plan of its own year is held."
    return (
        f"For {len(parts)} of {len(data)} target plans the plan of their own year is not held: "
        f"{'; '.join(parts)}."
    )


def flow_sentence(data: pd.DataFrame) -> str:
    """Say to whom most duties come down.

    ``data`` is :func:`wpnet.showing.unit_figures.office_flow_data`.
    """
    if data.empty:
        return (
            "**One of the two plans names no units**, so no duty can be followed between offices."
        )
    sums = data.groupby(["target_unit", "target_unit_kind"])["links"].sum().reset_index()
    top = sums.sort_values(["links", "target_unit"], ascending=[False, True]).iloc[0]
    total = int(sums["links"].sum())
    groups = int(sums.loc[sums["target_unit_kind"] == "group", "links"].sum())
    return (
        f"Of {total} ways from an office to an office most end at {top['target_unit']} "
        f"({top['links']}); {groups} ({groups / total:.0%}) end at a group, not at a named office."
    )


def trust_sentence(held: HeldOut, methods: pd.DataFrame) -> str:
    """Say how often the verdicts are right on plans that were not learnt from.

    ``held`` is :func:`wpnet.showing.validation_figures.held_out`, ``methods`` the table of
    :func:`~wpnet.showing.validation_figures.methods_data`.
    """
    rows = held.rows
    if rows.empty or methods.empty:
        return "**There are no labelled rows for these parameters**, so nothing can be measured."
    right = int((rows["label"] == rows["verdict"]).sum())
    flagged = int(rows["needs_review"].sum())
    after = int(((rows["label"] == rows["verdict"]) | rows["needs_review"].astype(bool)).sum())
    methods = methods[methods["set"] == "real"]
    model = methods[methods["method"] == "default"].iloc[0]
    others = methods[methods["method"] != "default"]
    best = others.sort_values("omission F1").iloc[-1]
    told = [
        f"{name} {model[name]:.2f} (95 % interval {model[f'{name} low']:.2f} to "
        f"{model[f'{name} high']:.2f})"
        for name in ("link F1", "omission F1")
    ]
    return (
        f"{right} of {len(rows)} verdicts are those of the labels; {flagged} are flagged for "
        f"review, and with these answered rightly {after} would be right. {told[0]}, {told[1]}; "
        f"the best baseline for omissions, {best['method']}, reaches {best['omission F1']:.2f}."
    )


def errors_sentence(errors: pd.DataFrame, border: pd.DataFrame) -> str:
    """Say how many errors there are, how many of them concern omission, and how many are flagged.

    ``errors`` is :func:`wpnet.showing.validation_figures.errors_data`, ``border`` those of its
    rows where label or verdict is ``omitted``.
    """
    if errors.empty:
        return "No labelled row was judged otherwise than labelled, or there are no labelled rows."
    flagged = int(errors["needs_review"].astype(bool).sum())
    open_ones = int((~border["needs_review"].astype(bool)).sum())
    return (
        f"Of {len(errors)} rows judged otherwise than labelled {flagged} are flagged for review. "
        f"{len(border)} concern omission, {open_ones} of which are not flagged."
    )

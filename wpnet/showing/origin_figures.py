"""The spectrogram of a plan: one tile a requirement, coloured by where it may come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from wpnet.cascade.origins import origins
from wpnet.model import Relation
from wpnet.showing.frames import (
    Frames,
    duties_of,
    item_label,
    of_corpus,
    plan_names,
    rows_of,
    sources_of,
)
from wpnet.showing.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LOCAL_COLOUR,
    ORANGE,
    SMALL,
    VERMILION,
    Language,
    bare,
    legend_below,
    nothing_to_show,
    plan_head,
    rows_with_gaps,
    word,
)

#: Colours of the single source plans, the latest plan first.
SOURCE_COLOURS = (BLUE, ORANGE, GREEN, VERMILION)
SEVERAL_COLOUR = "#1b2a49"


@of_corpus
def spectrogram_data(frames: Frames, targets: Sequence[str]) -> pd.DataFrame:
    """Return every duty of the target plans with the plans it may come from.

    These are the plans above; for a plan with none above it, the issuer's earlier plans.
    ``origin`` is the id of the likeliest source plan, ``several`` where more than one is about as
    likely, or ``local``; ``best_source_id`` and ``best_score`` name the strongest accepted link
    (see :func:`wpnet.cascade.origins.origins`).
    """
    names = plan_names(frames)
    blocks = [
        _origins(frames, target).assign(target=names.get(target, target)) for target in targets
    ]
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()


def _origins(frames: Frames, target: str) -> pd.DataFrame:
    duties = duties_of(frames, target)
    corpus = frames.corpus
    own = [entry for entry in corpus.requirements if entry.plan_id == target]
    relations: tuple[Relation, ...] = ("cascade",) if sources_of(frames, target) else ("evolution",)
    named = origins(own, corpus.links, corpus.plans, relations=relations)
    found = {entry.target_id: entry for entry in named}
    rows = []
    for row in rows_of(duties):
        origin = found[row.requirement_id]
        kind = origin.source_plans[0] if origin.kind == "single" else origin.kind
        told = [target, row.requirement_id, row.path, item_label(row), row.text]
        best = origin.source_ids[0] if origin.source_ids else ""
        rows.append([*told, kind, origin.source_plans, best, origin.score])
    columns = ["target_plan_id", "requirement_id", "path", "item", "text", "origin"]
    return pd.DataFrame(rows, columns=[*columns, "source_plan_ids", "best_source_id", "best_score"])


def draw_spectrogram(
    data: pd.DataFrame,
    ax: Axes,
    *,
    names: Mapping[str, str],
    language: Language = "zh",
) -> Axes:
    """Draw a strip a target plan with a tile a requirement, coloured by where it may come from.

    ``names`` says what the legend calls the source plans (``plan_names``).
    """
    if data.empty:
        return nothing_to_show(ax, language)
    listed = {name: names.get(name, name) for name in _named_origins(data)}
    colours = dict(zip(listed, SOURCE_COLOURS, strict=False))
    colours |= {"several": SEVERAL_COLOUR, "local": LOCAL_COLOUR}
    targets = list(dict.fromkeys(data["target_plan_id"]))
    widest = 0.0
    for strip, target in enumerate(targets):
        rows = data[data["target_plan_id"] == target]
        lefts = rows_with_gaps([path.rpartition(".")[0] for path in rows["path"]], gap=0.8)
        widest = max(widest, lefts[-1] + 1)
        for x, row in zip(lefts, rows_of(rows), strict=True):
            colour = colours.get(str(row.origin), GREY)
            hatch = "////" if row.origin == "local" else ""
            tile = Rectangle(
                (x, strip), 0.94, 0.6, facecolor=colour, edgecolor="white", hatch=hatch
            )
            tile.set_linewidth(0)
            ax.add_patch(tile)
        _strip_items(ax, rows, lefts, strip)
    heads = dict(zip(data["target_plan_id"], data["target"], strict=True))
    ax.set_yticks(
        [at + 0.3 for at in range(len(targets))],
        [plan_head(heads[t], t, language) for t in targets],
    )
    ax.set_xticks([])
    ax.set_xlim(-0.2, widest)
    ax.set_ylim(len(targets) - 0.1, -0.1)
    bare(ax)
    called = listed | {key: word(key, language) for key in ("several", "local")}
    if len(listed) == 2:
        called["several"] = word("both", language)
    present = [key for key in called if key in set(data["origin"])]
    legend_below(
        ax,
        [Patch(facecolor=colours.get(key, GREY)) for key in present],
        [called[k] for k in present],
    )
    return ax


def _named_origins(data: pd.DataFrame) -> list[str]:
    """Return the single source plans that occur, the latest year first."""
    found = {name for names in data["source_plan_ids"] for name in names}
    return sorted(found, key=lambda name: (name[-4:], name), reverse=True)


def _strip_items(ax: Axes, rows: pd.DataFrame, lefts: Sequence[float], strip: int) -> None:
    """Write the number of each item under its tiles."""
    items: dict[str, list[float]] = {}
    for path, left in zip(rows["path"], lefts, strict=True):
        items.setdefault(path.rpartition(".")[0].removesuffix(".0"), []).append(left)
    for item, places in items.items():
        middle = (places[0] + places[-1] + 1) / 2
        ax.text(middle, strip + 0.64, item, ha="center", va="top", fontsize=SMALL - 1, color=INK)

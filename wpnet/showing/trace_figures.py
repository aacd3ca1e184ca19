"""One requirement word by word: which stretches of it stand in the sentences that take it up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from wpnet.cascade.shared import shared_stretches
from wpnet.showing.frames import Frames, accepted, of_corpus, plan_names, rows_of
from wpnet.showing.plain import width
from wpnet.showing.style import (
    BLUE,
    GREY,
    INK,
    SMALL,
    Language,
    nothing_to_show,
    word,
)

COLUMNS = [
    "role",
    "plan_id",
    "plan",
    "requirement_id",
    "verdict",
    "score",
    "start",
    "end",
    "text",
    "kept_by",
]
#: Backgrounds of a stretch by the number of plans that keep it: none, one, two, three or more.
SHADES = ("white", "#d6e8f5", "#9fcbe8", "#6fb3dc")


@of_corpus
def trace_data(
    frames: Frames, requirement_id: str, targets: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the requirement and every sentence that takes it up, cut where they begin to agree.

    The rows with ``role`` ``source`` tile the requirement; ``kept_by`` counts the target plans
    that hold the stretch. The rows with ``role`` ``target`` tile each accepted target sentence (or
    the nearest one, where the plan leaves the duty out); ``kept_by`` is 1 where the source has the
    same words. Nothing is returned for an unknown requirement.
    """
    texts = dict(
        zip(frames.requirements["requirement_id"], frames.requirements["text"], strict=True)
    )
    if requirement_id not in texts:
        return pd.DataFrame(columns=COLUMNS)
    rows = frames.coverage[frames.coverage["source_id"] == requirement_id]
    chosen = list(rows["target_plan_id"]) if targets is None else list(targets)
    names = plan_names(frames)
    source = texts[requirement_id]
    kept = [0] * len(source)
    below: list[list[Any]] = []
    for plan_id in chosen:
        own = rows[rows["target_plan_id"] == plan_id]
        if own.empty:
            continue
        verdict, ends = _ends(frames, own.iloc[0])
        here: set[int] = set()
        for end, score in ends:
            spans = shared_stretches(source, texts[end])
            here.update(at for span in spans for at in range(span.start, span.end))
            marks = {at for span in spans for at in range(span.target_start, span.target_end)}
            counts = [int(at in marks) for at in range(len(texts[end]))]
            for part in _runs(texts[end], counts):
                below.append(["target", plan_id, names[plan_id], end, verdict, score, *part])
        for at in here:
            kept[at] += 1
    home = requirement_id.partition("#")[0]
    head = ["source", home, names[home], requirement_id, "", float("nan")]
    above = [[*head, *part] for part in _runs(source, kept)]
    return pd.DataFrame([*above, *below], columns=COLUMNS)


@of_corpus
def example_duty(frames: Frames, source: str, target: str) -> str:
    """Return the duty of ``source`` that ``target`` most surely takes over in words of its own.

    That is the accepted link of the best score that is neither verbatim nor partial, as far as
    there is one; empty where the two plans have no accepted link.
    """
    links = accepted(frames, source, target)
    if links.empty:
        return ""
    told = links[links["kind"] == "adapted"]
    ranked = (links if told.empty else told).sort_values(["score", "source_id"])
    return str(ranked["source_id"].iloc[-1])


def _ends(frames: Frames, row: Any) -> tuple[str, list[tuple[str, float]]]:
    """Return the verdict and the target sentences to show with their scores."""
    links = accepted(frames, row["source_plan_id"], row["target_plan_id"])
    own = links[links["source_id"] == row["source_id"]]
    ends = [(str(link.target_id), float(link.score)) for link in rows_of(own)]
    if not ends and row["nearest_id"]:
        ends = [(str(row["nearest_id"]), float(row["nearest_score"]))]
    return str(row["verdict"]), ends


def _runs(text: str, counts: Sequence[int]) -> Iterator[tuple[int, int, str, int]]:
    """Yield start, end, text and count of the longest runs of equal counts.

    >>> list(_runs("政务公开", [0, 0, 1, 1]))
    [(0, 2, '政务', 0), (2, 4, '公开', 1)]
    """
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or counts[at] != counts[start]:
            yield start, at, text[start:at], counts[start]
            start = at


def traced_text(data: pd.DataFrame, *, language: Language = "zh") -> str:
    """Return :func:`trace_data` as plain text, the shared stretches in 【】."""
    lines: list[str] = [word("nothing", language)] if data.empty else []
    for name, block in data.groupby("requirement_id", sort=False):
        first = block.iloc[0]
        note = "" if first["role"] == "source" else f"  {word(first['verdict'], language)}"
        score = "" if first["role"] == "source" else f"  {first['score']:.2f}"
        marked = "".join(
            f"【{row.text}】" if row.kept_by else str(row.text) for row in rows_of(block)
        )
        lines += [f"{name}  {first['plan']}{note}{score}", f"    {marked}"]
    return "\n".join(lines)


def draw_trace(
    data: pd.DataFrame, ax: Axes, *, language: Language = "zh", line_cells: int = 74
) -> Axes:
    """Draw the sentences in full with shared stretches on blue ground.

    The more target plans keep a stretch of the source, the darker its ground. ``line_cells`` is
    the length of a line in half-width characters. The axes fit the text at 6 point when they are
    about 2.9 mm high a line (see :func:`trace_lines`).
    """
    if data.empty:
        return nothing_to_show(ax, language)
    at = 0.0
    for name, block in data.groupby("requirement_id", sort=False):
        first = block.iloc[0]
        head = f"{first['plan'] if language == 'zh' else ''} #{str(name).partition('#')[2]}".strip()
        if language == "en":
            head = str(name)
        if first["role"] == "target":
            head += f"  {word(first['verdict'], language)}  {first['score']:.2f}"
        ax.text(0, at, head, va="center", fontsize=SMALL, color=BLUE)
        at = _paragraph(ax, block, at + 1.15, line_cells) + 1.6
    ax.set_xlim(0, line_cells)
    ax.set_ylim(at - 0.8, -0.8)
    ax.set_axis_off()
    return ax


def trace_lines(data: pd.DataFrame, line_cells: int = 74) -> float:
    """Return how many lines :func:`draw_trace` needs, gaps included."""
    total = 0.0
    for _, block in data.groupby("requirement_id", sort=False):
        total += 2.75 + (width("".join(block["text"])) - 1) // (line_cells - 1)
    return total


def _paragraph(ax: Axes, block: pd.DataFrame, top: float, line_cells: int) -> float:
    """Write one sentence on a grid of half-width cells; return the place of its last line."""
    x, y = 0, top
    for row in rows_of(block):
        ground = SHADES[min(int(row.kept_by), len(SHADES) - 1)]
        for char in str(row.text):
            size = width(char)
            if x + size > line_cells:
                x, y = 0, y + 1
            if row.kept_by:
                ax.add_patch(Rectangle((x, y - 0.48), size, 0.96, facecolor=ground, lw=0))
            middle = x + size / 2
            ax.text(middle, y, char, ha="center", va="center", fontsize=SMALL, color=INK)
            x += size
    ax.plot([0, line_cells], [y + 0.9] * 2, color=GREY, lw=0.2)
    return y

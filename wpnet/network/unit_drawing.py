"""The network of units as a ring: names outside it, communities as colours."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from wpnet.errors import WpnetError
from wpnet.network.units import Units
from wpnet.showing.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    NORMAL,
    ORANGE,
    SKY,
    VERMILION,
    Language,
    bare,
    cut,
    legend_below,
    nothing_to_show,
    word,
)

#: Height of a unit of the ring, and of legend and margins.
UNIT_MM, FRAME_MM = 6.0, 18.0
#: Half-width cells of a name, and points between a node and its name.
NAME_CELLS, BESIDE = 30, 4.0
#: Diameter in points of a unit with one duty and of the one with most; widths of edges.
LEAST_NODE, MOST_NODE = 3.0, 13.0
LEAST_EDGE, MOST_EDGE = 0.25, 3.0
_COLOURS = (BLUE, ORANGE, GREEN, VERMILION, SKY, "#6a3d9a", "#8c564b")
_BETWEEN = "#b8b8b8"


def ring_mm(units: Units) -> float:
    """Return how high a ring of units must be for every name to have its line."""
    return FRAME_MM + UNIT_MM * max(4, -(-len(units) // 2))


def draw_ring(
    units: Units, ax: Axes, *, colour: str = "community", language: Language = "zh"
) -> Axes:
    """Draw a network of units as a ring and return the axes.

    Units of one community stand side by side. A node is the larger the more duties a unit has, an
    edge the thicker the higher its weight, and coloured where both units are of one community.

    Args:
        units: what ``unit_projection(corpus)`` gives, or a part of it.
        ax: where to draw.
        colour: the attribute of units that colours tell apart.
        language: of the legend; names of units stay Chinese.

    Raises :class:`~wpnet.errors.WpnetError` for a unit without that attribute.
    """
    if not len(units):
        return nothing_to_show(ax, language)
    of = {unit: data.get(colour) for unit, data in units.nodes(data=True)}
    if None in of.values():
        raise WpnetError(f"a unit has no attribute {colour!r} to be coloured by")
    groups = sorted(set(of.values()), key=str)
    colours = {value: _COLOURS[at % len(_COLOURS)] for at, value in enumerate(groups)}
    ring = [
        unit
        for value in groups
        for unit in sorted(
            (unit for unit in units if of[unit] == value),
            key=lambda unit: (-units.nodes[unit]["duties"], unit),
        )
    ]
    places = _ring(ring)
    _edges(units, places, ax, {unit: colours[of[unit]] for unit in units})
    _nodes(units, places, ax, {unit: colours[of[unit]] for unit in units})
    ax.set_xlim(-1.05, 1.05)
    ax.set_ylim(-1.02, 1.02)
    ax.set_xticks([])
    ax.set_yticks([])
    bare(ax)
    marks = [_dot(colours[value], 5.0) for value in groups]
    counts = [list(of.values()).count(value) for value in groups]
    names = [_group(at, count, language) for at, count in enumerate(counts, start=1)]
    _legend(units, ax, marks, names, language)
    return ax


def _ring(ring: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return places on a circle: down its right, up its left side, a line for every name."""
    right = -(-len(ring) // 2)
    places = {}
    for side, units in ((1, ring[:right]), (-1, ring[right:][::-1])):
        for at, unit in enumerate(units):
            y = 1 - 2 * (at + 0.5) / len(units)
            places[unit] = (side * max(0.06, sqrt(1 - y * y)), y)
    return places


def _edges(
    units: Units, places: dict[str, tuple[float, float]], ax: Axes, colours: dict[str, str]
) -> None:
    """Draw light edges first, so that heavy ones are seen."""
    most = max(_weights(units), default=1)
    edges = [
        (int(data["weight"]), min(one, other), max(one, other))
        for one, other, data in units.edges(data=True)
    ]
    for weight, one, other in sorted(edges):
        inside = colours[one] == colours[other]
        ax.plot(
            *zip(places[one], places[other], strict=True),
            color=colours[one] if inside else _BETWEEN,
            lw=_width(weight, most),
            alpha=0.65 if inside else 0.5,
            solid_capstyle="round",
            zorder=1,
        )


def _nodes(
    units: Units, places: dict[str, tuple[float, float]], ax: Axes, colours: dict[str, str]
) -> None:
    most = _most(units)
    for unit, (x, y) in places.items():
        data = units.nodes[unit]
        size = _diameter(data["duties"], most)
        ax.plot(x, y, "o", ms=size, color=colours[unit], mec="white", mew=0.6, zorder=2)
        side = 1 if x > 0 else -1
        place = f"（{data['place']}）" if data["place"] else ""
        ax.annotate(
            f"{cut(data['name'], NAME_CELLS)}{place}",
            (x, y),
            xytext=(side * (size / 2 + BESIDE), 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=NORMAL,
            color=INK,
            zorder=3,
        )


def _most(units: Units) -> int:
    return max(int(data["duties"]) for _, data in units.nodes(data=True))


def _weights(units: Units) -> list[int]:
    return sorted(int(data["weight"]) for *_, data in units.edges(data=True))


def _width(weight: float, most: float) -> float:
    return LEAST_EDGE + (MOST_EDGE - LEAST_EDGE) * weight / most


def _diameter(duties: int, most: int) -> float:
    """Return a diameter whose square grows with the number of duties."""
    return max(LEAST_NODE, MOST_NODE * sqrt(duties / most))


def _dot(colour: str, size: float) -> Line2D:
    return Line2D([], [], marker="o", ls="", ms=size, mew=0, color=colour)


def _group(at: int, count: int, language: Language) -> str:
    said = f"（{count} 个单位）" if language == "zh" else f" ({count} units)"
    return f"{word('community', language)} {at}{said}"


def _legend(
    units: Units, ax: Axes, marks: list[Line2D], names: list[str], language: Language
) -> None:
    """Say what colours, sizes and widths mean: a quarter of the duties, the outermost weights."""
    duties = _most(units)
    some = -(-duties // 4)
    marks.append(_dot(GREY, _diameter(some, duties)))
    names.append(f"承担 {some} 条要求" if language == "zh" else f"{some} duties")
    weights = _weights(units)
    for weight in sorted({weights[0], weights[-1]}) if weights else ():
        marks.append(Line2D([], [], color=_BETWEEN, lw=_width(weight, weights[-1])))
        said = (
            f"{weight} 条共同承担或上下相承" if language == "zh" else f"{weight} shared or linked"
        )
        names.append(said)
    legend_below(ax, marks, names, columns=3, size=NORMAL)

"""A network of duties as a layered picture: years from left to right, Chinese labels, arrows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import Literal, TypeAlias, cast

import matplotlib as mpl
import networkx as nx
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import offset_copy

from wpnet.corpus import Corpus
from wpnet.errors import WpnetError
from wpnet.network.graphs import Duties, compared, duty_graph
from wpnet.network.layers import Places, kept_duties, layers_of, placed
from wpnet.showing.fonts import use_chinese_font
from wpnet.showing.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LOCAL_COLOUR,
    NORMAL,
    ORANGE,
    PAGE_MM,
    SKY,
    SMALL,
    VERDICT_COLOURS,
    VERMILION,
    Language,
    bare,
    blank_figure,
    fold,
    legend_below,
    nothing_to_show,
    word,
)

Labels = Literal["auto", "text", "number", "item", "none"]
Legend: TypeAlias = dict[str, str]
#: Plans of a layer that its heading names.
MOST_PLANS = 3
#: So many duties a layer can have a sentence beside them, and so many their number.
ROOM_FOR_TEXT, ROOM_FOR_NUMBERS = 8, 40
#: Half-width cells of a sentence's line at least and at most, and lines; cells of an item's title.
LEAST_CELLS, MOST_CELLS, LINES = 12, 36, 4
ITEM_CELLS = 16
#: Size of a node in square points, and how many points beside or above it its label stands.
NODE, BESIDE, LIFT = 14, 5.0, 4.5
#: Height of a line with a number, of one with a sentence, and of legend and margins.
LINE_MM, LINE_OF_TEXT_MM, FRAME_MM = 2.6, 20.0, 19.0
#: How wide a name of the legend is at most.
INCHES_A_NAME = 1.1
#: How far an arrow is bent, and one that climbs past a layer with sentences.
BEND, CLIMB = 0.06, 0.16
_COLOURS = (BLUE, ORANGE, GREEN, VERMILION, SKY, GREY)
_KNOWN = {**VERDICT_COLOURS, "reached": "#5a5a5a", "local": LOCAL_COLOUR}
_GENERIC = {"sans-serif", "serif", "monospace", "cursive", "fantasy"}


def draw(
    graph: Duties,
    ax: Axes | None = None,
    *,
    labels: Labels = "auto",
    colour: str = "plan",
    isolated: bool = False,
    language: Language = "zh",
) -> Axes:
    """Draw a network of duties in layers, one for each year and level, and return the axes.

    Duties stand in the order of their plans, a gap where a new item begins. Arrows are the thicker
    the higher their score, dashed for ``evolution``. In a crowded picture numbers stand for
    sentences, and nothing for numbers.

    Args:
        graph: what ``corpus.cascade()`` gives, or a part of it (``graph.subgraph(…)``).
        ax: where to draw; by default the current axes of pyplot, as networkx does.
        labels: ``text``, ``number``, ``item`` (the title of each item once), ``none``, or
            ``auto``: what there is room for.
        colour: the attribute of nodes that colours tell apart: ``plan``, ``place``, ``year``, or
            one of your own (``nx.set_node_attributes(graph, communities, "community")``). With
            another than ``plan`` arrows have the colour of the duty they leave.
        isolated: draw duties without a link, too.
        language: of the labels: ``en`` shows plan ids and numbers instead of sentences.

    Raises :class:`~wpnet.errors.WpnetError` for other labels, an attribute that no node has, or
    another graph.
    """
    if ax is None:
        from matplotlib import pyplot

        ax = pyplot.gca()
    legend = _draw(graph, ax, labels, colour, isolated, language)
    if legend:
        wide = int(ax.figure.get_figure(root=True).get_figwidth() / INCHES_A_NAME)
        marks = [_mark(one) for one in legend.values()]
        legend_below(ax, marks, list(legend), columns=max(2, wide), size=NORMAL)
    return ax


def draw_pairs(
    corpus: Corpus,
    source: str,
    targets: Sequence[str],
    figure: Figure | None = None,
    *,
    language: Language = "zh",
) -> Figure:
    """Draw what becomes of a plan in each target plan: panels side by side, one legend below.

    A duty of the source has the colour of its verdict, and so have its accepted links; a duty of
    the target is dark where something leads to it and pale where it is the target's own. A plan
    that is not held gets an empty panel. Returns ``figure``, by default one as wide as a page.

    Raises :class:`~wpnet.errors.UnknownName` for a plan that the corpus does not know.
    """
    graphs = [_judged(corpus, source, target) for target in targets]
    if figure is None:
        figure = blank_figure(PAGE_MM, max([60.0, *(height_mm(graph) for graph in graphs)]))
    axes = list(figure.subplots(1, max(1, len(targets)), squeeze=False).flat)
    shown: Legend = {}
    for ax, target, graph in zip(axes, targets, graphs, strict=False):
        shown |= _draw(graph, ax, "item", "verdict", True, language, heads=False)
        names = [drawn_name(graph, plan, language) for plan in (source, target)]
        ax.set_title(" → ".join(names), fontsize=SMALL + 1, loc="center")
    words = {word(key, language): colour for key, colour in _KNOWN.items()}
    legend = {name: colour for name, colour in words.items() if name in shown}
    if legend:
        marks = [_mark(colour) for colour in legend.values()]
        figure.legend(
            marks,
            list(legend),
            loc="outside lower center",
            ncols=len(legend),
            handlelength=1.0,
            columnspacing=1.2,
            handletextpad=0.4,
            fontsize=NORMAL,
        )
    return figure


def height_mm(graph: Duties, *, isolated: bool = True) -> float:
    """Return how high a picture of a network must be for every duty of a layer to have its line."""
    layers = layers_of(graph, kept_duties(graph, isolated=isolated))
    fullest = max((len(layer) for layer in layers), default=0)
    line = LINE_OF_TEXT_MM if fullest <= ROOM_FOR_TEXT else LINE_MM
    return FRAME_MM + line * max(fullest, 2)


def _judged(corpus: Corpus, source: str, target: str) -> Duties:
    """Return the network of two plans, with what becomes of every duty as ``verdict``."""
    graph = duty_graph(corpus, source=source, targets=target)
    said = {row.source_id: row.verdict for row in corpus.coverage_between.get((source, target), ())}
    for node, degree in graph.in_degree:
        graph.nodes[node]["verdict"] = said.get(node, "reached" if degree else "local")
    return graph


def _draw(
    graph: Duties,
    ax: Axes,
    labels: Labels,
    colour: str,
    isolated: bool,
    language: Language,
    *,
    heads: bool = True,
) -> Legend:
    """Draw the network; return the colours and what they stand for."""
    if labels not in ("auto", "text", "number", "item", "none"):
        raise WpnetError(f"labels {labels!r} is none of auto, text, number, item, none")
    compared(graph)
    kept = kept_duties(graph, isolated=isolated)
    if not kept:
        nothing_to_show(ax, language)
        return {}
    layers = layers_of(graph, kept)
    shown: Duties = nx.DiGraph()
    shown.add_nodes_from((node, graph.nodes[node]) for layer in layers for node in layer)
    shown.add_edges_from(graph.subgraph(kept).edges(data=True))
    room = _room(labels, layers)
    cells = _cells(ax, len(layers))
    places = placed(graph, layers, gaps=room != "text")
    values, legend = _coloured(shown, colour, language)
    _edges(shown, places, ax, room, values if colour != "plan" else {})
    nx.draw_networkx_nodes(
        shown,
        places,
        ax=ax,
        node_size=NODE,
        node_color=[values[node] for node in shown],
        edgecolors=GREY,
        linewidths=0.3,
    )
    last = {node for layer in layers[1:] for node in layer}
    if room == "item":
        _items(shown, layers, places, ax, language)
    else:
        above = set(shown) if room == "text" else set()
        _texts(shown, places, ax, _labels(shown, room, language, cells), last, above)
    _frame(ax, layers, room)
    if heads:
        _heads(graph, layers, places, ax, room, language)
    bare(ax)
    return legend


def _frame(ax: Axes, layers: Sequence[Sequence[str]], room: Labels) -> None:
    """Set the view: every sentence has its room, the topmost above its duty, too."""
    step = 1 / max(1, max(map(len, layers)) - 1)
    low, high = (0.2 * step, 0.95 * step) if room == "text" else (0.03, 0.03)
    ax.set_ylim(-low, 1 + high)
    ax.margins(x=0.5 / max(1, len(layers) - 1) if room == "text" else 0.08)


def _heads(
    graph: Duties,
    layers: Sequence[Sequence[str]],
    places: Places,
    ax: Axes,
    room: Labels,
    language: Language,
) -> None:
    """Write above every layer its plans and, where sentences do not show it, how many duties."""
    heads = []
    for layer in layers:
        plans = Counter(graph.nodes[node]["plan"] for node in layer)
        lines = [drawn_name(graph, plan, language) for plan in plans]
        if len(lines) > MOST_PLANS:
            years = graph.nodes[layer[0]]["year"]
            many = (
                f"{years}，{len(lines)} 份要点"
                if language == "zh"
                else f"{years}, {len(lines)} plans"
            )
            lines = [many]
        if room != "text":
            lines.append(f"{len(layer)} 条" if language == "zh" else f"{len(layer)} duties")
        heads.append("\n".join(lines))
    ax.set_xticks([places[layer[0]][0] for layer in layers], heads)
    ax.tick_params(
        axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, labelsize=NORMAL
    )


def _cells(ax: Axes, layers: int) -> int:
    """Return how many half-width cells a line of a sentence may have, by the width of the axes."""
    points = ax.get_position().width * ax.figure.get_figure(root=True).get_figwidth() * 72
    return int(min(MOST_CELLS, max(LEAST_CELLS, points / layers / (NORMAL / 2))))


def _coloured(graph: Duties, colour: str, language: Language) -> tuple[dict[str, str], Legend]:
    """Return the colour of every node, and of every value in words."""
    found = nx.get_node_attributes(graph, colour)
    if not found:
        raise WpnetError(f"no duty of this network has the attribute {colour!r} to be coloured by")
    free = iter(_COLOURS * (1 + len(set(found.values())) // len(_COLOURS)))
    colours = {
        value: _KNOWN.get(str(value)) or next(free) for value in dict.fromkeys(found.values())
    }
    values = {node: colours[found[node]] if node in found else LOCAL_COLOUR for node in graph}
    if colour == "plan":
        return values, {drawn_name(graph, plan, language): at for plan, at in colours.items()}
    return values, {word(str(value), language): at for value, at in colours.items()}


def drawn_name(graph: Duties, plan: str, language: Language) -> str:
    """Return what a plan of a network is called in a picture: place and year, or its id."""
    facts = [data for _, data in graph.nodes(data=True) if data["plan"] == plan]
    return plan if language == "en" or not facts else f"{facts[0]['place']}{facts[0]['year']}"


def _mark(colour: str) -> Line2D:
    return Line2D([], [], marker="o", ls="", ms=4, mec=GREY, mew=0.3, color=colour)


def _room(labels: Labels, layers: Sequence[Sequence[str]]) -> Labels:
    if labels != "auto":
        return labels
    fullest = max(len(layer) for layer in layers)
    if fullest <= ROOM_FOR_TEXT:
        return "text"
    return "number" if fullest <= ROOM_FOR_NUMBERS else "none"


def _labels(graph: Duties, labels: Labels, language: Language, cells: int) -> dict[str, str]:
    numbers = {node: node.partition("#")[2] for node in graph}
    if labels == "none":
        return {}
    if labels == "number" or language == "en":
        return numbers
    return {
        node: f"{numbers[node]}\n{fold(data['text'], cells, LINES)}"
        for node, data in graph.nodes(data=True)
    }


def _texts(
    graph: Duties,
    places: Places,
    ax: Axes,
    said: dict[str, str],
    right: set[str],
    above: set[str],
) -> None:
    """Write labels above their duties or beside them, those of the first layer left."""
    _write(graph, places, ax, {node: said[node] for node in said if node in above}, (0.0, LIFT))
    numbers = [node for node in said if node not in above]
    for nodes, shift in (
        ([node for node in numbers if node in right], BESIDE),
        ([node for node in numbers if node not in right], -BESIDE),
    ):
        _write(graph, places, ax, {node: said[node] for node in nodes}, (shift, 0.0))


def _items(
    graph: Duties, layers: Sequence[Sequence[str]], places: Places, ax: Axes, language: Language
) -> None:
    """Write the title of each item once, or its number, at the middle of its duties."""
    for number, layer in enumerate(layers):
        groups: dict[tuple[str, str], list[str]] = {}
        for node in layer:
            data = graph.nodes[node]
            groups.setdefault((data["plan"], data["item"]), []).append(node)
        middles = {}
        for (_, item), nodes in groups.items():
            heights = [places[node][1] for node in nodes]
            title = fold(item, ITEM_CELLS, 2 if len(nodes) > 2 else 1)
            title = item.partition(" ")[0] if language == "en" else title
            middles[nodes[0]] = title, (heights[0] + heights[-1]) / 2
        at = {node: (places[node][0], y) for node, (_, y) in middles.items()}
        said = {node: item for node, (item, _) in middles.items()}
        _write(graph, at, ax, said, (BESIDE if number else -BESIDE, 0.0), SMALL + 0.5)


def _write(
    graph: Duties,
    places: Places,
    ax: Axes,
    said: dict[str, str],
    shift: tuple[float, float],
    size: float = NORMAL,
) -> None:
    if not said:
        return
    right, up = shift
    texts = nx.draw_networkx_labels(
        graph,
        places,
        said,
        ax=ax,
        font_size=size,
        font_color=INK,
        font_family=_family(),
        horizontalalignment="left" if right > 0 else "right" if right < 0 else "center",
        verticalalignment="bottom" if up else "center",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4} if up else None,
        clip_on=False,
    )
    figure = cast("Figure", ax.figure)
    for text in texts.values():
        # In points, whatever the size of the axes.
        text.set_transform(offset_copy(text.get_transform(), figure, right, up, "points"))


def _edges(graph: Duties, places: Places, ax: Axes, room: Labels, colours: dict[str, str]) -> None:
    """Draw the links; thin and pale where there are many."""
    layers = Counter(x for x, _ in places.values())
    bend = BEND if len(layers) > 2 else 0.0  # else a long link hides behind two short ones
    step = 1 / max(1, len(layers) - 1)

    def climbs(one: str, other: str) -> bool:
        (x, y), (right, end) = places[one], places[other]
        return room == "text" and right - x > 1.5 * step and end > y

    looks = (("cascade", "solid"), ("evolution", "dashed"))
    for (relation, look), climbing in product(looks, (False, True)):
        links = [
            (one, other, float(data["score"]))
            for one, other, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2])
            if data["relation"] == relation and climbs(one, other) == climbing
        ]
        if links:
            nx.draw_networkx_edges(
                graph,
                places,
                ax=ax,
                edgelist=[link[:2] for link in links],
                style=look,
                width=[(0.2 + score) * (1.0 if room == "text" else 0.6) for *_, score in links],
                edge_color=[colours.get(link[0], GREY) for link in links],
                alpha=0.9 if room == "text" or colours else 0.5,
                node_size=NODE,
                arrowsize=5,
                connectionstyle=f"arc3,rad={CLIMB if climbing else bend}",
            )


def _family() -> str:
    """Return the Chinese font in use; choose one where no style was asked for."""
    family = mpl.rcParams["font.family"][0]
    return use_chinese_font() if family in _GENERIC else family

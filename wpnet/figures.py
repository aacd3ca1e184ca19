"""All figures under one name: tables that they show, drawing, sizes, saving.

``coverage_data(corpus, …)`` gives the table of a figure, ``draw_coverage(table, ax)`` draws
it into axes of yours, and :func:`drawn` into a figure as large as it must be::

    from wpnet import figures

    figures.use_style()
    table = figures.coverage_data(corpus, "shanghai-hrss-2023")
    figure = figures.drawn(figures.draw_coverage, table, language="en")
    figures.save_figure(figure, "coverage", table)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from wpnet.network.chain_drawing import draw_chains
from wpnet.network.drawing import draw as draw_network
from wpnet.network.drawing import draw_pairs
from wpnet.network.drawing import height_mm as network_mm
from wpnet.network.unit_drawing import draw_ring, ring_mm
from wpnet.showing.cascade_figures import coverage_data, draw_coverage
from wpnet.showing.corpus_figures import (
    audit_data,
    citation_data,
    draw_audit,
    draw_citations,
    draw_plan_grid,
    draw_structure,
    plan_grid_data,
    structure_data,
)
from wpnet.showing.evolution_figures import (
    alluvial_data,
    draw_alluvial,
    draw_terms,
    evolution_data,
    terms_data,
)
from wpnet.showing.frames import duties_of, held_note, plan_names
from wpnet.showing.omission_figures import (
    additions_data,
    draw_sections,
    draw_thresholds,
    draw_units,
    lag_data,
    omitted_data,
    sections_data,
    thresholds_data,
    units_data,
    units_ranked,
)
from wpnet.showing.origin_figures import draw_spectrogram, spectrogram_data
from wpnet.showing.own_figures import figure_folder
from wpnet.showing.reader_figures import draw_rules, rule_name
from wpnet.showing.style import (
    COLUMN_MM,
    PAGE_MM,
    blank_figure,
    new_figure,
    save_figure,
    use_style,
    word,
)
from wpnet.showing.trace_figures import (
    draw_trace,
    example_duty,
    trace_data,
    trace_lines,
    traced_text,
)
from wpnet.showing.unit_figures import (
    assigned,
    draw_office_flow,
    draw_prose_load,
    draw_unit_load,
    draw_unit_network,
    office_flow_data,
    prose_load_data,
    prose_table_data,
    unit_load_data,
    unit_network_data,
)
from wpnet.showing.validation_figures import (
    draw_histogram,
    draw_precision_recall,
    draw_reliability,
)

__all__ = [
    "COLUMN_MM",
    "PAGE_MM",
    "additions_data",
    "alluvial_data",
    "assigned",
    "audit_data",
    "blank_figure",
    "citation_data",
    "coverage_data",
    "draw_alluvial",
    "draw_audit",
    "draw_chains",
    "draw_citations",
    "draw_coverage",
    "draw_histogram",
    "draw_network",
    "draw_office_flow",
    "draw_pairs",
    "draw_plan_grid",
    "draw_precision_recall",
    "draw_prose_load",
    "draw_reliability",
    "draw_ring",
    "draw_rules",
    "draw_sections",
    "draw_spectrogram",
    "draw_structure",
    "draw_terms",
    "draw_thresholds",
    "draw_trace",
    "draw_unit_load",
    "draw_unit_network",
    "draw_units",
    "drawn",
    "duties_of",
    "evolution_data",
    "example_duty",
    "figure_folder",
    "held_note",
    "lag_data",
    "new_figure",
    "office_flow_data",
    "omitted_data",
    "plan_grid_data",
    "plan_names",
    "prose_load_data",
    "prose_table_data",
    "rule_name",
    "save_figure",
    "sections_data",
    "spectrogram_data",
    "structure_data",
    "terms_data",
    "thresholds_data",
    "trace_data",
    "traced_text",
    "unit_load_data",
    "unit_network_data",
    "units_data",
    "units_ranked",
    "use_style",
    "word",
]

#: Height in mm that a figure needs, by its table: what stays the same, and the rest a row.
HEIGHTS: dict[Callable[..., Axes], Callable[[Any], float]] = {
    draw_plan_grid: lambda data: 62,
    draw_citations: lambda data: 62,
    draw_structure: lambda data: 20 + 4.4 * len(data),
    draw_audit: lambda data: 55,
    draw_trace: lambda data: 6 + 3 * trace_lines(data),
    draw_coverage: lambda data: 25 + 3.6 * data["requirement_id"].nunique(),
    draw_spectrogram: lambda data: 12 + 12 * data["target_plan_id"].nunique(),
    draw_sections: lambda data: 20 + 5 * len(data),
    draw_units: lambda data: 20 + 4.2 * data["unit_id"].nunique(),
    draw_thresholds: lambda data: 60,
    draw_alluvial: lambda data: 90,
    draw_terms: lambda data: 22 + 3.3 * len(data),
    draw_unit_network: lambda data: 15 + 4 * max(data["item"].nunique(), data["unit"].nunique()),
    draw_unit_load: lambda data: 18 + 3.7 * len(data),
    draw_office_flow: lambda data: 105,
    draw_prose_load: lambda data: 22 + 3.7 * len(data),
    draw_precision_recall: lambda data: 65,
    draw_histogram: lambda data: 60,
    draw_reliability: lambda data: 75,
    draw_network: lambda graph: network_mm(graph, isolated=False),
    draw_ring: ring_mm,
    draw_rules: lambda data: 12 + 4.2 * len(data),
}
#: Figures that are as wide as a page.
WIDE = (draw_network, draw_ring, draw_rules)
#: Nothing to show needs a line, and a table of one row its axes.
LEAST_MM = 24.0


def drawn(
    draw: Callable[..., Axes], data: Any, *, width_mm: float | None = None, **options: Any
) -> Figure:
    """Draw one of the figures of this module into a figure as large as its table asks for.

    Args:
        draw: one of the ``draw_…`` functions here, or ``wpnet.network.draw``.
        data: what it draws: a table, or a network.
        width_mm: width; by default a column of a journal, a page for what is in ``WIDE``.
        options: are handed on: ``language="en"`` and what the function takes.

    Example:
        >>> import wpnet
        >>> table = structure_data(wpnet.open_corpus())
        >>> figure = drawn(draw_structure, table, language="en")
        >>> round(figure.get_figwidth() * 25.4)
        85

    Raises ``KeyError`` for a function that draws no figure of this package.
    """
    wide = width_mm or (PAGE_MM if draw in WIDE else COLUMN_MM)
    figure, ax = new_figure(wide, max(LEAST_MM, HEIGHTS[draw](data) if len(data) else 0))
    draw(data, ax, **options)
    return figure

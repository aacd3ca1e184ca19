"""Small pictures of made-up data: what the drawing code does, whatever the corpus says.

``draw_all`` writes them; ``python tools/make_figures.py --baselines`` renews the committed ones.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from wpnet.corpus import Corpus
from wpnet.model import Link, Plan, Requirement
from wpnet.network import draw, duty_graph
from wpnet.showing import (
    cascade_figures,
    corpus_figures,
    evolution_figures,
    origin_figures,
    style,
    unit_figures,
)

DPI = 60


def coverage(ax: Axes) -> None:
    """Three duties, two targets, every mark of the heat map."""
    verdicts = ["carried", "partial", "omitted", "not_applicable", "partial", "carried"]
    rows = [
        {
            "requirement_id": f"a#1.{at // 2}.1",
            "path": f"1.{at // 2}.1",
            "section_no": 1 + at // 4,
            "section_title": "夯实政务公开工作基础",
            "item_title": "题",
            "text": "强化政府信息管理，按要求完成公文备案工作。",
            "target_plan_id": f"{'bc'[at % 2]}-hrss-2024",
            "target": f"{'乙丙'[at % 2]}区2024",
            "verdict": verdict,
            "needs_review": at == 1,
        }
        for at, verdict in enumerate(verdicts)
    ]
    cascade_figures.draw_coverage(pd.DataFrame(rows), ax)


def network(ax: Axes) -> None:
    """Two plans with a link, an omission and a local duty."""
    duties = [
        Requirement(
            f"{plan}#1.{n}.1", plan, "duty", 1, "甲", n, title, 0, "", 1, "公开。", n, n + 1
        )
        for plan, titles in (("a-x-2023", "乙丙"), ("b-x-2024", "丁戊"))
        for n, title in enumerate(titles, start=1)
    ]
    ends = "a-x-2023#1.1.1", "b-x-2024#1.2.1"
    links = (Link(*ends, "cascade", 0.9, "adapted", "accepted"),)
    plans = (
        Plan("a-x-2023", issuer="甲市某局", year=2023, level="municipal"),
        Plan("b-x-2024", issuer="乙区某局", year=2024, level="district"),
    )
    graph = duty_graph(Corpus(plans=plans, requirements=tuple(duties), links=links))
    draw(graph, ax, labels="item", isolated=True)


def spectrogram(ax: Axes) -> None:
    """One strip with each kind of origin."""
    origins = ["a-x-2023", "a-x-2020", "several", "local"]
    plans = [("a-x-2023",), ("a-x-2020",), ("a-x-2023", "a-x-2020"), ()]
    data = pd.DataFrame({"origin": origins, "source_plan_ids": plans})
    data["path"] = ["1.1.1", "1.1.2", "1.2.1", "2.0.1"]
    data = data.assign(target_plan_id="b-x-2024", target="乙区2024")
    origin_figures.draw_spectrogram(data, ax, names={"a-x-2023": "甲2023", "a-x-2020": "甲2020"})


def grid(ax: Axes) -> None:
    """One plan held, one cited."""
    rows = [
        ["a-x-2023", "甲", "110000", "甲市", "x", "某局", 2023, "held", 12, ""],
        ["a-gov-2024", "甲", "110000", "甲市", "gov", "政府", 2024, "cited", 0, ""],
    ]
    names = "plan_id plan place_code place bureau office year state duties title".split()
    corpus_figures.draw_plan_grid(pd.DataFrame(rows, columns=names), ax)


def alluvial(ax: Axes) -> None:
    """Two sections before, one after, one dropped and one new duty."""
    rows = [
        [1, "甲", "丙", 3, 3, 0],
        [1, "乙", "丙", 2, 1, 0],
        [1, "乙", "dropped", 1, 0, 1],
        [1, "new", "丙", 0, 1, 0],
        [2, "丙", "2/2", 4, 4, 0],
        [2, "丙", "0/2", 1, 1, 0],
    ]
    data = pd.DataFrame(rows, columns=evolution_figures.FLOWS)
    evolution_figures.draw_alluvial(data, ax, heads=("2020", "2023", "区"))


def units(ax: Axes) -> None:
    """Two items, an office and a group."""
    rows = [
        ["1.1 甲", "u", "办公室", "unit", 3],
        ["1.1 甲", "g", "各科室、单位", "group", 1],
        ["1.2 乙", "g", "各科室、单位", "group", 2],
    ]
    names = ["item", "unit_id", "unit", "unit_kind", "duties"]
    unit_figures.draw_unit_network(pd.DataFrame(rows, columns=names), ax)


BASELINES: dict[str, Callable[[Axes], None]] = {
    "alluvial": alluvial,
    "coverage": coverage,
    "grid": grid,
    "network": network,
    "spectrogram": spectrogram,
    "units": units,
}


def draw_all(folder: Path) -> None:
    """Write every picture as a small PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    style.use_style("bundled")
    for name, drawing in BASELINES.items():
        figure, ax = style.new_figure(style.COLUMN_MM, 50)
        drawing(ax)
        figure.savefig(folder / f"{name}.png", dpi=DPI, metadata={"Software": None})

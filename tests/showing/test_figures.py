"""Every figure of the notebooks shows what its table says, legibly, in both languages."""

from __future__ import annotations

import csv
import io
import itertools
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from wpnet import network
from wpnet.errors import NotHeldWarning, UnknownName
from wpnet.showing import (
    cascade_figures,
    corpus_figures,
    evolution_figures,
    findings,
    omission_figures,
    origin_figures,
    reader_figures,
    style,
    trace_figures,
    unit_figures,
)
from wpnet.showing.frames import Frames, frames_of, held_note, place_name, plan_names
from wpnet.showing.style import Language
from wpnet.store import load_corpus

pytestmark = pytest.mark.slow

PROCESSED = Path(__file__).parents[2] / "data" / "processed"
CITY, OLD = "shanghai-hrss-2023", "shanghai-hrss-2020"
DISTRICTS = ["jiading-hrss-2025", "qingpu-hrss-2024", "minhang-hrss-2025"]
JIADING = DISTRICTS[0]
NOWHERE = "nowhere-hrss-2024"

Drawing = tuple[pd.DataFrame, Callable[[Axes, Language], Axes], float]


@pytest.fixture(scope="module")
def frames() -> Frames:
    """Return the tables of the committed corpus."""
    return frames_of(load_corpus(PROCESSED))


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    """Draw in our style, and leave matplotlib as it was."""
    with mpl.rc_context():
        style.use_style("bundled")
        yield


@pytest.fixture(scope="module")
def shown(frames: Frames) -> dict[str, Drawing]:
    """Return every figure of the committed corpus."""
    return drawings(frames, CITY, DISTRICTS)


@pytest.fixture(scope="module")
def empty(frames: Frames) -> dict[str, Drawing]:
    """Return every figure for plans that are not held."""
    return drawings(frames, NOWHERE, [NOWHERE])


def drawings(frames: Frames, source: str, targets: list[str]) -> dict[str, Drawing]:
    """Return data, drawing function and height in mm of every figure, for any plans."""
    target = targets[0] if targets else NOWHERE
    grid = corpus_figures.plan_grid_data(frames)
    trace = trace_figures.trace_data(frames, f"{source}#3.2.4", targets)
    names = plan_names(frames)
    heads = ("甲", "乙")
    coverage = cascade_figures.coverage_data(frames, source, targets)
    units = omission_figures.units_data(frames, source, targets)
    load = unit_figures.unit_load_data(frames, [source])
    cascade, corpus, omission = cascade_figures, corpus_figures, omission_figures
    evolution, unit = evolution_figures, unit_figures
    alluvial = evolution.alluvial_data(frames, OLD, source, targets)
    terms = evolution.terms_data(frames, OLD, source)
    return {
        "coverage": (coverage, lambda a, v: cascade.draw_coverage(coverage, a, language=v), 155),
        "network": pair(frames, source, target),
        "spectrogram": (
            strips := origin_figures.spectrogram_data(frames, targets),
            lambda a, v: origin_figures.draw_spectrogram(strips, a, names=names, language=v),
            48,
        ),
        "trace": of(trace, trace_figures.draw_trace, 6 + 3 * trace_figures.trace_lines(trace)),
        "grid": of(grid, corpus.draw_plan_grid, 62),
        "structure": of(corpus.structure_data(frames), corpus.draw_structure, 125),
        "citations": (
            parents := corpus.citation_data(frames),
            lambda a, v: corpus.draw_citations(parents, a, grid, language=v),
            62,
        ),
        "audit": of(corpus.audit_data(frames), corpus.draw_audit, 55),
        "sections": of(omission.sections_data(frames, source, targets), omission.draw_sections, 80),
        "omitted units": of(units, omission.draw_units, 104),
        "thresholds": of(
            omission.thresholds_data(frames, source, targets), omission.draw_thresholds, 60
        ),
        "alluvial": (
            alluvial,
            lambda a, v: evolution.draw_alluvial(alluvial, a, heads=(*heads, "丙"), language=v),
            90,
        ),
        "terms": (
            terms,
            lambda a, v: evolution.draw_terms(terms, a, heads=heads, language=v),
            101,
        ),
        "unit network": of(unit.unit_network_data(frames, source), unit.draw_unit_network, 90),
        "load": of(load, unit.draw_unit_load, 92),
        "offices": of(unit.office_flow_data(frames, source, [target]), unit.draw_office_flow, 105),
        "prose": of(unit.prose_load_data(frames, target), unit.draw_prose_load, 63),
    }


def pair(frames: Frames, source: str, target: str) -> Drawing:
    """Return the network of two plans, or of one that is cited only."""
    known = source if source in frames.corpus.plan_by_id else "shanghai-hrss-2024"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotHeldWarning)
        ends = target if known == source else None
        graph = network.duty_graph(frames.corpus, source=known, targets=ends)
    data = network.edge_table(graph)
    return data, lambda a, v: network.draw(graph, a, labels="item", isolated=True, language=v), 100


def of(data: pd.DataFrame, draw: Callable[..., Axes], height: float) -> Drawing:
    """Return a drawing that needs its table only."""
    return data, lambda ax, language: draw(data, ax, language=language), height


NAMES = [
    *("alluvial", "audit", "citations", "coverage", "grid", "load", "network", "offices"),
    *("omitted units", "prose", "sections", "spectrogram", "structure", "terms", "thresholds"),
    *("trace", "unit network"),
]
WITHOUT_PLANS = {"grid", "structure", "citations", "audit"}


def texts_of(figure: Figure) -> list[Text]:
    """Return the texts that can be seen, after the figure was laid out."""
    figure.draw_without_rendering()
    hidden = {id(text) for ax in figure.axes for text in beyond(ax)}
    found: list[Any] = figure.findobj(Text)
    return [
        text
        for text in found
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden
    ]


def beyond(ax: Axes) -> Iterator[Text]:
    """Yield the tick labels outside the view, which matplotlib keeps but does not draw."""
    for labels, limits, at in (
        (ax.get_xticklabels(), ax.get_xlim(), 0),
        (ax.get_yticklabels(), ax.get_ylim(), 1),
    ):
        for label in labels:
            inside = min(limits) - 1e-9 <= label.get_position()[at] <= max(limits) + 1e-9
            if not (ax.axison and inside):
                yield label


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_legible_at_one_column(
    name: str, language: Language, shown: dict[str, Drawing]
) -> None:
    """No text leaves the picture, none covers another, none is smaller than 5 point, no tofu."""
    data, draw, height = shown[name]
    assert not data.empty
    figure, ax = style.new_figure(style.COLUMN_MM, height)
    assert draw(ax, language) is ax
    figure.savefig(io.BytesIO(), format="png")  # a missing glyph is a warning, so an error
    figure.set_layout_engine("none")
    for dpi in (style.PNG_DPI, 72):  # one layout serves pictures and vector files
        figure.set_dpi(dpi)
        check_texts(figure)


def check_texts(figure: Figure) -> None:
    """Check that each text of a figure lies inside, is large enough and covers no other."""
    texts = texts_of(figure)
    boxes = [(text, text.get_window_extent()) for text in texts]
    page, slack = figure.bbox, figure.dpi / 200
    outside = [
        text.get_text()
        for text, box in boxes
        if min(box.x0, box.y0, page.x1 - box.x1, page.y1 - box.y1) < -slack
    ]
    assert outside == []
    assert min(float(text.get_fontsize()) for text in texts) >= 5
    covered = [
        (one.get_text(), other.get_text())
        for (one, box), (other, rival) in itertools.combinations(boxes, 2)
        if min(box.x1 - rival.x0, rival.x1 - box.x0) > 2 * slack
        and min(box.y1 - rival.y0, rival.y1 - box.y0) > 4 * slack
    ]
    assert covered == []


@pytest.mark.parametrize("name", sorted(set(NAMES) - WITHOUT_PLANS))
def test_a_figure_without_data_says_so(name: str, empty: dict[str, Drawing]) -> None:
    """A plan that is not held gives an empty table and a picture with one sentence."""
    data, draw, _ = empty[name]
    assert data.empty
    figure, ax = style.new_figure()
    draw(ax, "en")
    assert [text.get_text() for text in texts_of(figure)] == [style.word("nothing", "en")]


def test_saving_twice_gives_the_same_bytes(shown: dict[str, Drawing], tmp_path: Path) -> None:
    """Picture files hold no dates; the CSV beside them is the table that was drawn."""
    data, draw, height = shown["spectrogram"]
    for folder in ("one", "two"):
        figure, ax = style.new_figure(style.COLUMN_MM, height)
        draw(ax, "zh")
        style.save_figure(figure, tmp_path / folder / "图", data)
    suffixes = ["csv", "pdf", "png", "svg"]
    assert sorted(path.suffix[1:] for path in (tmp_path / "one").iterdir()) == suffixes
    for suffix in suffixes:
        one, two = ((tmp_path / at / f"图.{suffix}").read_bytes() for at in ("one", "two"))
        assert one == two
        assert b"2026-" not in one
    read = pd.read_csv(tmp_path / "one" / "图.csv", encoding="utf-8-sig")
    assert list(read["requirement_id"]) == list(data["requirement_id"])
    assert list(read["origin"]) == list(data["origin"])


def lightness(colour: str) -> float:
    """Return the relative luminance of a colour as a greyscale print shows it."""
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_verdicts_can_be_told_apart_in_greyscale() -> None:
    """The three verdicts, and the kinds of origin, differ by a fifth of the scale at least."""
    verdicts = [style.VERDICT_COLOURS[name] for name in cascade_figures.VERDICTS]
    sources = [*origin_figures.SOURCE_COLOURS[:2], origin_figures.SEVERAL_COLOUR]
    for colours in (verdicts, [*sources, style.LOCAL_COLOUR]):
        greys = sorted(map(lightness, colours))
        assert min(high - low for low, high in itertools.pairwise(greys)) > 0.15


def counted(**wanted: str) -> Counter[tuple[str, str]]:
    """Count verdicts by target plan in coverage.csv, read without the library."""
    text = (PROCESSED / "coverage.csv").read_text("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return Counter(
        (row["target_plan_id"], row["verdict"])
        for row in rows
        if row["source_id"].startswith(f"{CITY}#")
        and all(row[name] == value for name, value in wanted.items())
    )


def test_sections_and_units_add_up(frames: Frames) -> None:
    """Each duty counts once in its section, and once for each of its units."""
    sections = omission_figures.sections_data(frames, CITY, DISTRICTS)
    assert sections.groupby("target_plan_id")["duties"].sum().to_dict() == dict.fromkeys(
        DISTRICTS, 36
    )
    units = omission_figures.units_data(frames, CITY, [JIADING])
    rows = frames.assignments[frames.assignments["requirement_id"].str.startswith(f"{CITY}#")]
    assert units["duties"].sum() == len(rows[rows["effective"]])


def test_the_flows_of_the_alluvial_figure_are_conserved(frames: Frames) -> None:
    """Every duty of each plan flows once: 34 out of the first, 36 into and out of the second."""
    data = evolution_figures.alluvial_data(frames, OLD, CITY, DISTRICTS)
    first, second = data[data["stage"] == 1], data[data["stage"] == 2]
    assert first["from_count"].sum() == 34
    assert first["to_count"].sum() == 36
    assert second["from_count"].sum() == second["to_count"].sum() == 36


def test_the_missing_documents_are_named(frames: Frames) -> None:
    """Four plans are cited but not held, and the finding says which."""
    grid = corpus_figures.plan_grid_data(frames)
    assert Counter(grid["state"]) == {"held": 5, "cited": 4}
    said = findings.corpus_sentence(frames)
    assert "5 plans of 2020 to 2025 are held, with 156 duties and 2 preamble sentences" in said
    assert "沪人社办〔2024〕77号" in said


def test_a_later_or_missing_plan_is_never_counted_as_an_omission(frames: Frames) -> None:
    """The gap table says of every district whether the plan of its own year is held."""
    gaps = omission_figures.lag_data(frames, CITY, [*DISTRICTS, NOWHERE])
    states = dict(zip(gaps["target_plan_id"], gaps["state"], strict=True))
    assert states == {JIADING: "unknown", DISTRICTS[1]: "cited", DISTRICTS[2]: "unknown"}
    assert list(gaps["lag_years"]) == [2, 1, 2]


def test_prose_and_table_are_compared_row_by_row(frames: Frames) -> None:
    """29 of the 30 duties of the plan with a task table have a row there."""
    data = unit_figures.prose_table_data(frames, JIADING)
    assert len(data) == 30
    assert (data["table"] != "").sum() == 29
    assert data.loc[data["table"] == "", "path"].tolist() == ["3.2.1"]
    row = data[data["path"] == "1.2.2"].iloc[0]
    assert (row["prose"], row["table"], row["same"]) == ("各科室、单位", "法规法制科", False)


def test_a_trace_tiles_its_sentences(frames: Frames) -> None:
    """The pieces of a traced sentence, put together, are the sentence."""
    data = trace_figures.trace_data(frames, f"{CITY}#3.2.4", DISTRICTS)
    texts = frames.requirements.set_index("requirement_id")["text"]
    for name, block in data.groupby("requirement_id"):
        assert "".join(block["text"]) == texts[name]
    minhang = data[data["plan_id"] == "minhang-hrss-2025"]
    kept = minhang[minhang["kept_by"] > 0]["text"].str.len().sum()
    assert kept >= 40
    plain = trace_figures.traced_text(data)
    assert plain.count("\n") == 2 * data["requirement_id"].nunique() - 1


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("上海市嘉定区人力资源和社会保障局", "嘉定区"),
        ("闵行区人力资源和社会保障局", "闵行区"),
        ("浙江省杭州市教育局", "杭州市"),
        ("广西壮族自治区教育厅", "广西壮族自治区"),
        ("北京市市场监督管理局", "北京市"),
        ("2023年上海市政务公开工作要点", "上海市"),
        ("教育部", ""),
    ],
)
def test_places_are_read_from_names(name: str, place: str) -> None:
    """The innermost place counts; a name without one has none."""
    assert place_name(name) == place


def test_a_plan_that_is_not_held_is_named_with_those_that_are(frames: Frames) -> None:
    """Notebooks say below their parameters what cannot be shown."""
    assert held_note(frames, [CITY]) == f"All plans asked for are held (`{CITY}`)."
    said = held_note(frames, [CITY, "shanghai-hrss-2024"])
    assert "does not hold `shanghai-hrss-2024` (cited, but not held)" in said
    with pytest.raises(UnknownName, match="shanghai-hrss-2024"):
        held_note(frames, [CITY, "shanghai-hrss-2042"])
    assert f"`{CITY}`" in said


def test_every_sentence_has_words_for_nothing(frames: Frames) -> None:
    """A finding about nothing says so, instead of counting zero."""
    nothing: Any = pd.DataFrame()
    for sentence in (
        findings.evolution_sentence,
        findings.terms_sentence,
        findings.load_sentence,
        findings.prose_sentence,
        findings.flow_sentence,
        findings.lag_sentence,
        findings.worst_section_sentence,
        findings.worst_unit_sentence,
    ):
        assert sentence(nothing).startswith("**")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rules_are_named_in_the_language_of_the_figure(language: Language) -> None:
    """No English in a Chinese figure but the names that readers were given."""
    names = ["program alone", "vote of 3: all", "r, prompt 2 (85d26a8c): sure, doubtful from 0.15"]
    data = pd.DataFrame({"name": names, "value": [0.7, 0.8, 0.9], "low": 0.6, "high": 0.95})
    figure, ax = style.new_figure(style.PAGE_MM, 30)
    reader_figures.draw_rules(data, ax, language=language)
    check_texts(figure)
    shown = [label.get_text() for label in ax.get_yticklabels()]
    if language == "zh":
        assert shown == [
            "仅用程序",
            "3 位读者表决：全部问",
            "r（提示词 2）：只采有把握的回答，只问存疑度 0.15 起的",
        ]
    else:
        assert shown == [*names[:2], "r, prompt 2: sure, doubtful from 0.15"]


def test_a_share_is_said_to_be_one() -> None:
    """The axis says 未见承接的比例, in percent."""
    rows = [["b-x-2024", "乙区2024", at, at / 2] for at in (0.3, 0.6)]
    columns = ["target_plan_id", "target", "threshold", "omitted"]
    figure, ax = style.new_figure()
    omission_figures.draw_thresholds(pd.DataFrame(rows, columns=columns), ax, share=True)
    figure.draw_without_rendering()
    assert ax.get_ylabel() == "未见承接的比例"
    assert all(label.get_text().endswith("%") for label in ax.get_yticklabels())

"""Chinese labels show on any machine, and a label that would not show is an error."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure

from wpnet.errors import WpnetError
from wpnet.showing import fonts, style

RAW = sorted((Path(__file__).parents[2] / "data" / "raw").glob("*.txt"))
LABELS = (
    "市级2023年要点承接情况（嘉定、青浦、闵行）",
    "沪人社办〔2024〕77号《条例》",
    "−1 % · ①—…“”",
)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test starts without WPNET_FONT and leaves matplotlib's settings as they were."""
    monkeypatch.delenv(fonts.ENVIRONMENT, raising=False)
    with mpl.rc_context():
        yield


def drawn(path: Path, labels: tuple[str, ...] = LABELS) -> bytes:
    """Draw ``labels`` as title, axis label, tick labels and text, and return the file's bytes."""
    figure = Figure(figsize=(4, 3))
    ax = figure.subplots()
    ax.plot([-2, -1, 0], [1, -1, 0])
    ax.set_title(labels[0])
    ax.set_xlabel(labels[-1])
    ax.set_yticks([-1, 0, 1], ["碳", "镕", "堃"])
    for row, label in enumerate(labels):
        ax.text(-2, row / 4, label)
    metadata: dict[str, Any] = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    figure.savefig(path, metadata=metadata)
    return path.read_bytes()


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_chinese_labels_draw_without_a_warning_or_a_log_line(
    suffix: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A missing glyph is a warning and a missing font a log line: neither may happen."""
    fonts.use_chinese_font("bundled")
    with warnings.catch_warnings(), caplog.at_level(logging.INFO, logger="matplotlib.font_manager"):
        warnings.simplefilter("error")
        assert len(drawn(tmp_path / f"figure{suffix}")) > 5000
    assert [record.getMessage() for record in caplog.records] == []


def test_a_character_no_font_holds_is_an_error_where_warnings_are(tmp_path: Path) -> None:
    """The test above would notice tofu."""
    fonts.use_chinese_font("bundled")
    with pytest.warns(UserWarning, match=r"missing from (current )?font"):
        drawn(tmp_path / "figure.png", ("\U00020bb7野家",))


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_same_figure_gives_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    """Committed figures change only when what they show changes."""
    fonts.use_chinese_font("bundled")
    first = drawn(tmp_path / f"first{suffix}")
    assert drawn(tmp_path / f"second{suffix}") == first


@pytest.mark.parametrize("raw", RAW, ids=lambda path: path.stem)
def test_the_bundled_font_holds_every_character_of_the_plans(raw: Path) -> None:
    """Any sentence of the base plans can stand in a figure."""
    text = raw.read_text(encoding="utf-8-sig").replace("\x0c", "")
    assert fonts.missing_glyphs(text, fonts.bundled_font()) == set()


def test_the_bundled_font_holds_all_hanzi_of_gbk() -> None:
    """Names of places and people beyond GB2312 are drawn too."""
    hanzi = "".join(map(chr, range(0x4E00, 0x9FA6)))
    assert fonts.missing_glyphs(hanzi, fonts.bundled_font()) == set()


def test_the_notice_names_the_font_as_it_is() -> None:
    """The font file is the one its notice and build script describe."""
    path = fonts.bundled_font()
    notice = path.with_name("wpnet-hei-NOTICE.txt").read_text(encoding="utf-8")
    assert hashlib.sha256(path.read_bytes()).hexdigest() in notice
    assert path.with_name("wpnet-hei-LICENSE.txt").is_file()


def test_a_setting_beats_the_environment_and_the_environment_the_system(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The more deliberate choice wins."""
    monkeypatch.setattr(fonts, "SYSTEM_FAMILIES", ("DejaVu Serif",))
    assert fonts.use_chinese_font(needed="abc") == "DejaVu Serif"
    monkeypatch.setenv(fonts.ENVIRONMENT, "DejaVu Sans Mono")
    assert fonts.use_chinese_font(needed="abc") == "DejaVu Sans Mono"
    assert fonts.use_chinese_font("bundled", needed="abc") == "wpnet Hei"


def test_a_system_font_that_lacks_a_character_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A good name is no proof: DejaVu has no hanzi, so the bundled font is taken."""
    monkeypatch.setattr(fonts, "SYSTEM_FAMILIES", ("DejaVu Sans",))
    assert fonts.use_chinese_font() == "wpnet Hei"


def test_a_family_of_a_collection_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    """A .ttc lists several families under one file: the last one listed is not what is used."""
    before = list(font_manager.fontManager.ttflist)
    try:
        for name in ("Asked For", "Another Face"):
            path = str(fonts.bundled_font())
            font_manager.fontManager.ttflist.append(font_manager.FontEntry(fname=path, name=name))
        assert fonts.use_chinese_font("Asked For") == "Asked For"
        assert mpl.rcParams["font.family"][0] == "Asked For"
    finally:
        font_manager.fontManager.ttflist[:] = before


def test_a_matplotlibrc_changes_nothing_of_our_figures() -> None:
    """What somebody prefers elsewhere is undone by our style."""
    style.use_style("bundled")
    ours = {name: value for name, value in mpl.rcParams.items() if name != "backend"}
    mpl.rcParams.update({"axes.grid": True, "figure.autolayout": True, "lines.marker": "x"})
    style.use_style("bundled")
    assert {name: mpl.rcParams[name] for name in ours} == ours


def test_a_font_file_can_be_named(tmp_path: Path) -> None:
    """A path is a setting, and naming it twice registers it once."""
    copy = tmp_path / "其他.ttf"
    copy.write_bytes(fonts.bundled_font().read_bytes())
    before = list(font_manager.fontManager.ttflist)
    try:
        assert [fonts.use_chinese_font(str(copy)) for _ in range(2)] == ["wpnet Hei"] * 2
        assert len(font_manager.fontManager.ttflist) == len(before) + 1
    finally:
        font_manager.fontManager.ttflist[:] = before


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("No Such Hei", "No font named 'No Such Hei' is installed"),
        ("/nowhere/fang.ttf", "Font file '/nowhere/fang.ttf' does not exist"),
        ("DejaVu Sans", "Font 'DejaVu Sans' lacks "),
    ],
)
def test_a_font_that_cannot_be_had_is_refused(setting: str, said: str) -> None:
    """What the user asked for is never silently replaced."""
    with pytest.raises(WpnetError, match=said):
        fonts.use_chinese_font(setting)


def test_a_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    """A broken font file is the user's fault and said in a sentence."""
    fake = tmp_path / "fake.ttf"
    fake.write_text("not a font", encoding="utf-8")
    with pytest.raises(WpnetError, match=r"fake\.ttf is not a font"):
        fonts.use_chinese_font(str(fake))

"""Many plans: a folder of pages, each of which opens at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import PHONE
from tests.browser.corpora import ROOT, SOURCE, base, copied, tenfold
from wpnet.cli import main
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.showing import ledger
from wpnet.showing.report.folder import write_folder

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of ten cities, without the reasons of scores."""
    out = tmp_path_factory.mktemp("pages") / "pages"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "EXPLAINED_UP_TO", 0)
        assert write_folder(tenfold(), out) == 20
    return out


@pytest.mark.browser
@pytest.mark.slow
def test_the_index_leads_to_every_page(open_page: Open, folder: Path) -> None:
    """Every source plan has its page; a word finds a district; its link is a page that opens."""
    page = open_page(file=folder / "index.html")
    assert page.locator("tbody tr").count() == len(tenfold().coverage_between)
    page.fill("#f-q", "c7- 青浦")
    assert page.locator("tbody tr").count() == 2
    link = page.locator("tbody td.n a").first.get_attribute("href")
    name, _, address = str(link).partition("#")
    opened = open_page("#" + address, file=folder / name)
    assert opened.locator("tr[data-key]").count() == int(
        page.locator("tbody td.n a").first.inner_text()
    )
    assert opened.locator("nav a").first.get_attribute("href") == "index.html"
    assert "略去了逐项的评分理由" in open_page("#view=about", file=folder / name).inner_text("main")


@pytest.mark.browser
@pytest.mark.slow
def test_names_of_plans_are_words_on_a_phone(open_page: Open, folder: Path) -> None:
    """The table is wider than the screen and scrolls, no column of names is one character wide."""
    page = open_page(file=folder / "index.html", viewport=PHONE)
    for cell in page.locator("tbody tr:first-child > :not(.n)").all():
        assert cell.bounding_box()["width"] > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.browser
@pytest.mark.slow
def test_pages_open_in_two_seconds(open_page: Open, folder: Path) -> None:
    """Index and page show their first rows within two seconds of being opened."""
    wanted = {"index.html": "tbody tr", f"c3-{SOURCE}.html": ".card"}
    for name, first in wanted.items():
        times = []
        for _ in range(3):
            page = open_page(file=folder / name)
            page.wait_for_selector(first)
            times.append(page.evaluate("performance.now()"))
        assert min(times) < 2000, f"{name}: {times}"


def test_a_folder_is_written_again_but_never_over_work(folder: Path) -> None:
    """The same bytes again; a page that somebody has changed, or a file beside them, is refused."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    page = folder / f"c0-{SOURCE}.html"
    page.write_text(page.read_text("utf-8") + "<!-- mine -->", "utf-8")
    with pytest.raises(CorpusError, match="changed since"):
        write_folder(copied(base(), "c0"), folder)
    page.write_bytes(before[page.name])
    (folder / "note.txt").write_text("mine", "utf-8")
    with pytest.raises(CorpusError, match=r"note\.txt"):
        write_folder(copied(base(), "c0"), folder)
    (folder / "note.txt").unlink()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    told = json.loads(before["datapackage.json"])
    assert {entry["path"] for entry in told["resources"]} | {"datapackage.json"} == set(before)


def test_a_corpus_without_pairs_has_no_folder(tmp_path: Path) -> None:
    """One sentence instead of an empty index."""
    with pytest.raises(CorpusError, match="no two plans are compared"):
        write_folder(Corpus(), tmp_path / "pages")
    assert not (tmp_path / "pages").exists()


def test_another_ending_is_neither_page_nor_folder(capsys: pytest.CaptureFixture[str]) -> None:
    """A report is a page or a folder; anything else is a slip."""
    data = str(ROOT / "data" / "processed")
    assert main(["report", "--out", "report.pdf", "--data", data]) == 1
    assert "a page ends in .html" in capsys.readouterr().err

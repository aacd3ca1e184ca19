"""Anyone can use the page: on a phone, on paper, by keyboard, with a screen reader."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.corpora import SOURCE, base
from wpnet.showing.ledger import verdict_counts

pytestmark = pytest.mark.browser

TARGET = "qingpu-hrss-2024"
PAIR = f"source={SOURCE}&target={TARGET}"
VIEWS = ("overview", "ledger", "letter", "additions", "trace", "units", "network", "about")
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def axe() -> Any:
    """Return the accessibility checks of axe-core, which come with a package of Python."""
    sync = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    return sync.Axe()


@pytest.mark.parametrize(("language", "viewport"), [("zh", PHONE), ("en", DESK)])
def test_axe_finds_nothing(
    open_page: Open, axe: Any, language: str, viewport: dict[str, int]
) -> None:
    """Roles, names, order of headings and contrast of every view pass, an opened row with them."""
    page = open_page(viewport=viewport)
    found = []
    for view in VIEWS:
        page.evaluate("to => { location.hash = to; }", f"#view={view}&{PAIR}&lang={language}")
        page.wait_for_selector(f"nav a[aria-current=page][href*='view={view}']")
        if view == "ledger":
            page.locator(".toggle").first.click()
            page.select_option(".draft-verdict", "partial")
        found += [
            (view, one["id"], one["nodes"][0]["html"])
            for one in axe.run(page).response["violations"]
        ]
    assert found == []


@pytest.mark.parametrize("view", ["ledger", "overview"])
def test_the_first_result_is_on_the_first_screen_of_a_phone(open_page: Open, view: str) -> None:
    """Nobody has to scroll to see what the page is about."""
    page = open_page(f"#view={view}&{PAIR}&verdict=omitted", viewport=PHONE)
    first = "tr[data-key]" if view == "ledger" else ".card"
    box = page.locator(first).first.bounding_box()
    assert box["y"] + 60 < PHONE["height"]


def test_a_row_is_corrected_by_keyboard_alone(open_page: Open) -> None:
    """Tab reaches verdict, target and reason of an opened row; letters choose."""
    page = open_page(f"#view=ledger&{PAIR}&verdict=omitted")
    page.locator(".toggle").first.focus()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "draft-verdict":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator(".drafted").count() == 1
    assert page.evaluate("document.activeElement.className") == "draft-verdict"


def test_the_map_draws_no_line_behind_a_box(open_page: Open) -> None:
    """No line between two plans crosses the box of a third: no chain is seen where none is."""
    page = open_page(f"#view=network&{PAIR}")
    crossed = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll(".plan-box")].map((box) => box.getBBox());
          let crossed = 0;
          for (const line of document.querySelectorAll(".plan-line")) {
            const long = line.getTotalLength();
            const inside = new Set();
            for (let at = 4; at < long - 4; at += 2) {
              const p = line.getPointAtLength(at);
              boxes.forEach((box, number) => {
                const across = p.x > box.x + 1 && p.x < box.x + box.width - 1;
                if (across && p.y > box.y + 1 && p.y < box.y + box.height - 1) inside.add(number);
              });
            }
            crossed += inside.size;
          }
          return [crossed, document.querySelectorAll(".plan-line[data-pair]").length];
        }"""
    )
    assert crossed == [0, len(base().coverage_between)]


def printed(page: Any, path: Path) -> list[str]:
    """Print a page to a file; return the text of every sheet, without blanks."""
    pypdfium2 = pytest.importorskip("pypdfium2")
    page.pdf(path=path, prefer_css_page_size=True)
    document = pypdfium2.PdfDocument(path)
    sheets = ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]
    document.close()
    return sheets


def test_every_district_is_printed_on_pages_of_its_own(open_page: Open, tmp_path: Path) -> None:
    """A new district begins a page, its heading on top; opened rows are printed whole."""
    sheets = printed(
        open_page(f"#view=ledger&source={SOURCE}&target=&verdict=omitted&all=1"),
        tmp_path / "report.pdf",
    )
    titles = [f"→{base().plan(target).title}" for target in base_targets()]
    starts = [next(at for at, text in enumerate(sheets) if title in text) for title in titles]
    assert starts == sorted(set(starts))
    for at, title in zip(starts[1:], titles[1:], strict=True):
        assert sheets[at].index(title) < 60, "the heading is on top of its page"
    assert "".join(sheets).count("上级要求·上海市2023") == sum(
        verdict_counts_of(target) for target in base_targets()
    )
    for first, then in itertools.pairwise([*starts, len(sheets)]):
        assert all("原文编号" in text for text in sheets[first:then]), "headings are repeated"


def test_a_letter_is_printed_without_the_page_around_it(open_page: Open, tmp_path: Path) -> None:
    """The first line on paper is the office, and the checklist begins a page of its own."""
    sheets = printed(open_page(f"#view=letter&{PAIR}"), tmp_path / "letter.pdf")
    assert sheets[0].startswith(base().plan(SOURCE).issuer)
    assert sum(text.startswith("待核实清单（") for text in sheets) == 1
    assert "wpnet" not in sheets[-1]


def base_targets() -> list[str]:
    """Return the targets of the source plan in the order of the page."""
    from wpnet.showing.report.payload import compared_pairs

    return [target for source, target in compared_pairs(base()) if source == SOURCE]


def verdict_counts_of(target: str) -> int:
    """Count the duties that are not found in a target plan."""
    from wpnet.showing.ledger import ledger

    return verdict_counts(ledger(base(), SOURCE, target))["omitted"]

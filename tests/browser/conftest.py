"""A headless Chromium for the tests of the report page; without one they are skipped by name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.corpora import base, hostile, tenfold
from wpnet.showing.report import render_report

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the browser once for all tests of this process."""
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the path")
    with sync.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Render a report once and return its file; the corpus is named base, tenfold or hostile."""
    folder = tmp_path_factory.mktemp("report")
    corpora = {"base": base, "tenfold": tenfold, "hostile": hostile}

    def rendered(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(render_report(corpora[name]()), "utf-8")
        return path

    return rendered


@pytest.fixture
def open_page(chromium: Any, report: Callable[[str], Path]) -> Iterator[Callable[..., Any]]:
    """Open the page from the disk; at the end, nothing may have been asked for or gone wrong."""
    contexts, wrong = [], []
    mine = ["request: data:image/svg+xml", "request: blob:"]

    def opened(
        address: str = "", *, corpus: str = "base", viewport: Any = None, file: Path | None = None
    ) -> Any:
        context = chromium.new_context(viewport=viewport or DESK, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda fault: wrong.append(f"error: {fault}"))
        page.on("request", lambda request: wrong.append(f"request: {request.url}"))
        page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
        path = file or report(corpus)
        mine.append(f"request: {path.as_uri()}")
        page.goto(path.as_uri() + address)
        return page

    yield opened
    noises = [noise for noise in wrong if not noise.startswith(tuple(mine))]
    for context in contexts:
        context.close()
    assert noises == []

"""From the page to a letter: a morning of an officer without Python, in a real browser."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest

from tests.browser.corpora import ROOT, SOURCE
from wpnet.cli import main

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TARGET = "qingpu-hrss-2024"
OFFICE = "办公室"
COUNTS = re.compile(
    r"共 (\d+) 项。.*已承接 (\d+) 项，部分承接 (\d+) 项，未见承接 (\d+) 项(?:，不适用 (\d+) 项)?。"
)
Open = Callable[..., Any]


def rows(data: Path) -> list[dict[str, str]]:
    """Return the verdicts of the tables, read without the library."""
    with (data / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def office_of(data: Path) -> dict[str, set[str]]:
    """Return the offices that answer for every duty, as the tables have them."""
    found: dict[str, set[str]] = {}
    with (data / "assignments.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["effective"] == "true":
                found.setdefault(row["requirement_id"], set()).add(row["unit_as_written"])
    return found


def counted(text: str) -> list[int]:
    """Return the numbers of a letter: all, carried, partial, not found, not applicable."""
    found = COUNTS.search(text)
    assert found is not None, text
    return [int(number or 0) for number in found.groups()]


def expected(data: Path) -> list[int]:
    """Return the same numbers, counted in the tables."""
    count = Counter(row["verdict"] for row in rows(data))
    names = ("carried", "partial", "omitted", "not_applicable")
    return [len(rows(data)), *(count[name] for name in names)]


def test_from_the_page_to_a_letter(open_page: Open, tmp_path: Path) -> None:
    """Find, read, correct two rows, hand them in, see them; every number of the letter is right."""
    raw, data, report = tmp_path / "raw", tmp_path / "processed", tmp_path / "report.html"
    raw.mkdir()
    for plan in (SOURCE, TARGET):
        shutil.copy(ROOT / "data" / "raw" / f"{plan}.txt", raw)
    where = ["--data", str(data)]
    assert main(["build", "--raw", str(raw), "--out", str(data)]) == 0
    assert main(["report", "--out", str(report), *where]) == 0
    office = office_of(data)
    wanted = [
        r for r in rows(data) if r["verdict"] == "omitted" and OFFICE in office[r["source_id"]]
    ]

    page = open_page(f"#view=ledger&source={SOURCE}&target={TARGET}", file=report)
    page.check("input[value=omitted]")
    page.select_option("#f-unit", OFFICE)
    assert page.locator("tr[data-key]").count() == len(wanted) > 2
    keys = [page.locator("tr[data-key]").nth(at).get_attribute("data-key") for at in range(2)]
    for at, (verdict, reason) in enumerate(
        [("carried", "见该条，写法不同"), ("not_applicable", "市局事项")]
    ):
        row = page.locator("tr[data-key]").nth(at)
        row.locator(".toggle").click()
        detail = page.inner_text("tr.detail")
        for evidence in (
            "比对过的下级条文",
            "程序估计的可能性",
            "未收录、没有比对",
            "下级条文中未找到的部分",
        ):
            assert evidence in detail
        page.select_option("tr.detail .draft-verdict", verdict)
        page.fill("tr.detail .draft-note", reason)
        row.locator(".toggle").click()
    page.fill("#draft input.reviewer", "李明")
    with page.expect_download() as waiting:
        page.click("#draft-save")
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)

    assert main(["review", "import", str(file), *where]) == 0
    assert main(["build", "--raw", str(raw), "--out", str(data)]) == 0
    assert main(["report", "--out", str(report), *where]) == 0
    decided = {r["source_id"]: r["verdict"] for r in rows(data) if r["decided_by"] == "review"}
    assert decided == {
        str(keys[0]).partition(">")[0]: "carried",
        str(keys[1]).partition(">")[0]: "not_applicable",
    }

    page.goto(report.as_uri() + f"#view=ledger&source={SOURCE}&target={TARGET}")
    page.reload()
    for key, word in zip(keys, ("已承接", "不适用"), strict=True):
        line = page.locator(f"tr[data-key='{key}']").inner_text()
        assert word in line
        assert "人工复核；程序原判：未见承接" in line
    assert page.locator("#draft").is_hidden(), "what was taken over is no draft any more"

    page.click("#to-letter")
    letter = page.inner_text("#letter")
    assert counted(letter) == expected(data)
    made = tmp_path / "函件.docx"
    assert main(["report", "--from", SOURCE, "--to", TARGET, "--docx", str(made), *where]) == 0
    said = docx.Document(str(made))
    assert counted("".join(paragraph.text for paragraph in said.paragraphs)) == expected(data)
    open_rows = [
        r
        for r in rows(data)
        if r["decided_by"] != "review"
        and (r["verdict"] in ("omitted", "partial") or r["needs_review"] == "true")
    ]
    assert len(said.tables[-1].rows) - 1 == len(open_rows)
    assert page.locator("#checklist tbody tr").count() == len(open_rows)

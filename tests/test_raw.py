"""Raw plans are never changed."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

RAW = Path(__file__).parents[1] / "data" / "raw"


def test_every_raw_plan_is_the_one_of_the_manifest() -> None:
    """Each file has a row, each row its file, and the sha256 is that of the bytes."""
    with (RAW / "manifest.csv").open(encoding="utf-8-sig", newline="") as lines:
        listed = {row["file"]: row["sha256"] for row in csv.DictReader(lines) if row["file"]}
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in RAW.iterdir()
        if file.name != "manifest.csv"
    }
    assert found == listed

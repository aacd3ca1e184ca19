"""All ratios in one table, from one run: ``make bench`` or ``python -m bench.run``.

python -m bench.run --sizes 1000,3000,10000,30000 --workers 2 --folder /tmp/wpnet-bench
python -m bench.run --only growth --sizes 100,300
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread each, on both sides

from bench import costs
from bench.generate import write

ROOT = Path(__file__).parents[1]
PARTS = ("reading", "aligning", "searching", "accuracy", "answers", "growth")


def main() -> None:
    """Measure the parts asked for and print their tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument(
        "--sizes", default="100,300,1000", help="plans, for the growth (%(default)s)"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/wpnet-bench"))
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _build_and_tell(*options.child)
        return
    sizes = [int(size) for size in options.sizes.split(",")]
    parts: dict[str, Callable[[], None]] = {
        "reading": lambda: _ratios("Reading", [costs.reading_text(), costs.reading_pdf()]),
        "aligning": lambda: _ratios("Aligning", costs.aligning()),
        "searching": lambda: _ratios("Searching", costs.searching()),
        "accuracy": lambda: show(
            "Accuracy on the known truth", ("what", "share"), costs.accuracy()
        ),
        "growth": lambda: growth(sizes, options.workers, options.folder),
        "answers": lambda: answers(ROOT / "data" / "processed", "base corpus", 0.5),
    }
    for name in options.only or PARTS:
        parts[name]()


def _ratios(title: str, ratios: Sequence[costs.Ratio]) -> None:
    columns = ("what", "wpnet", "beside", "ratio", "goal")
    show(title, columns, [ratio.row() for ratio in ratios])


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table."""
    print(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    sys.stdout.flush()


def growth(sizes: Sequence[int], workers: int, folder: Path) -> None:
    """Build more and more plans, each size in a process of its own; then add one plan."""
    rows, found = [], []
    for size in sizes:
        shutil.rmtree(folder, ignore_errors=True)
        write(folder / "raw", size)
        first = _build(folder, workers)
        again = _build(folder, workers)
        added = folder / "raw" / "added.txt"
        some = sorted((folder / "raw").glob("*-2025.txt"))[0]
        added.write_text(some.read_text("utf-8").replace("2025年", "2026年"), "utf-8")
        one_more = _build(folder, workers)
        found.append((size, first["seconds"]))
        rows.append(
            (
                f"{size:,}",
                f"{first['seconds']:.1f} s",
                f"{first['peak']:.0f} + {first['worker_peak']:.0f} MB",
                f"{again['seconds']:.1f} s",
                f"{one_more['seconds']:.1f} s",
                f"{first['verdicts']:,.0f}",
            )
        )
    columns = ("plans", "build", "peak: main + worker", "build again", "one plan more", "verdicts")
    show(f"Growth ({workers} workers)", columns, rows)
    if len(found) > 1:
        logs = [(math.log(size), math.log(taken)) for size, taken in found]
        slope = statistics.linear_regression(*zip(*logs, strict=True)).slope
        print(f"\nExponent of time: {slope:.2f} (goal: at most 1.1)")
    answers(folder / "out", f"{sizes[-1]:,} plans", 1.0)


def _build(folder: Path, workers: int) -> dict[str, float]:
    """Build in a new process and return what it tells."""
    command = [sys.executable, "-m", "bench.run", "--child"]
    command += [str(folder / "raw"), str(folder / "out"), str(workers)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _build_and_tell(raw: str, out: str, workers: str) -> None:
    from wpnet.pipeline import build

    start = time.perf_counter()
    built = build(Path(raw), Path(out), workers=int(workers), graphs=False)
    taken = time.perf_counter() - start
    own, others = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    told = {
        "seconds": taken,
        "peak": own,
        "worker_peak": others,
        "verdicts": built.rows["coverage"],
    }
    print(json.dumps(told))


def _once(command: Sequence[str]) -> tuple[float, float]:
    """Run a command; return seconds on the clock and of the processor."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    taken = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def answers(data: Path, name: str, goal: float) -> None:
    """Time the two questions that are asked most, as commands with all that starting up costs."""
    from wpnet.store import load_corpus

    row = load_corpus(data, tables=("coverage",)).coverage[0]
    source = row.source_id.partition("#")[0]
    questions = {
        "omissions": ["omissions", "--from", source, "--to", row.target_plan_id],
        "trace": ["trace", row.source_id],
    }
    rows = []
    for question, arguments in questions.items():
        command = [sys.executable, "-m", "wpnet", *arguments, "--data", str(data)]
        runs = [_once(command) for _ in range(costs.REPEATS)]
        clock, processor = (statistics.median(run[at] for run in runs) for at in (0, 1))
        rows.append((f"wpnet {question}", f"{clock:.2f} s", f"{processor:.2f} s", f"< {goal} s"))
    columns = ("command", "clock", "processor", "goal")
    show(f"Answers from built tables, {name}", columns, rows)


if __name__ == "__main__":
    main()

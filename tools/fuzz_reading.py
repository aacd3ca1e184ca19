"""Soak the reading: many invented plans and hostile texts, run outside ``make test``.

    nice python tools/fuzz_reading.py --inputs 100000 [--seed 1]

Every input must be read without an error, every visible character must come out exactly once, the
audit must tile the text, ids must be unique, and no input may take longer than a few milliseconds a
character. The first faults are printed with the input that shows them.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from wpnet.dictionary import tokenizer
from wpnet.model import Cell, Document, Line
from wpnet.reading.normalise import normalise
from wpnet.reading.plan import parse_document
from wpnet.text import VISIBLE

LAYOUTS = Path(__file__).parents[1] / "tests" / "reading" / "layouts"
RAW = Path(__file__).parents[1] / "data" / "raw"
MARKS = (
    "一、 二、 三 （一） （二） (三) 1. 2、 3 （1） ① 一是 加强公开 做好发布 。 ， ； "
    "： （ ） ( ) 《 》 “ ” 〔 〕 [ ] 【 】 责任单位： 办公室 区财政局 、 牵头 配合 "
    "全年 3月底前 2024年 2022715 -2- 2、 | ｜ 序号 任务名称 任务内容 完成时限 备注 附件 "
    "抄送： 索引号： 政务公开工作要点 关于印发 的通知 某某局 2024年5月1日 ★ 打印 "
    "以下简称 根据 沪府办〔2024〕5号 現將 公開 \u202e \u200b \x00 \ufeff 😀 a B 9 "
    "\ud800"
)
PIECES = [*MARKS.split(), " ", "  ", "\n", "\n", "\n", "\n\n", "\t", "\u3000", "\r", "\x0c"]
SLOWEST = 0.002  # seconds a character, far above what any text should take
LATER = 0.5  # seconds that any input may take


def main() -> int:
    """Run the soak and say what it found; the exit status is 1 if anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    source = random.Random(arguments.seed)
    texts = [file.read_text("utf-8") for file in (*LAYOUTS.glob("*.txt"), *RAW.glob("*.txt"))]
    tokenizer()  # its dictionary takes a second to load and is no input's fault
    began, slowest, faults = time.monotonic(), 0.0, 0
    for count in range(1, arguments.inputs + 1):
        document = invent(source, texts)
        fault, seconds = check(document)
        slowest = max(slowest, seconds)
        if fault:
            faults += 1
            if faults <= 10:
                sys.stdout.write(f"input {count}: {fault}\n{document.lines!r:.2000}\n\n")
        if count % 10_000 == 0:
            sys.stdout.write(
                f"{count:,} inputs, {faults} faults, slowest {slowest * 1000:.0f} ms, "
                f"{time.monotonic() - began:.0f} s\n"
            )
            sys.stdout.flush()
    return 1 if faults else 0


def invent(source: random.Random, texts: list[str]) -> Document:
    """Return a document of random pieces, or a real layout damaged at random."""
    if source.random() < 0.5:
        text = "".join(source.choices(PIECES, k=source.randrange(1, 80)))
    else:
        text = _damaged(source, source.choice(texts))
    lines, offset = [], 0
    marked = source.random() < 0.2
    for number, part in enumerate(text.split("\n")):
        cell = _cell(source, number) if marked else None
        starts = source.choice((True, False, None)) if marked else None
        lines.append(Line(part, offset=offset, cell=cell, starts=starts))
        offset += len(part) + 1
    return Document("fuzz.txt", "", "text", tuple(lines))


def _cell(source: random.Random, number: int) -> Cell | None:
    if source.random() < 0.3:
        return None
    spans = source.choice((1, 1, 1, 2)), source.choice((1, 1, 1, 2))
    return Cell(1 + number // 40, 1 + number % 40 // 4, 1 + number % 4, *spans)


def _damaged(source: random.Random, text: str) -> str:
    """Cut, repeat, glue and sprinkle a text."""
    start = source.randrange(len(text))
    text = text[start : start + source.randrange(10, 1500)]
    for _ in range(source.randrange(0, 12)):
        at = source.randrange(len(text) + 1)
        act = source.randrange(4)
        if act == 0:
            text = text[:at] + source.choice(PIECES) + text[at:]
        elif act == 1:
            text = text[:at] + text[at + source.randrange(1, 8) :]
        elif act == 2:
            text = text[:at] + text[at : at + 40] + text[at:]
        else:
            text = text.replace(source.choice("。）、，\n（"), source.choice(("", " ", "\n")), 3)
    return text


def check(document: Document) -> tuple[str, float]:
    """Return what is wrong with the reading of a document ('' for nothing), and the seconds."""
    began = time.perf_counter()
    try:
        plan = parse_document(document)
    except Exception as error:  # whatever it is, it is the finding
        return f"{type(error).__name__}: {error}", 0.0
    seconds = time.perf_counter() - began
    length = sum(len(line.text) for line in document.lines)
    raw = Counter("".join("".join(VISIBLE.findall(line.text)) for line in document.lines))
    kept = Counter(plan.text)
    kept.pop(" ", None)
    kept.pop("\n", None)
    position = 0
    for span in plan.audit:
        if span.start != position or span.end <= span.start:
            return f"the audit has a gap at {position}", seconds
        position = span.end
    ids = {entry.requirement_id for entry in plan.requirements}
    faults = (
        ("characters lost or doubled", kept != raw or normalise(document).text != plan.text),
        ("the audit ends early", position != len(plan.text)),
        ("an id stands twice", len(ids) != len(plan.requirements)),
        (
            "a unit without a requirement",
            any(a.requirement_id not in ids for a in plan.assignments),
        ),
        ("too slow", seconds > max(LATER, SLOWEST * length)),
    )
    return "; ".join(name for name, wrong in faults if wrong), seconds


if __name__ == "__main__":
    sys.exit(main())

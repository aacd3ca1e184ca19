"""Damaged plans by the hundred thousand: ``make soak`` or ``python tests/formats/soak.py``.

Takes plans in every layout and format, damages each in some way and reads it. Whatever comes in,
the reading gives a plan whose audit tiles its text, or one :class:`~wpnet.errors.WpnetError`, in
bounded time. Prints counts and the slowest inputs; an input that breaks the rule is kept.

    python tests/formats/soak.py --count 100000 --seed 1 --keep /tmp/soak
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "reading"))
import generate
import make_twins as twins
import plans
import print_plans
import printing

from wpnet.errors import WpnetError
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.plan import parse_document

ROOT = Path(__file__).parents[2]
#: How many of a hundred inputs are of each format; text is cheap and where plans differ most.
SHARES = {"txt": 82, "html": 8, "docx": 4, "ofd": 2, "pdf": 4}
#: Plans drawn for each layout, damaged again and again.
DRAWN = 12
#: Seconds that no input may take; the reading gives up a file after 60.
LIMIT = 60.0
ENCODINGS = ("utf-8", "utf-8", "utf-8", "gb18030", "utf-16", "utf-16-le", "big5")
PIECES = (
    "一、 二、 （一） （十） 1. 3 12、 （1） ① 一是 。 ！ ， ； ： （ ） ( ) 《 》 〈 “ ” 〔 〕 [ "
    "] 【 | ｜ 责任单位： 牵头 配合 负责落实 等部门 完成时限： 全年 3月底前 2024年5月1日 2022715 "
    "序号 任务名称 任务内容 责任单位 附件： 抄送： 索引号： 关于印发 的通知 政务公开工作要点 ★ "
    "以下简称 "
    "- 2 - 第3页 沪府办〔2024〕5号 \u202e \u200b \x00 \ufeff \ue000 😀 \t \u3000 \n\n \r 2、"
).split(" ")


def drawn_plans() -> list[plans.Drawn]:
    """Return some plans of every layout, the same in every run."""
    found: list[plans.Drawn] = []
    for layout in (*generate.SCHEMES, "W"):
        strategy = generate.wrappers() if layout == "W" else generate.plans(layout)

        @settings(
            max_examples=DRAWN,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def draw(plan: plans.Drawn) -> None:
            found.append(plan)

        draw()
    return found


def sources() -> dict[str, list[bytes]]:
    """Return whole files by format: invented plans, the plans of the layouts, the base plans."""
    drawn = drawn_plans()
    files: dict[str, list[bytes]] = {kind: [] for kind in SHARES}
    files["txt"] = [printing.render(plan).encode() for plan in drawn]
    files["txt"] += [file.read_bytes() for file in sorted(ROOT.glob("data/raw/*.txt"))]
    layouts = ROOT / "tests" / "reading" / "layouts"
    files["txt"] += [file.read_bytes() for file in sorted(layouts.glob("*.txt"))]
    for name, make in print_plans.FORMATS.values():
        kind = name.rpartition(".")[2]
        if kind == "txt":
            continue
        for plan in drawn[:: 4 if kind == "pdf" else 2]:
            if kind != "pdf" or not plan.table:  # a row may be higher than a page
                files[kind].append(make(plan))
    pdfs = [twins.pdf_twin(twins.twin_of(plan), embedded=True) for plan in twins.PLANS]
    files["pdf"] += pdfs  # one of them with a table over several pages
    return files


def damaged_text(text: str, dice: random.Random) -> str:
    """Return a text with some lines and marks lost, doubled, moved or put in."""
    lines = text.split("\n")
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(lines))
        line = lines[at]
        place = dice.randint(0, len(line))
        change = dice.randrange(9)
        if change == 0:
            del lines[at]
            lines = lines or [""]
        elif change == 1:
            lines[at:at] = lines[at : at + dice.randint(1, 4)] * dice.choice([1, 1, 1, 40])
        elif change == 2 and len(lines) > 1:
            lines[at - 1] += lines.pop(at)
        elif change == 3:
            lines[at : at + 1] = [line[:place], line[place:]]
        elif change == 4:
            lines[at] = line[:place] + line[place + dice.randint(1, 12) :]
        else:
            piece = dice.choice(PIECES) * dice.choice([1, 1, 1, 1, 300])
            lines[at] = line[:place] + piece + line[place:]
    return "\n".join(lines)


def damaged_bytes(data: bytes, dice: random.Random) -> bytes:
    """Return a file with bytes flipped, lost, doubled, or its end cut off."""
    out = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 30])):
        if not out:
            break
        at = dice.randrange(len(out))
        change = dice.randrange(5)
        if change == 0:
            out[at] ^= 1 << dice.randrange(8)
        elif change == 1:
            del out[at : at + dice.randint(1, 400)]
        elif change == 2:
            out[at:at] = out[at : at + dice.randint(1, 400)]
        elif change == 3:
            out[at:at] = dice.randbytes(dice.randint(1, 40))
        elif dice.random() < 0.3:
            del out[at:]
    return bytes(out)


def damaged_archive(data: bytes, dice: random.Random) -> bytes:
    """Return a zip archive with one of its parts damaged, so that the damage is inside."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        names = old.namelist()
        victim = dice.choice([name for name in names if name.endswith(".xml")])
        for name in names:
            content = old.read(name)
            if name == victim:
                text = damaged_text(content.decode("utf-8", "replace"), dice)
                content = text.encode() if dice.random() < 0.7 else damaged_bytes(content, dice)
            new.writestr(name, content)
    return stream.getvalue()


def damaged(kind: str, data: bytes, dice: random.Random) -> bytes:
    """Return a file damaged in a way that fits its format."""
    if kind in ("txt", "html"):
        text = damaged_text(data.decode("utf-8", "replace"), dice)
        out = text.encode(dice.choice(ENCODINGS), "replace")
        return damaged_bytes(out, dice) if dice.random() < 0.2 else out
    if kind in ("docx", "ofd") and dice.random() < 0.7:
        return damaged_archive(data, dice)
    return damaged_bytes(data, dice)


def faults(data: bytes, name: str) -> Iterator[str]:
    """Yield what is wrong with the reading of a file; a refusal in a sentence is not."""
    try:
        plan = parse_document(read_bytes_as_document(data, name))
    except WpnetError as refused:
        if not str(refused).strip() or "\n" in str(refused):
            yield f"refused without a sentence: {refused!r}"
        return
    except Exception as crash:
        yield f"{type(crash).__name__}: {crash}"
        return
    position = 0
    for span in plan.audit:
        if span.start != position or span.end <= span.start:
            yield f"the audit breaks at {position}"
        position = span.end
    if position != len(plan.text):
        yield f"the audit ends at {position} of {len(plan.text)}"
    ids = [entry.requirement_id for entry in plan.requirements]
    if len(set(ids)) != len(ids):
        yield "an id stands twice"
    if not {entry.requirement_id for entry in plan.assignments} <= set(ids):
        yield "a unit is laid on no requirement"


def soak(count: int, seed: int, keep: Path, say: Callable[[str], None]) -> int:
    """Read ``count`` damaged files; return how many broke the rule."""
    files = sources()
    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    tried: Counter[str] = Counter()
    seconds = dict.fromkeys(SHARES, 0.0)
    slowest: list[tuple[float, int, str]] = []
    broken = 0
    for number in range(count):
        dice = random.Random(f"{seed}/{number}")
        kind = dice.choice(kinds)
        data = damaged(kind, dice.choice(files[kind]), dice)
        start = time.process_time()
        wrong = list(faults(data, f"damaged.{kind}"))
        taken = time.process_time() - start
        if taken > LIMIT:
            wrong.append(f"took {taken:.0f} s")
        tried[kind] += 1
        seconds[kind] += taken
        slowest = sorted([*slowest, (taken, number, kind)], reverse=True)[:5]
        if wrong:
            broken += 1
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{seed}-{number}.{kind}").write_bytes(data)
            say(f"input {number} ({kind}): {'; '.join(wrong)}")
    for kind in SHARES:
        mean = 1000 * seconds[kind] / max(tried[kind], 1)
        say(f"{kind}: {tried[kind]} inputs, {mean:.1f} ms each")
    for taken, number, kind in slowest:
        say(f"slowest: input {number} ({kind}), {taken:.2f} s")
    say(f"{count} inputs, {broken} broke the rule")
    return broken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("soak-found"))
    options = parser.parse_args()
    sys.exit(bool(soak(options.count, options.seed, options.keep, print)))

"""What reading and comparing cost beside the plain tools for a part of the same work."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Any

from bench.generate import Made, plans
from wpnet.building.partitions import MUNICIPALITIES
from wpnet.cascade import comparison, longest, overlap, shared, text
from wpnet.cascade.align import align
from wpnet.cascade.encoder import sentence as encoder
from wpnet.cascade.pairs import PlanPair, comparable_pairs
from wpnet.model import Plan, Requirement
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.plan import parse_document

REPEATS = 5
Pairs = list[tuple[PlanPair, list[Requirement], list[Requirement]]]


@dataclass(frozen=True, slots=True)
class Ratio:
    """One row of the table: what was measured, against what, and the goal for the ratio."""

    what: str
    ours: float
    theirs: float
    goal: str

    def row(self) -> tuple[str, ...]:
        ratio = self.ours / self.theirs if self.theirs else float("nan")
        return (
            self.what,
            f"{1000 * self.ours:.2f} ms",
            f"{1000 * self.theirs:.2f} ms",
            f"{ratio:.2f} x",
            self.goal,
        )


def seconds(job: Callable[[], Any]) -> float:
    """Return the processor time of a call: other work on the machine is not in it."""
    start = time.process_time()
    job()
    return time.process_time() - start


def reading_text(per_repeat: int = 20) -> Ratio:
    """Read plans never seen before; cut the same texts into words with jieba."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    made = iter(plans((REPEATS + 1) * per_repeat, seed=11))
    ours, theirs = [], []
    for _ in range(REPEATS + 1):
        some = list(islice(made, per_repeat))
        data = [plan.text.encode() for plan in some]
        ours.append(seconds(lambda data=data: [_parse(one) for one in data]) / per_repeat)  # type: ignore[misc]
        theirs.append(seconds(lambda some=some: [jieba.lcut(p.text) for p in some]) / per_repeat)  # type: ignore[misc]
    return Ratio(
        "read a text plan / one jieba.lcut of it",
        statistics.median(ours[1:]),
        statistics.median(theirs[1:]),
        "<= 1.0 x",
    )


def _parse(data: bytes) -> Any:
    return parse_document(read_bytes_as_document(data, "plan.txt"))


def reading_pdf(count: int = 4) -> Ratio:
    """Read plans as PDF; take the bare text out of the same files with pdfminer.six."""
    from pdfminer.high_level import extract_text

    files = [_pdf(made) for made in plans(count, seed=12)]

    def ours() -> None:
        for data in files:
            parse_document(read_bytes_as_document(data, "plan.pdf"))

    def theirs() -> None:
        for data in files:
            extract_text(io.BytesIO(data))

    ours()
    theirs()
    runs = [(seconds(ours), seconds(theirs)) for _ in range(3)]
    return Ratio(
        "read a PDF plan / bare pdfminer.six text of it",
        statistics.median(one for one, _ in runs) / count,
        statistics.median(two for _, two in runs) / count,
        "<= 1.15 x",
    )


def _pdf(made: Made) -> bytes:
    """Return a plan as a PDF of A4 pages, 34 characters a line."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    lines = [
        ("　　" if at == 0 else "") + line[at : at + 32]
        for line in made.text.splitlines()
        for at in range(0, max(1, len(line)), 32)
    ]
    for page in range(0, len(lines), 38):
        canvas.setFont("STSong-Light", 14)
        for number, line in enumerate(lines[page : page + 38]):
            canvas.drawString(70, 780 - 19 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def trees(count: int, seed: int = 13) -> Iterator[tuple[list[Made], Pairs]]:
    """Yield invented trees with the requirements of all comparable pairs in them."""
    made = plans(30 * count, seed)
    for _, group in groupby(made, key=_city):
        tree = list(group)
        parsed: dict[str, list[Requirement]] = {}
        known: list[Plan] = []
        for plan in tree:
            office = plan.office
            row = Plan(
                plan.plan_id,
                issuer=office.name,
                place_code=office.code,
                level=office.level,
                bureau=office.bureau,
                year=plan.year,
            )
            document = read_bytes_as_document(plan.text.encode(), f"{plan.plan_id}.txt")
            read = parse_document(document, known=row)
            known.append(read.plan)
            parsed[plan.plan_id] = list(read.requirements)
        yield tree, [(pair, parsed[pair[0]], parsed[pair[1]]) for pair in comparable_pairs(known)]


def _city(plan: Made) -> tuple[str, str]:
    code = plan.office.code
    return code[: 2 if code[:2] in MUNICIPALITIES else 4], plan.office.bureau


def forget() -> None:
    """Empty what the library remembers of texts, so that a repeat starts from nothing."""
    encoder.forget()
    for module in (comparison, longest, overlap, shared, text):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear") and kept.cache_parameters()["maxsize"] != 1:
                kept.cache_clear()


def ours_on(pairs: Pairs) -> None:
    """Align every pair."""
    for pair, source, target in pairs:
        align(source, target, relation=pair.relation, lag_years=pair.lag_years)


def tfidf_on(pairs: Pairs) -> None:
    """Fit scikit-learn's TF-IDF (characters 1-3) on each pair and take all cosines."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics.pairwise import cosine_similarity

    for _, source, target in pairs:
        left, right = [r.text for r in source], [r.text for r in target]
        vectors_of = TfidfVectorizer(analyzer="char", ngram_range=(1, 3)).fit([*left, *right])
        cosine_similarity(vectors_of.transform(left), vectors_of.transform(right))


def searching(count: int = 300, top: int = 10) -> list[Ratio]:
    """Find the nearest sentences of all; do the bare product of the same vectors beside it.

    Ours begins with the sentences, makes the vectors and ends with pairs of ids; theirs begins with
    the vectors of all sentences. Both find the same: the search is exact.
    """
    try:
        from sparse_dot_topn import sp_matmul_topn
    except ImportError:  # the extra `scale`
        return []
    from wpnet.cascade.neighbours import neighbours, vectors

    duties, years = [], {}
    for plan in plans(count, seed=15):
        read = _parse(plan.text.encode())
        years[plan.plan_id] = plan.year
        duties += [
            replace(one, plan_id=plan.plan_id, requirement_id=f"{plan.plan_id}#{at}")
            for at, one in enumerate(read.requirements)
        ]
    known = vectors([duty.text for duty in duties])
    every = known.matrix[list(known.form_of)]
    least = 0.5

    def theirs() -> None:
        sp_matmul_topn(every, every.T.tocsr(), top_n=top, threshold=least, n_threads=1)

    def ours() -> None:
        for _ in neighbours(duties, years, top=top, least=least):
            pass

    runs = [(seconds(ours), seconds(theirs)) for _ in range(3)]
    return [
        Ratio(
            f"nearest {top} of {len(duties):,} sentences / sparse_dot_topn alone",
            statistics.median(one for one, _ in runs),
            statistics.median(two for _, two in runs),
            "<= 1.0 x",
        )
    ]


def aligning(repeats: int = 3) -> list[Ratio]:
    """Align all pairs of one tree after the other; do less with plain tools on the same pairs."""
    ours, theirs, warm = [], [], []
    start_up = next(trees(1, seed=1))[1][:1]
    ours_on(start_up)  # dictionaries and imports are not the cost of a pair
    tfidf_on(start_up)
    for _, pairs in trees(repeats):
        count = len(pairs)
        forget()
        ours.append(seconds(lambda pairs=pairs: ours_on(pairs)) / count)  # type: ignore[misc]
        warm.append(seconds(lambda pairs=pairs: ours_on(pairs)) / count)  # type: ignore[misc]
        theirs.append(seconds(lambda pairs=pairs: tfidf_on(pairs)) / count)  # type: ignore[misc]
    middle = statistics.median
    return [
        Ratio(
            "align a pair / scikit-learn TF-IDF + cosine", middle(ours), middle(theirs), "<= 0.2 x"
        ),
        Ratio("align a pair again, texts known / the same", middle(warm), middle(theirs), "-"),
    ]


def accuracy(count: int = 2) -> list[tuple[str, str]]:
    """Return how often links and verdicts agree with the truth of invented trees."""
    from collections import Counter

    hits: Counter[str] = Counter()
    for tree, pairs in trees(count, seed=14):
        concepts = {
            (plan.plan_id, duty.text): set(duty.concepts) for plan in tree for duty in plan.duties
        }
        hits["written"] += len(concepts)
        read = {
            r.requirement_id: r for _, one, two in pairs for r in (*one, *two) if r.kind == "duty"
        }
        hits["read"] += sum((r.plan_id, r.text) in concepts for r in read.values())
        for pair, source, target in pairs:
            _judge(hits, concepts, source, target, align(source, target, relation=pair.relation))
    precision = hits["right"] / max(1, hits["linked"])
    recall = hits["right"] / max(1, hits["true"])
    return [
        ("sentences read exactly as written", f"{hits['read'] / hits['written']:.1%}"),
        ("links: precision", f"{precision:.1%}"),
        ("links: recall", f"{recall:.1%}"),
        ("verdict right (carried, partial, omitted)", f"{hits['verdict'] / hits['rows']:.1%}"),
        ("omitted or not right", f"{hits['omitted'] / hits['rows']:.1%}"),
    ]


def _judge(
    hits: Any,
    concepts: dict[tuple[str, str], set[tuple[int, int]]],
    source: Sequence[Requirement],
    target: Sequence[Requirement],
    aligned: Any,
) -> None:
    own = {r.requirement_id: concepts.get((r.plan_id, r.text), set()) for r in (*source, *target)}
    there = set().union(*(own[r.requirement_id] for r in target))
    accepted = {(x.source_id, x.target_id) for x in aligned.links if x.status == "accepted"}
    truth = {
        (one.requirement_id, two.requirement_id)
        for one in source
        for two in target
        if own[one.requirement_id] & own[two.requirement_id]
    }
    hits["linked"] += len(accepted)
    hits["true"] += len(truth)
    hits["right"] += len(accepted & truth)
    for row in aligned.coverage:
        wanted = own[row.source_id]
        verdict = "carried" if wanted <= there else "partial" if wanted & there else "omitted"
        hits["rows"] += 1
        hits["verdict"] += row.verdict == verdict
        hits["omitted"] += (row.verdict == "omitted") == (verdict == "omitted")

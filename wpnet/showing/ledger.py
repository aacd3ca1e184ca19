"""The omission ledger: what a target plan does with every duty of a source plan, with evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wpnet.corpus import Corpus
from wpnet.errors import UnknownName
from wpnet.model import Coverage, Link, Relation, Requirement, Verdict
from wpnet.showing.chosen import why_not_compared

#: Verdicts up to which every pair of plans is read again, to say why a score is what it is and what
#: is missing: about 20 ms each on one processor (2026-11).
EXPLAINED_UP_TO = 2_000
#: Beside the accepted sentences at most this many others are shown for a row.
RIVALS = 3
#: So many of the rows that the program is unsure of are named as those to begin with: what a person
#: reads in half an hour, at three minutes a row.
BEGIN_WITH = 10
_NEAR = 1_500  # characters behind a duty in which its units are looked for
VERDICTS: tuple[Verdict, ...] = ("omitted", "partial", "carried", "not_applicable")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One source duty beside what the target plan says nearest to it.

    ``certainty`` is the estimated chance (0 to 1) of the program's own verdict. ``nearest`` is
    given for omissions, too: what was considered and found too little.
    """

    source: Requirement
    coverage: Coverage
    source_units: tuple[str, ...]
    targets: tuple[Requirement, ...]
    nearest: Requirement | None
    nearest_units: tuple[str, ...]
    shared_text: str

    @property
    def certainty(self) -> float:
        chances = {
            "carried": self.coverage.p_carried,
            "partial": self.coverage.p_partial,
            "omitted": self.coverage.p_omitted,
        }
        return chances.get(self.coverage.auto_verdict, 0.0)


def ledger(
    corpus: Corpus, source: str, target: str, *, verdicts: Collection[Verdict] = VERDICTS
) -> list[LedgerRow]:
    """Return the ledger of a pair of plans, in the order of the source document.

    Raises :class:`~wpnet.errors.UnknownName` where a plan is unknown or the two are not compared,
    and says why.
    """
    source_plan, target_plan = corpus.plan(source), corpus.plan(target)
    rows = corpus.coverage_between.get((source, target), ())
    if not rows:
        raise UnknownName(why_not_compared(corpus, source_plan, target_plan))
    found = [ledger_row(corpus, row) for row in rows if row.verdict in verdicts]
    return sorted(found, key=lambda row: row.source.start)


def verdict_counts(rows: Sequence[LedgerRow]) -> dict[str, int]:
    """Count the rows by verdict; all four verdicts are there."""
    counts = Counter(row.coverage.verdict for row in rows)
    return {verdict: counts[verdict] for verdict in VERDICTS}


def begin_with(rows: Sequence[LedgerRow]) -> list[LedgerRow]:
    """Return the rows of a pair that a person should check first: the most doubtful of the unsure.

    At most :data:`BEGIN_WITH` of them, the most doubtful first.
    """
    unsure = [row for row in rows if row.coverage.needs_review]
    return sorted(unsure, key=lambda row: (-row.coverage.doubt, row.source.start))[:BEGIN_WITH]


def cautions(corpus: Corpus, source: str, target: str) -> list[str]:
    """Say what a reader must know before he calls something omitted (English sentences).

    The parents that the target plan names but that are not held, and the years between the plans.
    """
    source_plan, target_plan = corpus.plan(source), corpus.plan(target)
    out = []
    lag = target_plan.year - source_plan.year
    if lag:
        out.append(
            f"{target} is {lag} year{'s' if lag > 1 else ''} later than {source}: "
            "a duty that is missing may have been dropped by a city plan in between."
        )
    for citation in corpus.citations_of.get(target, ()):
        if citation.relation != "parent":
            continue
        parent = corpus.plan_by_id.get(citation.cited_plan_id)
        if parent is None or not parent.held:
            number = f"（{citation.cited_number}）" if citation.cited_number else ""
            out.append(
                f"{target} says it follows 《{citation.cited_title}》{number}, which is not held."
            )
    return out


def is_explained(corpus: Corpus) -> bool:
    """Say whether page and workbook tell why every score is what it is, and what is missing.

    They do for a corpus that is not too large, whose scores are those of the shipped model.
    """
    return len(corpus.coverage) <= EXPLAINED_UP_TO and not corpus.own_scorers


def ledger_row(corpus: Corpus, row: Coverage) -> LedgerRow:
    """Return a verdict with what it is about and the evidence for it."""
    nearest = corpus.requirement_by_id.get(row.nearest_id)
    links = corpus.links_between.get((row.source_id, row.target_plan_id), ())
    shared = {link.target_id: link.shared_text for link in links}
    best = row.target_ids[0] if row.target_ids else row.nearest_id
    return LedgerRow(
        source=corpus.requirement(row.source_id),
        coverage=row,
        source_units=unit_names(corpus, row.source_id),
        targets=tuple(corpus.requirement(target) for target in row.target_ids),
        nearest=nearest,
        nearest_units=unit_names(corpus, row.nearest_id),
        shared_text=shared.get(best, ""),
    )


def unit_names(corpus: Corpus, requirement_id: str) -> tuple[str, ...]:
    """Return the units that answer for a requirement, as written, the effective ones only."""
    return tuple(
        dict.fromkeys(entry.unit_as_written for entry in corpus.units_of.get(requirement_id, ()))
    )


def units_as_printed(corpus: Corpus, requirement_id: str) -> tuple[str, ...]:
    """Return the units of :func:`unit_names` in the order of the document, where it is known.

    That is the order in the first line behind the requirement which names them all; without such a
    line near it, or without the text, the units stay in the order of the table.
    """
    names = unit_names(corpus, requirement_id)
    entry = corpus.requirement(requirement_id)
    text = corpus.texts.get(entry.plan_id, "") if len(names) > 1 else ""
    for line in text[entry.end : entry.end + _NEAR].split("\n"):
        places = _places(line, names)
        if len(places) == len(names):
            return tuple(sorted(names, key=places.__getitem__))
    return names


def _places(line: str, names: Sequence[str]) -> dict[str, int]:
    """Return where names stand in a line; the longest are looked for first, each place once."""
    found: dict[str, int] = {}
    for name in sorted(names, key=lambda one: (-len(one), one)):
        at = line.find(name)
        if at < 0:
            break
        found[name] = at
        line = line[:at] + "\0" * len(name) + line[at + len(name) :]
    return found


def shown_links(corpus: Corpus, row: LedgerRow) -> list[Link]:
    """Return the links of a row to show: all accepted ones and the best of the others.

    Where the nearest sentence has no link of its own, a candidate stands in for it, so that an
    omission always comes with what was considered.
    """
    covered = row.coverage
    links = [
        link
        for link in corpus.links_between.get((covered.source_id, covered.target_plan_id), ())
        if link.target_id in corpus.requirement_by_id
    ]
    accepted = [link for link in links if link.status == "accepted"]
    others = [link for link in links if link.status != "accepted"][:RIVALS]
    known = {link.target_id for link in (*accepted, *others)}
    if row.nearest is not None and covered.nearest_id not in known:
        others.append(_nearest(covered, covered.relation))
    return [*accepted, *others]


def _nearest(covered: Coverage, relation: Relation) -> Link:
    return Link(
        covered.source_id,
        covered.nearest_id,
        relation,
        covered.nearest_score,
        "partial",
        "candidate",
        decided_by=covered.decided_by,
    )

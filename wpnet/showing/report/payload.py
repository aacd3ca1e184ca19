"""The data of the report: what the page's script needs, as plain values, harmless and compact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wpnet.cascade.drift import changes
from wpnet.cascade.evidence import FOUND, Part
from wpnet.cascade.evidence import evidence as part_evidence
from wpnet.cascade.shared import shared_stretches
from wpnet.corpus import Corpus
from wpnet.model import Link, Plan, Requirement
from wpnet.review.decisions import Decision
from wpnet.showing.cautions import Labels, caution_pairs, not_held, origin_cautions, premise
from wpnet.showing.columns import (
    COLUMNS,
    Context,
    change_name,
    context,
    decision_on,
    evidence,
    shown_targets,
)
from wpnet.showing.harmless import harmless
from wpnet.showing.headings import both_labels, heading_path, printed_number, section_name
from wpnet.showing.ledger import (
    LedgerRow,
    begin_with,
    is_explained,
    ledger,
    shown_links,
    units_as_printed,
)
from wpnet.showing.report.additions import additions, linked_origins
from wpnet.showing.report.scores import Reason, Scored, feature_words, score_again
from wpnet.showing.wording import LANGUAGES, words

Pair = tuple[str, str]
Reasons = Mapping[Pair, tuple[Reason, ...]]


def payload(
    corpus: Corpus,
    *,
    version: str,
    sources: Sequence[Pair] = (),
    decisions: Sequence[Decision] = (),
) -> dict[str, Any]:
    """Return everything the page shows, ready for ``json.dumps``; its lists may be iterators.

    Plans and requirements are lists; everything else names them by position. ``sources`` are
    further input files as (name, sha256), beside the plans themselves; ``decisions`` say who
    reviewed what, when and why. Beyond
    :data:`~wpnet.showing.ledger.EXPLAINED_UP_TO` verdicts the features of scores are left out, and
    the rows are made one by one.
    """
    plans = ordered_plans(corpus)
    labels = both_labels(plans)
    known = context(corpus, decisions=decisions)
    plan_at = {plan.plan_id: at for at, plan in enumerate(plans)}
    entries = sorted(corpus.requirements, key=lambda entry: (plan_at[entry.plan_id], entry.start))
    at_of = {entry.requirement_id: at for at, entry in enumerate(entries)}
    pairs = compared_pairs(corpus)
    scored = _scored(corpus, pairs)
    found: dict[str, Any] = {
        "meta": _meta(corpus, version, sources),
        "words": words(),
        "features": feature_words(),
        "columns": [column._asdict() for column in COLUMNS],
        "plans": _plans(corpus, plans, labels),
        "requirements": (_requirement(corpus, entry, plan_at) for entry in entries),
        "pairs": (_pair(corpus, pair, plan_at, labels) for pair in pairs),
        "rows": _rows(corpus, pairs, at_of, known, scored),
        "additions": _additions(corpus, plan_at, at_of, scored.origins),
    }
    return {
        key: map(clean, value) if isinstance(value, Iterator) else clean(value)
        for key, value in found.items()
    }


def _scored(corpus: Corpus, pairs: Sequence[Pair]) -> Scored:
    """Return the reasons of all scores shown, and the likeliest source of every target duty."""
    if not is_explained(corpus):
        return Scored({}, linked_origins(corpus))
    return score_again(
        corpus,
        {
            pair: [
                (link.source_id, link.target_id)
                for row in ledger(corpus, *pair)
                for link in shown_links(corpus, row)
            ]
            for pair in pairs
        },
    )


def _rows(
    corpus: Corpus,
    pairs: Sequence[Pair],
    at_of: Mapping[str, int],
    known: Context,
    scored: Scored,
) -> Iterator[dict[str, Any]]:
    for number, pair in enumerate(pairs):
        rows = ledger(corpus, *pair)
        first = {row.source.requirement_id for row in begin_with(rows)}
        for row in rows:
            links = shown_links(corpus, row)
            shown = [_link(corpus, link, row, at_of, scored.reasons) for link in links]
            if known.explained:
                _mark_found(row, links, shown)
            early = {"first": True} if row.source.requirement_id in first else {}
            yield _row(row, number, at_of, known) | early | {"links": shown}


def _is_found(part: Part) -> bool:
    return part.found >= FOUND


def _mark_found(row: LedgerRow, links: Sequence[Link], shown: Sequence[dict[str, Any]]) -> None:
    """Add to the links of the sentences a row shows which of their parts the duty speaks of."""
    targets = {entry.requirement_id: entry for entry in shown_targets(row)}
    for link, told in zip(links, shown, strict=True):
        if link.target_id in targets:
            parts = part_evidence(targets[link.target_id], [row.source])
            told["back"] = [[part.start, part.end] for part in parts if _is_found(part)]


def clean(value: Any) -> Any:
    """Return nested plain values with every text made harmless and floats rounded."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items()}
    return [clean(item) for item in value] if isinstance(value, list | tuple) else value


def ordered_plans(corpus: Corpus) -> list[Plan]:
    """Return the plans from higher to lower places, then by year."""
    rank = {"national": 0, "provincial": 1, "municipal": 2, "district": 3}
    return sorted(
        corpus.plans,
        key=lambda plan: (rank.get(plan.level, 4), plan.place_code, plan.year, plan.plan_id),
    )


def compared_pairs(corpus: Corpus) -> list[Pair]:
    """Return every pair of plans that was compared: the latest source first, targets in order."""
    order = {plan.plan_id: at for at, plan in enumerate(ordered_plans(corpus))}
    years = {plan.plan_id: plan.year for plan in corpus.plans}

    def key(pair: Pair) -> tuple[int, int, int]:
        return (-years[pair[0]], order[pair[0]], order[pair[1]])

    return sorted(corpus.coverage_between, key=key)


def _meta(corpus: Corpus, version: str, sources: Sequence[Pair]) -> dict[str, Any]:
    dates = sorted(plan.date for plan in corpus.plans if plan.held and plan.date)
    return {
        "version": version,
        "dates": [dates[0], dates[-1]] if dates else [],
        "sources": [list(source) for source in sources],
        "explained": is_explained(corpus),
        "reviewed": sum(row.decided_by == "review" for row in corpus.coverage),
    }


def _plans(corpus: Corpus, plans: Sequence[Plan], labels: Labels) -> list[dict[str, Any]]:
    citing: dict[str, list[str]] = {}
    for citation in corpus.citations:
        if citation.relation == "parent" and citation.cited_plan_id:
            citing.setdefault(citation.cited_plan_id, []).append(citation.plan_id)
    return [
        {
            "id": plan.plan_id,
            "label": [names[plan.plan_id] for names in labels.values()],
            "title": plan.title,
            "issuer": plan.issuer,
            "level": plan.level,
            "place": plan.place_code,
            "year": plan.year,
            "number": plan.doc_number,
            "date": plan.date,
            "date_kind": plan.date_kind,
            "held": plan.held,
            "file": plan.source_file,
            "sha256": plan.source_sha256,
            "url": plan.source_url,
            "duties": plan.duties,
            "preambles": plan.preambles,
            "cited_by": sorted(set(citing.get(plan.plan_id, []))),
            "cautions": origin_cautions(corpus, plan.plan_id),
        }
        for plan in plans
    ]


def _requirement(corpus: Corpus, entry: Requirement, plan_at: Mapping[str, int]) -> dict[str, Any]:
    found = {
        "id": entry.requirement_id,
        "plan": plan_at[entry.plan_id],
        "duty": entry.kind == "duty",
        "no": [printed_number(entry, language) for language in LANGUAGES],
        "section": [section_name(entry, "zh"), section_name(entry, "en")],
        "path": [heading_path(entry, "zh"), heading_path(entry, "en")],
        "text": entry.text,
        "units": list(units_as_printed(corpus, entry.requirement_id)),
        "start": entry.start,
        "end": entry.end,
        "raw": entry.raw_place,
        "sha256": entry.text_sha256,
    }
    for name in ("deadline", "targets", "modality"):
        if getattr(entry, name):
            found[name] = getattr(entry, name)
    return found


def _pair(corpus: Corpus, pair: Pair, plan_at: Mapping[str, int], labels: Labels) -> dict[str, Any]:
    first = corpus.coverage_between[pair][0]
    return {
        "source": plan_at[pair[0]],
        "target": plan_at[pair[1]],
        "relation": first.relation,
        "lag": first.lag_years,
        "cautions": caution_pairs(corpus, *pair, labels),
        "premise": list(premise(corpus, *pair)),
        "not_held": not_held(corpus, *pair),
    }


def _row(row: LedgerRow, pair: int, at_of: Mapping[str, int], known: Context) -> dict[str, Any]:
    covered = row.coverage
    found: dict[str, Any] = {
        "pair": pair,
        "source": at_of[covered.source_id],
        "verdict": covered.verdict,
        "auto": covered.auto_verdict,
        "by": covered.decided_by,
        "review": covered.needs_review,
        "doubt": covered.doubt,
        "chances": [covered.p_carried, covered.p_partial, covered.p_omitted],
        "targets": [at_of[target.requirement_id] for target in row.targets],
        "nearest": at_of.get(covered.nearest_id, -1),
    }
    found["seal"] = evidence(known, row)["seal"]
    parts = part_evidence(row.source, shown_targets(row)) if known.explained else []
    found["parts"] = [[part.start, part.end, int(_is_found(part))] for part in parts]
    decision = decision_on(row, known.decisions)
    if decision is not None and covered.decided_by == "review":
        found["decision"] = [decision.reviewer, decision.date, decision.note]
    return found


def _link(
    corpus: Corpus, link: Link, row: LedgerRow, at_of: Mapping[str, int], why: Reasons
) -> dict[str, Any]:
    source, target = row.source, corpus.requirement(link.target_id)
    found = changes(source, target, lag_years=row.coverage.lag_years)
    return {
        "target": at_of[link.target_id],
        "score": link.score,
        "kind": link.kind,
        "status": link.status,
        "by": link.decided_by,
        "marks": [list(stretch) for stretch in shared_stretches(source.text, target.text)],
        "why": [list(reason) for reason in why.get((link.source_id, link.target_id), ())],
        "changes": [
            [change_name(entry), entry.source_value, entry.target_value, entry.change]
            for entry in found
        ],
    }


def _additions(
    corpus: Corpus,
    plan_at: Mapping[str, int],
    at_of: Mapping[str, int],
    origins: Mapping[str, tuple[float, str]],
) -> list[dict[str, Any]]:
    return [
        {
            "plan": plan_at[target],
            "sources": [plan_at[source] for source in found.sources],
            "rows": [
                [
                    at_of[entry.duty.requirement_id],
                    at_of[entry.nearest.requirement_id] if entry.nearest else -1,
                    entry.score,
                ]
                for entry in found.rows
            ],
        }
        for target, found in additions(corpus, origins).items()
    ]

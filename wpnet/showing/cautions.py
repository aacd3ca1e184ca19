"""What a reader must know before he calls something omitted, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wpnet.corpus import Corpus
from wpnet.model import Plan
from wpnet.showing.wording import LANGUAGES, Language, say

Labels = Mapping[Language, Mapping[str, str]]


def caution_pairs(corpus: Corpus, source: str, target: str, labels: Labels) -> list[list[str]]:
    """Return the cautions about a pair of plans, each as ``[Chinese, English]``.

    They say the same as :func:`wpnet.showing.ledger.cautions`, and name besides the plans of the
    source's issuer that lie between the two and are not held.
    """
    source_plan, target_plan = corpus.plan(source), corpus.plan(target)
    found = []
    lag = target_plan.year - source_plan.year
    if lag:
        found.append(_lag(source, target, lag, labels))
    found += [_parent(target_plan, *named) for named in _parents_not_held(corpus, target)]
    for plan in _between(corpus, source_plan, target_plan):
        found.append(_both("caution.between", title=plan.title or plan.plan_id))
    return found


def not_held(corpus: Corpus, source: str, target: str) -> list[str]:
    """Return the documents beside a pair of plans that nobody holds, as 《title》（number）.

    Those that the target says it follows, and plans of the source's issuer between the two.
    """
    named = [_cited(*one) for one in _parents_not_held(corpus, target)]
    between = _between(corpus, corpus.plan(source), corpus.plan(target))
    return named + [f"《{plan.title or plan.plan_id}》" for plan in between]


def premise(corpus: Corpus, source: str, target: str) -> tuple[str, str]:
    """Return on what a comparison rests, as a letter says it first: ``(Chinese, English)``.

    The plans that the target names as its base, or that lie between the two, and are not held;
    the years between the plans. Empty where nothing of that kind is to be said.
    """
    plans = corpus.plan(source), corpus.plan(target)
    named = {"source": plans[0].title or source, "target": plans[1].title or target}
    held_not = {
        "parent": [_cited(*one) for one in _parents_not_held(corpus, target)],
        "between": [_name(plan) for plan in _between(corpus, *plans)],
    }
    keys: list[tuple[str, dict[str, object]]] = [
        (key, {"titles": "、".join(titles)}) for key, titles in held_not.items() if titles
    ]
    lag = plans[1].year - plans[0].year
    if lag:
        keys.append(("lag", {"lag": lag}))
    chinese, english = (
        joint.join(say(f"letter.premise.{key}", language, **named, **more) for key, more in keys)
        for language, joint in zip(LANGUAGES, ("", " "), strict=True)
    )
    return chinese, english


def _cited(title: str, number: str) -> str:
    return f"《{title}》{f'（{number}）' if number else ''}"


def _lag(source: str, target: str, lag: int, labels: Labels) -> list[str]:
    years = f"{lag} year{'s' if lag > 1 else ''}"
    return [
        say("caution.lag", key, source=names[source], target=names[target], lag=lag, years=years)
        for key, names in labels.items()
    ]


def origin_cautions(corpus: Corpus, plan_id: str) -> list[list[str]]:
    """Return what must be known before a duty of a plan is called its own addition.

    The parents it names that are not held, and that no higher plan of its own year was searched.
    """
    plan = corpus.plan(plan_id)
    found = [_parent(plan, title, number) for title, number in _parents_not_held(corpus, plan_id)]
    sources = corpus.sources_of.get(plan_id, ())
    newest = max((corpus.plan(source).year for source in sources), default=plan.year)
    if newest < plan.year:
        found.append(_both("caution.newest", target=_name(plan), year=newest))
    return found


def _parent(target: Plan, title: str, number: str) -> list[str]:
    shown = f"（{number}）" if number else ""
    return _both("caution.parent", target=_name(target), title=title, number=shown)


def _parents_not_held(corpus: Corpus, plan_id: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for citation in corpus.citations_of.get(plan_id, ()):
        if citation.relation != "parent":
            continue
        parent = corpus.plan_by_id.get(citation.cited_plan_id)
        if (parent is None or not parent.held) and citation.cited_title not in seen:
            seen.add(citation.cited_title)
            yield citation.cited_title, citation.cited_number


def _between(corpus: Corpus, source: Plan, target: Plan) -> list[Plan]:
    """Return plans of the source's office, later than it and not after the target, not held."""
    cited = {title for title, _ in _parents_not_held(corpus, target.plan_id)}
    return [
        plan
        for plan in corpus.not_held
        if plan.bureau == source.bureau
        and plan.place_code == source.place_code
        and source.year < plan.year <= target.year
        and plan.title not in cited
    ]


def _name(plan: Plan) -> str:
    return f"《{plan.title}》" if plan.title else plan.plan_id


def _both(key: str, **values: object) -> list[str]:
    return [say(key, language, **values) for language in LANGUAGES]

"""Which plans are worked on together: a city with its districts, one bureau at a time.

Every pair that can be compared belongs to exactly one partition: that of the target plan's city
tree. A partition is small (a city, its districts, the years), so that a build of the whole country
is many small builds, in any order, on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wpnet.cascade.pairs import PlanPair, comparable_pairs, place_prefix
from wpnet.model import Plan

#: The four municipalities: their districts share two digits, those of other cities four.
MUNICIPALITIES = ("11", "12", "31", "50")
#: Pairs in one task: enough to be worth sending, few enough to lose when a worker dies.
PAIRS_A_TASK = 60
#: Files in one task.
FILES_A_TASK = 8

#: City tree and bureau.
Tree = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fan:
    """One source plan and the pairs that lead from it into one tree."""

    source: str
    tree: Tree
    pairs: tuple[PlanPair, ...]


def tree_of(plan: Plan) -> Tree | None:
    """Return the tree a plan belongs to, or none where its place, bureau or year is unknown.

    Example:
        >>> tree_of(Plan("d", place_code="310114", bureau="hrss", year=2025))
        ('31', 'hrss')
        >>> tree_of(Plan("d", place_code="330106", bureau="gov", year=2025))
        ('3301', 'gov')
    """
    if not (plan.held and plan.place_code and plan.bureau and plan.year):
        return None
    prefix = place_prefix(plan.place_code)
    return prefix[: 2 if prefix[:2] in MUNICIPALITIES else 4], plan.bureau


def fans(plans: Iterable[Plan]) -> list[Fan]:
    """Return every comparable pair once, grouped by tree and source plan, sorted.

    The same pairs as :func:`wpnet.cascade.pairs.comparable_pairs` over all plans, found tree by
    tree: a tree's plans and those of the places above it are all that can matter.
    """
    trees: dict[Tree, list[Plan]] = {}
    for plan in plans:
        tree = tree_of(plan)
        if tree is not None:
            trees.setdefault(tree, []).append(plan)
    found: list[Fan] = []
    for tree in sorted(trees):
        found += _fans_of(tree, trees)
    return found


def _fans_of(tree: Tree, trees: Mapping[Tree, Sequence[Plan]]) -> Iterator[Fan]:
    prefix, bureau = tree
    members = {plan.plan_id for plan in trees[tree]}
    above = {prefix[:size] for size in (0, 2) if size < len(prefix)}
    known = [*trees[tree], *(plan for up in above for plan in trees.get((up, bureau), ()))]
    by_source: dict[str, list[PlanPair]] = {}
    for pair in comparable_pairs(known):
        if pair.target_plan_id in members:
            by_source.setdefault(pair.source_plan_id, []).append(pair)
    for source in sorted(by_source):
        yield Fan(source, tree, tuple(by_source[source]))


def batches(fans_to_do: Iterable[Fan], size: int) -> Iterator[list[Fan]]:
    """Cut work into tasks: fans of one tree, about ``size`` pairs together, large fans divided."""
    batch: list[Fan] = []
    count = 0
    for fan in fans_to_do:
        for at in range(0, len(fan.pairs), size):
            part = Fan(fan.source, fan.tree, fan.pairs[at : at + size])
            if batch and (batch[0].tree != part.tree or count + len(part.pairs) > size):
                yield batch
                batch, count = [], 0
            batch.append(part)
            count += len(part.pairs)
    if batch:
        yield batch

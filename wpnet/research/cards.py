"""A plan and a requirement as a reader looks at them: a few lines, with what they hang on."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any, ClassVar

from wpnet.corpus import Corpus
from wpnet.model import Link

#: Characters of a sentence in a line about a link.
HEAD = 40


class Card:
    """A record of a corpus: its fields are attributes, and it knows what it hangs on."""

    more: ClassVar[tuple[str, ...]] = ()

    def __init__(self, corpus: Corpus, record: Any) -> None:
        self._corpus, self.record = corpus, record

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.record, name)

    def __dir__(self) -> list[str]:
        return sorted([*type(self.record).__slots__, "record", *self.more])

    def lines(self) -> list[str]:
        """Return what there is to see."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        first, *rest = (escape(line) for line in self.lines() if line)
        return f"<b>{first}</b>" + "".join(f"<br>{line}" for line in rest)


class PlanCard(Card):
    """A plan of a corpus; every field of :class:`~wpnet.model.Plan` is an attribute."""

    more = ("requirements", "text", "explain")

    @property
    def requirements(self) -> tuple[RequirementCard, ...]:
        """The sentences of the plan, in their order."""
        mine = (one for one in self._corpus.requirements if one.plan_id == self.record.plan_id)
        return tuple(RequirementCard(self._corpus, one) for one in mine)

    @property
    def text(self) -> str:
        """The normalised text; empty where the plan is not held."""
        return self._corpus.texts.get(self.record.plan_id, "")

    def explain(self, raw: str | Path | None = None) -> tuple[str, ...]:
        """Return in words how the raw file was read: lines, numbering, titles, units, table.

        ``raw`` is the folder of raw plans; by default ``raw`` beside the processed folder.

        Raises :class:`~wpnet.errors.CorpusError` where the file is not there or is another one.
        """
        from wpnet.research.explaining import explain_plan

        beside = getattr(self._corpus, "folder", None) or Path()
        folder = beside.resolve().parent / "raw" if raw is None else Path(raw)
        return explain_plan(self.record, folder)

    def lines(self) -> list[str]:
        """Return what there is to see."""
        plan = self.record
        known = [plan.issuer, str(plan.year or ""), plan.level, plan.doc_number, plan.date]
        held = f"{plan.duties} duties, {plan.preambles} sentences of preamble"
        return [
            f"{plan.plan_id} 《{plan.title}》",
            " · ".join(part for part in known if part),
            held if plan.held else "cited, not held",
        ]

    def __repr__(self) -> str:
        return f"<Plan {'; '.join(line for line in self.lines() if line)}>"


class RequirementCard(Card):
    """A requirement of a corpus; every field of :class:`~wpnet.model.Requirement` is an attribute.

    ``units`` are its responsible units as written, ``links_up`` and ``links_down`` the accepted
    links from higher or earlier plans and into lower or later ones, best first.
    """

    more = ("plan", "units", "links_up", "links_down")

    @property
    def plan(self) -> PlanCard:
        """The plan it stands in."""
        return PlanCard(self._corpus, self._corpus.plan(self.record.plan_id))

    @property
    def units(self) -> list[str]:
        """The responsible units, as written."""
        entries = self._corpus.units_of.get(self.record.requirement_id, ())
        return list(dict.fromkeys(entry.unit_as_written for entry in entries))

    @property
    def links_up(self) -> list[Link]:
        """The accepted links that reach it."""
        return _accepted(self._corpus.links_to.get(self.record.requirement_id, ()))

    @property
    def links_down(self) -> list[Link]:
        """The accepted links that leave it."""
        return _accepted(self._corpus.links_from.get(self.record.requirement_id, ()))

    def lines(self) -> list[str]:
        """Return what there is to see."""
        record = self.record
        told = [
            f"units: {'；'.join(self.units)}" if self.units else "",
            f"deadline: {record.deadline}" if record.deadline else "",
        ]
        return [
            f"{record.requirement_id} {record.text}",
            *(line for line in told if line),
            *(self._line("↑", link.source_id, link) for link in self.links_up),
            *(self._line("↓", link.target_id, link) for link in self.links_down),
        ]

    def _line(self, arrow: str, other: str, link: Link) -> str:
        known = self._corpus.requirement_by_id.get(other)
        text = known.text if known is not None else ""
        head = text if len(text) <= HEAD else text[:HEAD] + "…"
        return f"{arrow} {link.relation} {link.score:.2f} {other} {head}".rstrip()

    def __repr__(self) -> str:
        return "\n  ".join(self.lines())


def _accepted(links: tuple[Link, ...]) -> list[Link]:
    return [link for link in links if link.status == "accepted"]

"""The corpus that :func:`wpnet.open_corpus` gives: short to look at, one call a question."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.model import Plan
from wpnet.research.cards import PlanCard, RequirementCard

if TYPE_CHECKING:
    import pandas as pd

    from wpnet.asking.running import Asked
    from wpnet.cascade.graph import Graph
    from wpnet.cascade.own import ScorerLike
    from wpnet.network.graphs import Duties
    from wpnet.research.tables import Tables
    from wpnet.review.decisions import Decision
    from wpnet.showing.frames import Frames
    from wpnet.showing.tracing import Trace

_LOOK_UPS = ("plan", "requirement", "not_held", "units_of", "links_from", "links_to", "coverage_of")
_QUESTIONS = (
    "tables",
    "frames",
    "select",
    "graph",
    "cascade",
    "ledger",
    "trace",
    "explain",
    "rescored",
    "decide",
    "ask",
)


@dataclass(frozen=True, repr=False)
class ResearchCorpus(Corpus):
    """A corpus to ask: ``corpus["shanghai-hrss-2023#3.2.4"]``, ``corpus.tables``, and so on.

    ``folder`` is the processed folder it was read from. Its length is the number of plans held,
    going through it gives these plans.
    """

    folder: Path | None = None

    def __len__(self) -> int:
        return len(self.plans) - len(self.not_held)

    def __iter__(self) -> Iterator[PlanCard]:
        return (PlanCard(self, plan) for plan in self.plans if plan.held)

    def __contains__(self, name: object) -> bool:
        return name in self.plan_by_id or name in self.requirement_by_id

    def __getitem__(self, name: str) -> PlanCard | RequirementCard:
        """Return a plan or a requirement by its id.

        Raises :class:`~wpnet.errors.UnknownName` with the nearest ids.
        """
        if "#" in name:
            return RequirementCard(self, self.requirement(name))
        return PlanCard(self, self.plan(name))

    def __dir__(self) -> list[str]:
        records = [field.name for field in dataclasses.fields(self)]
        return sorted([*records, *_LOOK_UPS, *_QUESTIONS])

    def _repr_html_(self) -> str:
        names = ("plan_id", "title", "issuer", "level", "year", "duties")
        rows = "".join(
            f"<tr>{''.join(f'<td>{escape(str(getattr(plan, name)))}</td>' for name in names)}"
            f"<td>{'held' if plan.held else 'cited, not held'}</td></tr>"
            for plan in self.plans
        )
        heads = "".join(f"<th>{name}</th>" for name in (*names, "held"))
        head = f"<tr>{heads}</tr>"
        said = escape(repr(self).strip("<>"))
        return f"<p>{said}</p><table><thead>{head}</thead><tbody>{rows}</tbody></table>"

    @cached_property
    def frames(self) -> Frames:
        """The tables as the figures take them; see :mod:`wpnet.figures`."""
        from wpnet.showing.frames import frames_of

        return frames_of(self)

    @property
    def tables(self) -> Tables:
        """The tables as DataFrames; see :class:`wpnet.research.tables.Tables`."""
        from wpnet.research.tables import Tables

        return Tables(self)

    def select(
        self,
        *,
        place: str = "",
        bureau: str = "",
        years: int | Sequence[int] | None = None,
        plans: Sequence[str] = (),
    ) -> ResearchCorpus:
        """Return the smaller corpus of the plans that fit all filters.

        Args:
            place: a name (``嘉定区``), or a GB/T 2260 code or its beginning: ``3101`` holds all
                districts of Shanghai, ``310000`` the city alone.
            bureau: code of a bureau (``hrss``).
            years: one year, or the first and the last (a ``range`` does, too).
            plans: ids of plans.

        Raises:
            UnknownName: a plan is not in the corpus.
            CorpusError: no held plan is left, or ``years`` is no year.
        """
        from wpnet.showing.chosen import choose, select_plans

        asked = [self.plan(name) for name in _names(plans)] or list(self.plans)
        codes = place if place.isdecimal() else ""
        if place and not codes:
            asked = self._of_place(asked, place)
        chosen = select_plans(asked, place=codes, bureau=bureau, years=_span(years))
        part = choose(self, plans=chosen)
        kept = {field.name: getattr(part, field.name) for field in dataclasses.fields(Corpus)}
        return ResearchCorpus(**kept, folder=self.folder)

    def graph(self) -> Graph:
        """Return the ``networkx.MultiDiGraph`` of plans, requirements, units and years.

        Links of every status are edges; see :func:`wpnet.cascade.graph.build_graph`. Lists are
        joined with ``;``, so that ``nx.write_gexf`` and ``nx.write_graphml`` take it as it is.
        """
        from wpnet.cascade.graph import build_graph, sanitise

        tables = (self.assignments, self.units, self.citations, self.links)
        return sanitise(build_graph(self.plans, self.requirements, *tables))

    def cascade(
        self,
        *,
        source: str | Sequence[str] | None = None,
        targets: str | Sequence[str] | None = None,
        relation: str | None = None,
        status: str | Sequence[str] | None = "accepted",
        min_score: float = 0.0,
    ) -> Duties:
        """Return the ``networkx.DiGraph`` of duties; see :func:`wpnet.network.duty_graph`.

        A wrong value of a filter is an error, never an empty graph.
        """
        from wpnet.network.graphs import duty_graph

        return duty_graph(
            self,
            source=source,
            targets=targets,
            relation=relation,
            status=status,
            min_score=min_score,
        )

    def ledger(self, source: str, target: str) -> pd.DataFrame:
        """Return what a target plan does with every duty of a source plan, with the evidence.

        ``to_html`` and ``to_excel`` of the table write it; the workbook that reviewers fill in is
        that of ``wpnet omissions``.

        Raises :class:`~wpnet.errors.UnknownName` where the plans are unknown or not compared.
        """
        import pandas as pd

        from wpnet.showing.ledger import ledger
        from wpnet.showing.listings import LEDGER_COLUMNS, ledger_values

        rows = [ledger_values(row) for row in ledger(self, source, target)]
        return pd.DataFrame(rows, columns=list(LEDGER_COLUMNS))

    def trace(self, requirement_id: str) -> Trace:
        """Return the origins and fates of a requirement; see :func:`wpnet.showing.tracing.trace`.

        Raises :class:`~wpnet.errors.UnknownName` for an unknown id.
        """
        from wpnet.research.explaining import ShownTrace
        from wpnet.showing.tracing import trace

        return ShownTrace.of(trace(self, requirement_id))

    def explain(self, source_id: str, target: str) -> pd.DataFrame:
        """Return why a pair of sentences, or a duty and a plan, got its score: a row a feature.

        ``target`` is a requirement (why the link has its score) or a plan (why the duty counts as
        taken up, and as carried whole). ``contribution`` is what a feature adds to the log-odds
        beside an average pair, ``sentence`` says what it looks at; the weightiest come first.

        Raises:
            UnknownName: an id is not in the corpus, or is no duty.
        """
        from wpnet.research.explaining import explain

        return explain(self, source_id, target)

    def rescored(self, scorer: ScorerLike) -> ResearchCorpus:
        """Return the same plans, compared anew by a scorer of your own.

        Links and verdicts are those of the scorer, decided by the same rules and signed with its
        name; reviewers' decisions are left aside (``wpnet.build(scorer="module:name")`` lays them
        over). See :mod:`wpnet.cascade.own` for what a scorer is: a function of two lists of texts
        will do.

        Raises :class:`~wpnet.errors.WpnetError` where it is no scorer, or gives no scores.
        """
        from wpnet.research.explaining import rescored

        return dataclasses.replace(self, **rescored(self, scorer))

    def decide(
        self,
        source_id: str,
        target_plan_id: str,
        verdict: str,
        *,
        targets: Sequence[str] = (),
        reviewer: str = "",
        date: str = "",
        note: str = "",
        decisions: str | Path | None = None,
    ) -> Decision | None:
        """Write a person's verdict into the log of decisions; the next :func:`wpnet.build` uses it.

        Returns what was added to the log, or nothing where the same person said the same before.
        See :func:`wpnet.research.deciding.decide`.

        Raises :class:`~wpnet.errors.ReviewError` for a verdict that cannot be taken.
        """
        from wpnet.research.deciding import decide
        from wpnet.review.log import decisions_beside
        from wpnet.review.rows import FilledIn

        log = self._file(decisions, "decisions", decisions_beside)
        said = FilledIn(verdict, ";".join(_names(targets)), reviewer, date, note)
        return decide(self, source_id, target_plan_id, said, log=log)

    def ask(
        self,
        base_url: str,
        model: str,
        *,
        everything: bool = False,
        doubt: float | None = None,
        source: str = "",
        target: str = "",
        at_most: int | None = None,
        workers: int = 1,
        readings: str | Path | None = None,
    ) -> Asked:
        """Put the doubtful rows to a language model; the next :func:`wpnet.build` uses its answers.

        As ``wpnet review ask``. Returns the counts, the file of answers and what is to be said; see
        :func:`wpnet.research.asking.ask`.

        Raises :class:`~wpnet.errors.WpnetError` in one sentence: no server, key, model or money
        (what was answered is kept), an unknown plan, a number out of range.
        """
        from wpnet.asking.readings import readings_beside
        from wpnet.research.asking import ask

        file = self._file(readings, "readings", lambda folder: readings_beside(folder, model))
        return ask(
            self,
            base_url,
            model,
            file,
            everything=everything,
            doubt=doubt,
            source=source,
            target=target,
            at_most=at_most,
            workers=workers,
        )

    def _file(self, given: str | Path | None, name: str, beside: Callable[[Path], Path]) -> Path:
        """Return the file that was given, or the one beside the folder of this corpus."""
        if given is not None:
            return Path(given)
        if self.folder is None:
            raise CorpusError(f"this corpus was read from no folder; name the file with {name}=")
        return beside(self.folder)

    def _of_place(self, plans: Sequence[Plan], place: str) -> list[Plan]:
        from wpnet.network.places import place_of_plan

        found = [plan for plan in plans if place_of_plan(plan) == place and plan.held]
        if not found:
            known = sorted({place_of_plan(plan) for plan in self.plans if plan.held} - {""})
            raise CorpusError(f"no held plan is of {place!r}; places held: {', '.join(known)}")
        return found


def open_folder(folder: Path) -> ResearchCorpus:
    """Read a processed folder back.

    Raises :class:`~wpnet.errors.CorpusError` where there is none.
    """
    from wpnet.store import load_corpus

    read = load_corpus(folder)
    kept = {field.name: getattr(read, field.name) for field in dataclasses.fields(Corpus)}
    return ResearchCorpus(**kept, folder=folder)


def _names(names: Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _span(years: int | Sequence[int] | None) -> tuple[int, int] | None:
    """Return the first and the last year.

    >>> _span(2023), _span(range(2020, 2024)), _span(None)
    ((2023, 2023), (2020, 2023), None)
    """
    if years is None:
        return None
    found = [years] if isinstance(years, int) else list(years)
    if not found or not all(isinstance(year, int) for year in found):
        raise CorpusError(f"years={years!r}: name a year, or the first and the last, as numbers")
    return min(found), max(found)

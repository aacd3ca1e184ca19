"""Rows put to a model: which, in which order, and each answer kept as it comes."""

from __future__ import annotations

import datetime
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

from wpnet.asking import doubt_from
from wpnet.asking.answers import Unanswered, read_answer
from wpnet.asking.client import PARAMETERS, Model, NoReply, NoService, Reply
from wpnet.asking.prompt import VERSION, Question, prompt_sha256, question
from wpnet.asking.readings import Reading, append, read_readings
from wpnet.corpus import Corpus
from wpnet.errors import WpnetError
from wpnet.model import Coverage
from wpnet.review.decisions import PERSON, RowKey, Texts
from wpnet.review.prints import number, text_print

#: What a name that a server reports may not hold: it goes into tables and pages.
_UNSAFE = re.compile(r"[^\w./:@-]+")
#: Questions without a reply, one after another, after which a run gives up.
GIVES_UP = 5


@dataclass
class Asked:
    """What became of a run: answers by kind, questions without a reply, what is to be said."""

    known: int = 0
    answered: int = 0
    unanswered: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    notes: list[str] = field(default_factory=list)
    file: Path | None = None

    def counts(self) -> str:
        """Return the counts in a sentence.

        >>> Asked(known=1, answered=2).counts()
        '2 answered, 0 unanswered, 0 without a reply, 1 known already; 0 tokens in, 0 out'
        """
        return (
            f"{self.answered} answered, {self.unanswered} unanswered, {self.failed} without a "
            f"reply, {self.known} known already; {self.tokens_in} tokens in, {self.tokens_out} out"
        )


def chosen_rows(
    corpus: Corpus,
    *,
    everything: bool = False,
    doubt: float | None = None,
    source: str = "",
    target: str = "",
) -> list[Coverage]:
    """Return the rows to ask about, the most doubtful first; rows of people never.

    Args:
        everything: all rows, not only doubtful ones.
        doubt: rows are doubtful from this doubt on, 0 to 1; by default
            :data:`wpnet.asking.ASK_FROM`. Rows marked for review are doubtful in any case.
        source, target: of these plans only.

    Raises :class:`~wpnet.errors.WpnetError` for a doubt that is no share.
    """
    least = doubt_from(doubt)
    rows = [
        row
        for row in corpus.coverage
        if (everything or row.needs_review or row.doubt >= least)
        and row.decided_by != PERSON
        and (not source or row.source_id.startswith(f"{source}#"))
        and (not target or row.target_plan_id == target)
    ]
    return sorted(rows, key=lambda row: (-row.doubt, row.source_id, row.target_plan_id))


def differing_rows(corpus: Corpus, files: Iterable[Path]) -> set[RowKey]:
    """Return the rows on which the answers in files of readings differ, or one is none."""
    said: dict[RowKey, set[str]] = {}
    texts = Texts(corpus.requirements)
    for one in (reading for file in files for reading in read_readings(file)[0]):
        for source in one.sources(texts):
            verdict = str(one.answer.get("verdict", ""))
            said.setdefault((source, one.target_plan_id), set()).add(verdict)
    return {key for key, verdicts in said.items() if len(verdicts) > 1 or "" in verdicts}


def questions(corpus: Corpus, rows: Iterable[Coverage]) -> list[Question]:
    """Return the questions about rows, in their order."""
    texts = Texts(corpus.requirements)
    return [
        question(
            corpus.requirement(row.source_id),
            row.target_plan_id,
            texts.plan(row.target_plan_id).sentences,
        )
        for row in rows
    ]


def unknown(corpus: Corpus, rows: Sequence[Coverage], name: str, file: Path) -> list[Question]:
    """Return the questions about rows to which a file holds no reply of that model.

    A changed text or another prompt makes a new question.
    """
    known = {one.asked_for for one in read_readings(file)[0]} if file.exists() else set()
    blank = _Blank(Texts(corpus.requirements), name, "")
    return [one for one in questions(corpus, rows) if blank.key(one) not in known]


def ask(
    corpus: Corpus,
    rows: Sequence[Coverage],
    model: Model,
    name: str,
    file: Path,
    *,
    at_most: int | None = None,
    workers: int = 1,
    day: str = "",
    progress: Callable[[str, Sequence[int]], Iterable[int]] = lambda stage, items: items,
) -> Asked:
    """Put rows to a model and keep every answer in a file; what is answered is not asked again.

    Args:
        name: the model, as it is asked for.
        file: readings so far, to which the new ones are added one by one.
        at_most: ask so many questions; those known already do not count.
        workers: questions under way at the same time.
        day: written into the readings; today by default.
        progress: shows how far it is.

    Raises:
        WpnetError: no server, key, model or money (what was answered so far is kept), a damaged
            file, or a number below one.
    """
    if workers < 1 or (at_most is not None and at_most < 1):
        raise WpnetError("--workers and --at-most are numbers from 1 on; correct them")
    asked = Asked(notes=read_readings(file)[1] if file.exists() else [], file=file)
    blank = _Blank(Texts(corpus.requirements), name, day or datetime.date.today().isoformat())
    waiting = unknown(corpus, rows, name, file)
    asked.known = len(rows) - len(waiting)
    waiting = waiting[:at_most]
    run = _Run(model, blank, file, asked)
    with ThreadPoolExecutor(workers) as pool:
        try:
            coming = as_completed([pool.submit(run.put, one) for one in waiting])
            for _ in progress("questions", range(len(waiting))):
                next(coming).result()
        except BaseException:
            run.stop.set()
            model.close()
            pool.shutdown(cancel_futures=True)
            raise
        finally:
            asked.notes.sort()
    return asked


@dataclass
class _Run:
    """Puts questions and keeps every answer at once, so that nothing that ends a run loses one."""

    model: Model
    blank: _Blank
    file: Path
    asked: Asked
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    in_a_row: int = 0

    def put(self, one: Question) -> None:
        """Put one question and keep its answer."""
        if self.stop.is_set():
            return
        try:
            reply = self.model.reply(one)
        except NoReply as fault:
            self._without_reply(one, fault)
            return
        except NoService as fault:
            self.stop.set()
            with self.lock:
                said = self.asked.counts()
            raise NoService(f"{fault}; what was answered is kept: {said}") from fault
        reading = self.blank.filled(one, reply)
        with self.lock:
            append(self.file, [reading])
            self.in_a_row = 0
            self.asked.answered += bool(reading.answer)
            self.asked.unanswered += not reading.answer
            self.asked.tokens_in += reading.tokens_in
            self.asked.tokens_out += reading.tokens_out

    def _without_reply(self, one: Question, fault: NoReply) -> None:
        with self.lock:
            self.asked.failed += 1
            self.in_a_row += 1
            name = one.duty.requirement_id
            self.asked.notes.append(f"{name}: no reply ({fault}); ask again")
            if self.in_a_row < GIVES_UP or self.stop.is_set():
                return
            self.stop.set()
            said = self.asked.counts()
        raise NoService(
            f"{GIVES_UP} questions in a row got no reply ({fault}); look at the server and ask "
            f"again; what was answered is kept: {said}"
        ) from fault


@dataclass(frozen=True, slots=True)
class _Blank:
    """What all readings of a run have in common."""

    texts: Texts
    name: str
    day: str

    def filled(self, one: Question, reply: Reply) -> Reading:
        """Return the reading of a reply: answered by the schema, or unanswered and why."""
        offered = {number(sentence): sentence for sentence in one.offered}
        answer, why = {}, reply.fault
        if not why:
            try:
                answer = asdict(read_answer(reply.text, offered))
                answer["target_ids"] = list(answer["target_ids"])
            except Unanswered as fault:
                why = str(fault)
        plan = self.texts.plan(one.duty.plan_id)
        return Reading(
            source_id=one.duty.requirement_id,
            place=plan.place(one.duty),
            target_plan_id=one.target_plan_id,
            duty_sha256=text_print(one.duty.text),
            target_plan_sha256=self.texts.plan(one.target_plan_id).whole,
            prompt_version=VERSION,
            prompt_sha256=prompt_sha256(),
            asked=self.name,
            model=_UNSAFE.sub("_", reply.model)[:80] or self.name,
            parameters=PARAMETERS,
            raw=reply.text,
            answer=answer,
            unanswered=why,
            target_sha256=[text_print(offered[name].text) for name in answer.get("target_ids", ())],
            left_out=one.left_out,
            tokens_in=reply.tokens_in,
            tokens_out=reply.tokens_out,
            day=self.day,
        )

    def key(self, one: Question) -> tuple[str, ...]:
        """Return what a question asks of whom, as :attr:`Reading.asked_for`."""
        return self.filled(one, Reply("", self.name, fault="not asked yet")).asked_for

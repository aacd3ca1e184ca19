"""What a decision does to links and verdicts, and what stands when several were made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cascade.builders import covered, duty, link
from wpnet.errors import ReviewError
from wpnet.model import Coverage, Requirement
from wpnet.review.decisions import Decision, Texts, decisions_from_rows, decisions_to_csv
from wpnet.review.laying import Reviewed, apply_decisions
from wpnet.review.rows import FilledIn, ReviewRow, seal
from wpnet.review.taking import Receipt, take_over
from wpnet.spreadsheets.delimited import parse_csv

SOURCE = duty("公开目录。", "1.1.1", "c-x-2023")
FIRST = duty("编制公开目录。", "1.1.1", "d-x-2024")
SECOND = duty("组织培训。", "1.2.1", "d-x-2024")
TEXTS = [SOURCE, FIRST, SECOND]
LINKS = [link(SOURCE.requirement_id, FIRST.requirement_id)]
COVERAGE = [
    covered(
        SOURCE.requirement_id,
        "d-x-2024",
        target_ids=(FIRST.requirement_id,),
        needs_review=True,
        nearest_id=FIRST.requirement_id,
    )
]


def row(verdict: str, targets: str = "", reviewer: str = "", note: str = "") -> ReviewRow:
    code = seal(SOURCE, "d-x-2024", Texts(TEXTS), [FIRST])
    said = FilledIn(verdict, targets, reviewer, "", note)
    return ReviewRow("row 2", SOURCE.requirement_id, "d-x-2024", said, code)


def taken(*rows: ReviewRow, log: tuple[Decision, ...] = (), by: str = "review") -> Receipt:
    return take_over(rows, COVERAGE, Texts(TEXTS), log, decided_by=by)


def laid(*rows: ReviewRow, texts: list[Requirement] | None = None) -> Reviewed:
    log = taken(*rows).log
    assert log
    return apply_decisions(log, LINKS, COVERAGE, texts or TEXTS)


def test_a_decision_stands_beside_the_automatic_verdict() -> None:
    """The decided verdict rules, the automatic one stays visible, links are rejected."""
    result = laid(row("omitted"))
    said = result.coverage[0]
    assert (said.auto_verdict, said.verdict, said.decided_by) == ("carried", "omitted", "review")
    assert not said.needs_review
    assert said.target_ids == ()
    assert [x.status for x in result.links] == ["rejected"]


def test_a_person_can_choose_another_target() -> None:
    """A link nobody proposed is made when a person names it."""
    result = laid(row("partial", "1.2.1"))
    status = {x.target_id: (x.status, x.decided_by) for x in result.links}
    assert status == {
        FIRST.requirement_id: ("rejected", "review"),
        SECOND.requirement_id: ("accepted", "review"),
    }


def test_decisions_survive_renumbering() -> None:
    """The same texts under other numbers get the same decision."""
    source = replace(SOURCE, requirement_id="c-x-2023#9.9.9")
    target = replace(FIRST, requirement_id="d-x-2024#8.8.8")
    coverage = [replace(COVERAGE[0], source_id=source.requirement_id)]
    log = taken(row("carried")).log
    result = apply_decisions(log, [], coverage, [source, target, SECOND])
    assert result.coverage[0].target_ids == ("d-x-2024#8.8.8",)
    assert result.suspects == ()


@pytest.mark.parametrize(
    "texts",
    [
        [duty("公开另一份目录。", "1.1.1", "c-x-2023"), FIRST, SECOND],
        [SOURCE, duty("编制别的目录。", "1.1.1", "d-x-2024"), SECOND],
    ],
)
def test_a_changed_text_turns_the_decision_suspect(texts: list[Requirement]) -> None:
    """After a change of source or target the automatic verdict stands and asks for a look."""
    result = laid(row("partial"), texts=texts)
    said = result.coverage[0]
    assert (said.verdict, said.decided_by, said.needs_review) == ("carried", "auto", True)
    assert [x.status for x in result.links] == ["suspect"]
    assert len(result.suspects) == 1


def test_an_omission_is_suspect_when_the_target_plan_changes() -> None:
    """A plan that has changed may hold the duty after all."""
    result = laid(row("omitted"), texts=[*TEXTS, duty("新增。", plan="d-x-2024")])
    assert result.suspects
    assert result.coverage[0].verdict == "carried"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (row("yes"), "verdict 'yes'"),
        (row("omitted", "1.1.1"), "omitted and yet"),
        (row("carried", "7.7.7"), "is no requirement"),
        (row("carried", "e-x-2024#1.1.1"), "is no requirement"),
        (replace(row("carried"), target_plan_id="e-x-2024"), "do not belong together"),
        (replace(row("carried"), source_id="c-x-2023#7.7.7"), "do not belong together"),
        (replace(row("carried"), seal=""), "neither seal nor text"),
        (replace(row("carried"), seal="", source_sha256="0" * 64), "do not agree"),
        (replace(row("carried"), prints=("0" * 12, "-", "-")), "sorted in part"),
        (replace(row("carried"), unread=("review_verdict",)), "formula"),
    ],
)
def test_rows_that_cannot_be_right_are_refused(bad: ReviewRow, why: str) -> None:
    """A row whose cells contradict each other is refused with its place and the reason."""
    receipt = taken(bad)
    assert receipt.log == ()
    assert [where for where, _ in receipt.refused] == ["row 2"]
    assert why in receipt.refused[0][1]


def test_two_rows_of_one_person_that_disagree_are_both_refused() -> None:
    """The same duty cannot be carried and omitted; nobody guesses which was meant."""
    receipt = taken(row("carried"), replace(row("omitted"), where="row 5"))
    assert receipt.taken == []
    assert [where for where, _ in receipt.refused] == ["row 5", "row 2"]


def test_two_people_in_one_file_have_two_opinions() -> None:
    """Different names may differ, and the difference is shown."""
    receipt = taken(row("carried", reviewer="甲"), row("omitted", reviewer="乙"))
    assert len(receipt.taken) == 2
    assert len(receipt.conflicts) == 1
    result = apply_decisions(receipt.log, LINKS, COVERAGE, TEXTS)
    assert (result.coverage[0].verdict, result.coverage[0].needs_review) == ("carried", True)
    assert len(result.disputes) == 1


def test_who_agrees_again_ends_the_difference() -> None:
    """Of one person the last word counts."""
    log = taken(row("omitted", reviewer="甲")).log
    log = taken(row("carried", reviewer="乙"), log=log).log
    log = taken(row("carried", reviewer="甲"), log=log).log
    result = apply_decisions(log, LINKS, COVERAGE, TEXTS)
    assert (result.coverage[0].verdict, result.disputes) == ("carried", ())


def test_a_person_wins_over_a_model() -> None:
    """A model's verdict counts where no person has spoken, and is flagged where it differs."""
    log = taken(row("omitted"), by="model:reader-1").log

    def now(decisions: tuple[Decision, ...]) -> Coverage:
        return apply_decisions(decisions, LINKS, COVERAGE, TEXTS).coverage[0]

    assert (now(log).verdict, now(log).decided_by) == ("omitted", "model:reader-1")
    assert now(log).needs_review
    both = taken(row("partial", reviewer="甲"), log=log).log
    assert (now(both).verdict, now(both).decided_by) == ("partial", "review")
    assert not now(both).needs_review


def test_a_nameless_repetition_blanks_nobody() -> None:
    """A row without a name that says what 甲 said adds nothing to the log."""
    log = taken(row("omitted", reviewer="甲", note="两行\n“目录”, =1")).log
    assert taken(row("omitted"), log=log).log == log


def test_the_log_is_read_as_it_was_written() -> None:
    """Notes with line ends, quotation marks and signs come back; old logs lack two columns."""
    log = taken(row("omitted", reviewer="甲", note="两行\n“目录”, =1")).log
    text = decisions_to_csv(log)
    assert decisions_from_rows(parse_csv(text.encode("gb18030"), "d.csv")) == log
    columns = text.partition("\n")[0].removesuffix(",place,decided_by")
    older = columns + text.partition("\n")[2].join(["\n", ""]).replace(",,review", "")
    assert decisions_from_rows(parse_csv(older.encode(), "d.csv")) == log
    broken = text.replace(",omitted,", ",maybe,")
    with pytest.raises(ReviewError, match="line 2: unknown verdict 'maybe'"):
        decisions_from_rows(parse_csv(broken.encode(), "d.csv"))


def test_a_log_of_the_exact_texts_still_holds() -> None:
    """Earlier versions kept the sha256 of the exact text; their decisions count on."""
    (new,) = taken(row("carried")).log
    old = replace(new, source_sha256=SOURCE.text_sha256, target_sha256=FIRST.text_sha256)
    result = apply_decisions([old], LINKS, COVERAGE, TEXTS)
    assert (result.coverage[0].decided_by, result.suspects) == ("review", ())

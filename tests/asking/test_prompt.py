"""What a reader is told is what the answer is read by, and its version says which wording."""

from __future__ import annotations

import re

from tests.asking.plans import TARGET, corpus
from wpnet.asking.answers import FIELDS, SURENESS, VERDICTS
from wpnet.asking.prompt import GUIDELINE, VERSION, prompt_sha256, question

#: The fingerprint of every wording so far; a new wording gets a new version and a new line.
WORDINGS = {"2": "85d26a8c326f72539fbdb2d2933c36496b13a795ed5064fb2775c55f8ff839b5"}


def test_the_prompt_asks_for_the_fields_that_are_read() -> None:
    """Each field once, with every verdict and every sureness, and no other word between quotes."""
    asked = GUIDELINE[GUIDELINE.index('{"why"') : GUIDELINE.index("\n- target_ids")]
    assert sorted(re.findall(r'"(\w+)": ', asked)) == sorted(FIELDS)
    assert re.findall(r'"(\w+)"(?!:)', asked) == [*VERDICTS, *SURENESS]


def test_a_changed_wording_has_a_new_version() -> None:
    """Readings name the version; the fingerprint proves that it is this wording."""
    assert WORDINGS[VERSION] == prompt_sha256()


def test_a_key_that_the_guideline_names_stands_in_the_question() -> None:
    """Whether the plan is whole is told under the name that the guideline explains."""
    known = corpus()
    one = question(known.requirements[0], TARGET, known.requirements[3:])
    assert "“目标文件完整”为 false" in GUIDELINE
    assert '"目标文件完整": true' in one.user

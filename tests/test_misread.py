"""Signs that a reading is wrong, though nothing is left over, speak against keeping it."""

from __future__ import annotations

import pytest

from wpnet.intake.soundness import objections
from wpnet.reading.files import read_bytes_as_document
from wpnet.reading.plan import parse_document

HEAD = "临沂市人民政府办公室\n2023年临沂市政务公开工作要点\n"
SOUND = (
    "一、强化公开\n（一）公开规划。各部门公布规划。（责任单位：市发展改革委）\n"
    "二、强化保障\n（一）加强培训。举办培训班。（责任单位：市政府办公室）\n"
    "临沂市人民政府办公室\n2023年5月6日\n"
)


def said(body: str) -> str:
    """Return all that speaks against keeping a plan of this body."""
    parsed = parse_document(read_bytes_as_document((HEAD + body).encode(), "a.txt"))
    return "；".join(entry.sentence for entry in objections(parsed))


def test_a_plan_read_rightly_meets_no_objection() -> None:
    """The signs do not speak against a plan that is whole."""
    assert said(SOUND) == ""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (
            "各部门公布规划。",
            "各部门公布规划并接受社会监督，做好（二）公开各类决算信息。",
            "（二）",
        ),
        ("一、强化公开\n", "", "without a section 一"),
        ("市发展改革委", "以实际行动助力企业高质量发展", "以实际行动助力企业高质量发展"),
        (
            "（责任单位：市政府办公室）\n临沂市人民政府办公室\n2023年5月6日\n",
            "做好各项",
            "breaks off",
        ),
        ("加强培训", "\ue001加强培训", "own font"),
        ("举办培训班。", "市政府办公室主任办公会议。", "has no verb"),
        ("举办培训班。", "举办“新政策培训班。", "do not fit together"),
        ("各部门公布规划。", "各部门公布规划和项目", "without a full stop"),
        ("各部门公布规划。", "各部门公布规划，" * 100 + "按月更新。", "without a full stop; full"),
        (
            "（一）公开规划。各部门公布规划。（责任单位：市发展改革委）\n",
            "",
            "no sentence stands below",
        ),
        (
            "2023年5月6日\n",
            "2023年5月6日\n各部门要落实责任。各县区要报送材料。\n",
            "stands behind",
        ),
    ],
)
def test_a_sign_of_wrong_reading_is_an_objection_that_names_the_stretch(
    old: str, new: str, why: str
) -> None:
    """Lost or torn parts, units that are none, sentences without verb or end, or behind the end."""
    assert why in said(SOUND.replace(old, new, 1))

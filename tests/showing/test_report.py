"""The report page as text: safe, self-contained, reproducible, and true to the tables."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import json
import re
import string
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.browser.corpora import NASTY, SOURCE, TARGET, base, hostile, plan, requirement
from wpnet.cascade.drift import Attribute, Change
from wpnet.corpus import Corpus
from wpnet.model import Coverage
from wpnet.review.decisions import Decision
from wpnet.showing.cautions import caution_pairs, origin_cautions
from wpnet.showing.columns import decided_by
from wpnet.showing.harmless import csv_bytes, harmless
from wpnet.showing.headings import both_labels, heading_path
from wpnet.showing.ledger import cautions, ledger
from wpnet.showing.report import render_report
from wpnet.showing.report.page import SCRIPTS, page_script
from wpnet.showing.wording import template, words

VERDICTS = ("carried", "partial", "omitted", "not_applicable")


class Outline(html.parser.HTMLParser):
    """Collect the elements of a page and the text of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open = tag

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open in ("script", "style"):
            self.inside.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    """Return the report on the base corpus."""
    return render_report(base(), version="1.2.3")


def island_of(text: str) -> dict[str, Any]:
    """Return the data of a page."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def outline(text: str) -> Outline:
    """Parse a page."""
    parser = Outline()
    parser.feed(text)
    return parser


@pytest.mark.slow
def test_the_same_corpus_gives_the_same_bytes(page: str) -> None:
    """Nothing in the page depends on when or where it was made."""
    assert render_report(base(), version="1.2.3") == page


def test_the_base_report_is_small(page: str) -> None:
    """It goes through any mail server."""
    assert len(page.encode("utf-8")) < 3_000_000


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    """No element names a file outside, and no inline handler or style stands in the page."""
    for tag, attributes in outline(page).elements:
        assert not {"src", "srcset", "style", "action", "background"} & attributes.keys(), tag
        assert not [name for name in attributes if name.startswith("on")], tag
        address = attributes.get("href") or ""
        assert address.startswith(("#", "data:image/svg+xml,")) or not address


def test_the_policy_allows_only_the_page_itself(page: str) -> None:
    """Script and style run by their hash alone; everything else is refused."""
    parsed = outline(page)
    policy = next(
        a["content"] or ""
        for _, a in parsed.elements
        if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    style, _, script = parsed.inside
    for kind, body in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_the_script_never_makes_markup_of_text() -> None:
    """Texts reach the page as text nodes only."""
    for name in SCRIPTS:
        for word in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "fetch(",
            "XMLHttpRequest",
            "WebSocket",
            "import(",
        ):
            assert word not in template(name), f"{word} in {name}"


def test_script_and_style_cannot_end_their_elements() -> None:
    """Neither holds what would close its element or open a comment in it."""
    assert not re.search("</script|<!--", page_script(), re.IGNORECASE)
    assert "</" not in template("report.css")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_text_stays_in_its_island(language: Any) -> None:
    """Whatever a plan says, the page has the same elements, and the text is there unharmed."""
    text = render_report(hostile(), language=language)
    plain = render_report(base(), language=language)
    assert [tag for tag, _ in outline(text).elements] == [tag for tag, _ in outline(plain).elements]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u2028\u2029\u202e]", text)
    said = {entry["text"] for entry in island_of(text)["requirements"]}
    assert said == {harmless(nasty) for nasty in NASTY}


def test_marks_point_at_the_same_wording(page: str) -> None:
    """A marked stretch reads the same on both sides, widths folded."""
    from wpnet.text import comparable

    data = island_of(page)
    marks = 0
    for row in data["rows"]:
        source = data["requirements"][row["source"]]["text"]
        for link in row["links"]:
            target = data["requirements"][link["target"]]["text"]
            for start, end, other, other_end in link["marks"]:
                assert comparable(source[start:end]) == comparable(target[other:other_end])
                marks += 1
    assert marks > 100


def test_rows_say_what_the_table_says(page: str) -> None:
    """Every verdict of coverage.csv is in the page once, with the same numbers."""
    data = island_of(page)
    ids = [entry["id"] for entry in data["requirements"]]
    plans = [entry["id"] for entry in data["plans"]]
    said = Counter(
        (
            ids[row["source"]],
            plans[data["pairs"][row["pair"]]["target"]],
            row["verdict"],
            row["chances"][2],
            tuple(ids[at] for at in row["targets"]),
        )
        for row in data["rows"]
    )
    assert said == Counter(
        (row.source_id, row.target_plan_id, row.verdict, row.p_omitted, row.target_ids)
        for row in base().coverage
    )


def test_every_verdict_comes_with_evidence(page: str) -> None:
    """Each row shows at least one sentence that was considered, with reasons for its score."""
    for row in island_of(page)["rows"]:
        assert row["links"]
        assert all(link["why"] for link in row["links"])


def test_additions_are_the_duties_nobody_leads_to(page: str) -> None:
    """An addition is a duty that no accepted cascade link reaches; what came nearest is named."""
    data = island_of(page)
    led = {
        link.target_id
        for link in base().links
        if link.status == "accepted" and link.relation == "cascade"
    }
    for entry in data["additions"]:
        plan_id = data["plans"][entry["plan"]]["id"]
        said = {data["requirements"][duty]["id"] for duty, _, _ in entry["rows"]}
        duties = {
            r.requirement_id
            for r in base().requirements
            if r.plan_id == plan_id and r.kind == "duty"
        }
        assert said == duties - led
        assert all(nearest >= 0 for _, nearest, _ in entry["rows"])


def test_missing_documents_are_named_and_not_counted(page: str) -> None:
    """A plan that is cited but not held is listed, and is in no comparison."""
    data = island_of(page)
    missing = {at for at, entry in enumerate(data["plans"]) if not entry["held"]}
    assert missing
    assert not missing & {end for pair in data["pairs"] for end in (pair["source"], pair["target"])}


def test_cautions_say_at_least_what_the_ledger_says() -> None:
    """Both languages warn of every missing parent and of the years between two plans."""
    labels = both_labels(base().plans)
    for target in (TARGET, "qingpu-hrss-2024"):
        both = caution_pairs(base(), SOURCE, target, labels)
        assert len(both) >= len(cautions(base(), SOURCE, target))
        for chinese, english in both:
            assert re.search("未收录|文本中未见", chinese)
            assert re.search("not held|later than", english)
    assert any("同年" in chinese for chinese, _ in origin_cautions(base(), TARGET))


def test_a_review_shows_both_verdicts_and_who_made_it() -> None:
    """A decided row keeps what the machine said, and names reviewer, date and reason."""
    corpus = base()
    row = ledger(corpus, SOURCE, TARGET, verdicts=("omitted",))[0]
    decided = replace(row.coverage, verdict="not_applicable", decided_by="review")
    decision = Decision(
        row.source.requirement_id,
        row.source.text_sha256,
        TARGET,
        "not_applicable",
        "",
        "",
        "",
        "王某",
        "2025-08-01",
        "仅市级可办",
    )
    coverage = tuple(decided if entry == row.coverage else entry for entry in corpus.coverage)
    data = island_of(render_report(replace(corpus, coverage=coverage), decisions=[decision]))
    said = [entry for entry in data["rows"] if entry["by"] == "review"]
    assert [(entry["verdict"], entry["auto"]) for entry in said] == [("not_applicable", "omitted")]
    assert said[0]["decision"] == ["王某", "2025-08-01", "仅市级可办"]
    assert data["meta"]["reviewed"] == 1


def test_a_verdict_of_a_model_is_named_as_one() -> None:
    """Which model, that no person has looked, and what the program said: on page and in tables."""
    corpus = base()
    row = ledger(corpus, SOURCE, TARGET, verdicts=("omitted",))[0]
    said = replace(row.coverage, verdict="partial", decided_by="model:qwen3", needs_review=True)
    coverage = tuple(said if entry == row.coverage else entry for entry in corpus.coverage)
    data = island_of(render_report(replace(corpus, coverage=coverage)))
    [entry] = [entry for entry in data["rows"] if entry["by"] == "model:qwen3"]
    assert (entry["verdict"], entry["auto"]) == ("partial", "omitted")
    assert data["meta"]["reviewed"] == 0
    told = decided_by(replace(row, coverage=said), "en")
    assert told == "language model qwen3, not reviewed by a person; the program said: not found"


def test_an_empty_corpus_still_gives_a_page() -> None:
    """Nothing held, or nothing to compare: the page says so."""
    assert island_of(render_report(Corpus()))["rows"] == []
    lonely = Corpus(plans=(plan(SOURCE, "municipal"),))
    assert len(island_of(render_report(lonely))["plans"]) == 1


def test_a_target_without_duties_has_no_nearest_text() -> None:
    """Where the target plan holds nothing, an omission has no candidate, and the page stands."""
    duty = requirement(f"{SOURCE}#1.1.1", "做好政策解读。")
    row = Coverage(duty.requirement_id, TARGET, "cascade", 2, "omitted", 0, 0, 1, False, "omitted")
    corpus = Corpus(
        plans=(plan(SOURCE, "municipal"), plan(TARGET, "district")),
        requirements=(duty,),
        coverage=(row,),
    )
    assert island_of(render_report(corpus))["rows"][0]["links"] == []


def test_both_languages_have_every_word() -> None:
    """No word lacks its translation, and both languages leave the same blanks."""
    for key, (chinese, english) in words().items():
        assert chinese, key
        if not key.startswith("feature."):
            assert english, key
            blanks = [
                {name for _, name, _, _ in string.Formatter().parse(text) if name}
                - {"lag", "years"}
                for text in (chinese, english)
            ]
            assert blanks[0] == blanks[1], key


def test_the_scripts_say_only_known_words() -> None:
    """Every key that script, template or library asks for is in words.json."""
    text = page_script() + template("report.html")
    asked = set(re.findall(r"""say\(["']([\w.]+)["'][,)]""", text))
    assert asked
    assert asked <= words().keys()


@pytest.mark.parametrize("kind", [Change, Attribute])
def test_every_change_has_a_name(kind: Any) -> None:
    """What the cascade calls a change can be said in both languages."""
    for name in kind.__args__:
        assert f"change.{name}" in words()


def test_every_feature_has_a_chinese_sentence(page: str) -> None:
    """A reader of Chinese is told in Chinese why a score is what it is."""
    for name, (chinese, english) in island_of(page)["features"].items():
        assert chinese != english, f"translate feature.{name} in words.json"


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_keep_contrast() -> None:
    """Letters stand out from their ground at least 4.5 to 1 (WCAG AA)."""
    short = {"#fff": "#ffffff"}
    named = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", template("report.css")))
    named = {name: short.get(colour, colour) for name, colour in named.items()}
    grounds = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("paper", "wash")]
    verdicts = [(f"{name}-ink", name) for name in ("carried", "partial", "omitted", "na")]
    for ink, ground in [*grounds, *verdicts, ("ink", "mark"), ("seal", "paper")]:
        light, dark = sorted((luminance(named[ink]), luminance(named[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_headings_read_as_printed() -> None:
    """The path to a sentence says numbers and titles of all levels, in both languages."""
    duty = requirement("p#12.3.1", "x", section_title="规范", item_title="审查", subitem_no=2)
    assert heading_path(duty) == "十二、规范 › （三）审查 › 2. › 第1句"
    assert heading_path(duty, "en") == "12. 规范 › (3) 审查 › 2. › sentence 1"


@pytest.mark.parametrize("nasty", NASTY)
def test_csv_cells_are_never_formulas(nasty: str) -> None:
    """In Excel every cell of a CSV stays text; what is left of a text is the text."""
    line = csv_bytes([[nasty]]).decode("utf-8-sig")
    content = line.strip('"\r\n')
    assert content[:1] not in ("=", "+", "-", "@", "\t", "＝")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", content)


def test_csv_begins_with_the_mark_excel_needs() -> None:
    """Chinese Excel takes a CSV for UTF-8 only with a byte order mark."""
    assert csv_bytes([["政务公开"]]) == b"\xef\xbb\xbf" + "政务公开\r\n".encode()


def test_the_page_of_a_large_corpus_leaves_out_reasons_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Beyond the limit no pair is scored again: the rows, links and texts are those of the page."""
    whole = island_of(render_report(base()))
    monkeypatch.setattr("wpnet.showing.ledger.EXPLAINED_UP_TO", 0)
    large = island_of(render_report(base()))
    assert any(link["why"] for row in whole["rows"] for link in row["links"])
    for row in whole["rows"]:
        row["parts"] = []
        for link in row["links"]:
            link["why"] = []
            link.pop("back", None)
    assert large["rows"] == whole["rows"]
    assert large["requirements"] == whole["requirements"]
    for one, other in zip(large["additions"], whole["additions"], strict=True):
        assert [row[0] for row in one["rows"]] == [row[0] for row in other["rows"]]

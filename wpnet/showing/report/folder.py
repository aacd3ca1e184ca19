"""Many plans: a folder of pages, one for every plan that others take up, and an index to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from wpnet import __version__
from wpnet.corpus import Corpus
from wpnet.errors import CorpusError
from wpnet.review.decisions import Decision
from wpnet.showing.chosen import between
from wpnet.showing.headings import both_labels
from wpnet.showing.ledger import VERDICTS
from wpnet.showing.report.page import page_parts, report_parts
from wpnet.showing.report.payload import clean, compared_pairs
from wpnet.showing.wording import Language, words
from wpnet.storing.folders import replaced_folder
from wpnet.storing.mark import NAME, PACKAGE
from wpnet.storing.seals import objection, sealed

INDEX = "index.html"
#: The script of the index: what every view uses, and the index itself.
SCRIPTS = ("core.js", "index.js")
Progress = Callable[[str, Sequence[str]], Iterable[str]]


def write_folder(
    corpus: Corpus,
    out: Path,
    *,
    language: Language = "zh",
    version: str = __version__,
    sources: Sequence[tuple[str, str]] = (),
    decisions: Sequence[Decision] = (),
    inputs: Iterable[Path] = (),
    force: bool = False,
    progress: Progress = lambda _, items: items,
) -> int:
    """Write an index and one page a source plan into a folder, all of it at once.

    Arguments as of :func:`~wpnet.showing.report.page.render_report`; ``inputs`` are never written
    over, ``force`` replaces pages that somebody has changed. Returns the number of pages beside the
    index. The same input gives the same bytes.

    Raises:
        CorpusError: nothing is compared, the place cannot be written to, or it holds files that
            wpnet did not write there.
    """
    pairs = compared_pairs(corpus)
    if not pairs:
        raise CorpusError("no two plans are compared, so there is no page to write; add plans")
    if not force:
        _refuse_changed(out)
    plans = list(dict.fromkeys(source for source, _ in pairs))
    names = [INDEX, *(f"{plan_id}.html" for plan_id in plans)]
    with replaced_folder(out, inputs=inputs) as new:
        _write(new / INDEX, _index_parts(corpus, pairs, language, version))
        for plan_id in progress("pages", plans):
            page = report_parts(
                between(corpus, plan_id),
                language=language,
                version=version,
                sources=sources,
                decisions=decisions,
                index=INDEX,
            )
            _write(new / f"{plan_id}.html", page)
        (new / PACKAGE).write_text(_package(names, version), "utf-8")
    return len(plans)


def _write(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.writelines(sealed(parts, path.suffix))


def _refuse_changed(out: Path) -> None:
    """Refuse where somebody has changed a page that is there."""
    for page in sorted(out.glob("*.html")) if out.is_dir() else ():
        why = objection(page)
        if why:
            raise CorpusError(f"{page}: {why}; move it elsewhere, or add --force to replace it")


def _package(names: Sequence[str], version: str) -> str:
    """Return the list of the pages, by which the folder is known as wpnet's own again."""
    resources = [
        {"name": f"page-{at}", "path": name, "format": "html"} for at, name in enumerate(names)
    ]
    told = {
        "profile": "data-package",
        "name": NAME,
        "version": version,
        "title": "Pages about disclosure work plans",
        "resources": resources,
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _index_parts(
    corpus: Corpus, pairs: Sequence[tuple[str, str]], language: Language, version: str
) -> Iterator[bytes]:
    dates = sorted(plan.date for plan in corpus.plans if plan.held and plan.date)
    content = {
        "meta": {"version": version, "dates": [dates[0], dates[-1]] if dates else []},
        "words": words(),
        "held": sum(plan.held for plan in corpus.plans),
        "missing": len(corpus.not_held),
        "pairs": _pairs(corpus, pairs),
    }
    return page_parts(clean(content), SCRIPTS, language=language, version=version)


def _pairs(corpus: Corpus, pairs: Sequence[tuple[str, str]]) -> list[list[Any]]:
    """Return for every pair what the index says of it: ids, names, titles, counts."""
    labels = both_labels(corpus.plans)
    found: list[list[Any]] = []
    for source, target in pairs:
        rows = corpus.coverage_between[source, target]
        found.append(
            [
                source,
                target,
                [names[source] for names in labels.values()],
                [names[target] for names in labels.values()],
                corpus.plan(source).title,
                corpus.plan(target).title,
                *(sum(row.verdict == verdict for row in rows) for verdict in VERDICTS),
                sum(row.needs_review for row in rows),
                len(rows),
            ]
        )
    return found

"""The page: template, style, script and data in one file without any outside part."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import Environment, StrictUndefined

from wpnet import __version__
from wpnet.corpus import Corpus
from wpnet.review.decisions import Decision
from wpnet.showing.report.payload import payload
from wpnet.showing.wording import Language, say, template

#: The page's script, in the order in which its parts build on each other.
SCRIPTS = (
    "core.js",
    "ledger.js",
    "draft.js",
    "detail.js",
    "overview.js",
    "letter.js",
    "additions.js",
    "trace.js",
    "units.js",
    "network.js",
    "export.js",
    "zip.js",
    "about.js",
    "main.js",
)

_PLACE = "\0data\0"  # where the data stand in the template, which holds no such character
_ITEMS_A_PART = 2_000


def render_report(
    corpus: Corpus,
    *,
    language: Language = "zh",
    version: str = __version__,
    sources: Sequence[tuple[str, str]] = (),
    decisions: Sequence[Decision] = (),
) -> str:
    """Return the report on a corpus as one HTML page that loads nothing from anywhere.

    The page opens in ``language`` and can be switched to the other one. ``version`` is what it says
    of the program; ``sources`` are further input files, such as the file of review decisions, as
    (name, sha256); ``decisions`` let it say who reviewed a verdict, when and why. The same input
    gives the same text; write it as UTF-8.
    """
    return b"".join(
        report_parts(
            corpus, language=language, version=version, sources=sources, decisions=decisions
        )
    ).decode("utf-8")


def report_parts(
    corpus: Corpus,
    *,
    language: Language = "zh",
    version: str = __version__,
    sources: Sequence[tuple[str, str]] = (),
    decisions: Sequence[Decision] = (),
    index: str = "",
) -> Iterator[bytes]:
    """Yield the page of :func:`render_report` in parts, made while they are taken.

    ``index`` is the page that leads to this one, beside it in its folder.
    """
    content = payload(corpus, version=version, sources=sources, decisions=decisions)
    content["meta"] = {**content["meta"], "index": index}
    yield from page_parts(content, SCRIPTS, language=language, version=version)


def page_parts(
    content: Mapping[str, Any], scripts: Sequence[str], *, language: Language, version: str
) -> Iterator[bytes]:
    """Yield a page with its data, and the parts of its script, by the one template there is."""
    script = page_script(scripts)
    style = template("report.css").strip()
    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(
        template("report.html")
    )
    whole = page.render(
        language=language,
        version=version,
        say=lambda key: say(key, language),
        script=script,
        style=style,
        script_hash=csp_hash(script),
        style_hash=csp_hash(style),
        data=_PLACE,
    )
    before, _, after = whole.partition(_PLACE)
    yield before.encode("utf-8")
    yield from island_parts(content)
    yield after.encode("utf-8")


def page_script(scripts: Sequence[str] = SCRIPTS) -> str:
    """Return a page's whole script: all parts in one strict function."""
    parts = "\n".join(template(name) for name in scripts)
    return f'(() => {{\n"use strict";\n{parts}}})();'


def island(value: Any) -> str:
    """Return a value as JSON that can stand inside ``<script type="application/json">``.

    Nothing in it can end the element, open a comment, or break a line of a script.

    >>> island({"要求": "</script><!--\\u2028"})
    '{"要求":"\\\\u003c/script\\\\u003e\\\\u003c!--\\\\u2028"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def island_parts(content: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a dictionary as :func:`island` writes it, item by item where a value is an iterator.

    >>> b"".join(island_parts({"a": 1, "b": iter([2, 3])}))
    b'{"a":1,"b":[2,3]}'
    """
    part: list[str] = []
    for at, (key, value) in enumerate(content.items()):
        part.append(f"{',' if at else '{'}{island(key)}:")
        if isinstance(value, Iterator):
            part.append("[")
            for number, item in enumerate(value):
                part.append(f",{island(item)}" if number else island(item))
                if len(part) >= _ITEMS_A_PART:
                    yield "".join(part).encode("utf-8")
                    part = []
            part.append("]")
        else:
            part.append(island(value))
    yield "".join([*part, "}"]).encode("utf-8")


def csp_hash(text: str) -> str:
    """Return the SHA-256 of an inline script or style as a content security policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")

"""Build the documentation as a folder of HTML pages, offline: ``python tools/build_docs.py [DIR]``.

Pages come from the README files, ``docs/*.md``, the help texts of the commands, the codebook, the
notebooks and the docstrings, so that each text is kept once. A broken link, a resource from
another machine or a warning of a tool is an error (exit status 1).
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import posixpath
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import jinja2
import lxml.html
import mistune
import nbformat
import pdoc.doc
import pdoc.render
from markupsafe import Markup
from nbconvert import HTMLExporter

import wpnet
from wpnet.cli import make_parser
from wpnet.completion import commands_of
from wpnet.tables import codebook

ROOT = Path(__file__).parents[1]
SITE = ROOT / "docs" / "_site"
THEME = ROOT / "docs" / "theme"
TEMPLATES = jinja2.Environment(loader=jinja2.FileSystemLoader(THEME), autoescape=True)
# :class:`~wpnet.errors.CorpusError` -> `CorpusError`: cross references of docstrings.
ROLE = re.compile(r":(?:class|func|mod|meth|data|attr):`(~?)([\w.]+)`")
# Lines of an example in a docstring, the answer of the interpreter included.
EXAMPLE = re.compile(r"(?m)^([ \t]*)>>> .*(?:\n\1(?!\s*$).+)*")


class Page(NamedTuple):
    """A page: where its text comes from, where it goes, what it is called, in which language."""

    source: str
    target: str
    title: str
    language: str = "en"


#: In the order of the navigation. A source in angle brackets is made here, not read.
PAGES = (
    Page("README.md", "index.html", "What wpnet is"),
    Page("README.zh.md", "index.zh.html", "wpnet 是什么", "zh"),
    Page("docs/tutorial.md", "tutorial.html", "Tutorial: my own district"),
    Page("docs/tutorial.zh.md", "tutorial.zh.html", "教程：分析我所在的区", "zh"),
    Page("<commands>", "commands.html", "Commands"),
    Page("<codebook>", "codebook.html", "Codebook: every table and column"),
    Page("docs/python.md", "python.html", "wpnet in Python"),
    Page("docs/gallery.md", "gallery.html", "All figures"),
    Page("docs/formats.md", "formats.html", "In Gephi, Excel, R and Stata"),
    Page("data/labels/GUIDELINES.md", "labelling.html", "How to label"),
    Page("docs/architecture.md", "architecture.html", "How wpnet is built"),
    Page("docs/security.md", "security.html", "What is trusted, and what is not"),
    Page("<notebooks>", "notebooks/index.html", "Notebooks"),
    Page("<api>", "api/index.html", "Python library"),
    Page("CONTRIBUTING.md", "contributing.html", "Contributing"),
    Page("CHANGELOG.md", "changelog.html", "Changes"),
    Page("LICENSES.md", "licenses.html", "Licences"),
)
TARGETS = {page.source: page.target for page in PAGES}


def build(site: Path) -> list[str]:
    """Build the documentation in the folder ``site``; return what is wrong with its links."""
    with tempfile.TemporaryDirectory() as name:
        new = Path(name) / "site"
        new.mkdir()
        shutil.copyfile(THEME / "style.css", new / "style.css")
        write_api(new / "api")
        for page in (*PAGES, *notebook_pages()):
            write_page(new, page)
        faults = [*broken_links(new), *foreign_resources(new)]
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(new, site)
    return faults


def notebook_pages() -> list[Page]:
    """Return a page for every notebook, titled by its first heading."""
    pages = []
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        title = cells[0].source.splitlines()[0].lstrip("# ") if cells else path.stem
        pages.append(Page(f"notebooks/{path.name}", f"notebooks/{path.stem}.html", title))
    return pages


def write_page(site: Path, page: Page) -> None:
    """Write one page with its navigation."""
    if page.source.endswith(".ipynb"):
        body = notebook_html(ROOT / page.source)
    else:
        body = markdown_html(source_of(page), page, site)
    html = TEMPLATES.get_template("page.html.jinja2").render(
        body=Markup(body),
        entries=PAGES,
        version=wpnet.__version__,
        up="../" * page.target.count("/"),
        **page._asdict(),
    )
    target = site / page.target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html + "\n", encoding="utf-8")


def source_of(page: Page) -> str:
    """Return the Markdown of a page: read, or made."""
    made = {
        "<commands>": commands_text,
        "<codebook>": codebook_text,
        "<notebooks>": notebooks_text,
        "<api>": api_text,
    }
    if page.source in made:
        return made[page.source]()
    return (ROOT / page.source).read_text(encoding="utf-8")


def commands_text() -> str:
    """Return the help of every command, as the terminal shows it."""
    os.environ |= {"COLUMNS": "80", "NO_COLOR": "1"}
    parser = make_parser()
    parts = ["# Commands", help_text(parser)]
    for name, command in commands_of(parser).items():
        parts += [f"## wpnet {name}", help_text(command)]
        for inner, action in commands_of(command).items():
            parts += [f"### wpnet {name} {inner}", help_text(action)]
    return "\n\n".join(parts)


def help_text(parser: Any) -> str:
    """Return the help of a parser as a block."""
    return f"```text\n{parser.format_help().rstrip()}\n```"


def codebook_text() -> str:
    """Return the codebook as tables; the words are those of ``datapackage.json``."""
    book = codebook()
    parts = [f"# {book['title']}", book["description"]]
    for table in book["resources"]:
        key = ", ".join(f"`{name}`" for name in table["primaryKey"])
        keys = [f"Key: {key}."]
        for foreign in table["foreignKeys"]:
            to = foreign["reference"]
            keys.append(f"`{foreign['fields'][0]}` names a row of [{to['resource']}]")
            keys[-1] += f"(#{to['resource']}csv)."
        rows = ["| column | type | unit | allowed values | meaning |", "|---|---|---|---|---|"]
        rows += [f"| {' | '.join(cells)} |" for cells in map(codebook_row, table["fields"])]
        heading = f"## {table['name']}.csv"
        parts += [heading, table["description"], " ".join(keys), "\n".join(rows)]
    return "\n\n".join(parts)


def codebook_row(field: dict[str, Any]) -> list[str]:
    """Return the cells of one column of the codebook."""
    limits = field.get("constraints", {})
    allowed = ", ".join(f"`{value}`" for value in limits.get("enum", ()))
    if "pattern" in limits:
        allowed = f"`{limits['pattern']}`"
    if "minimum" in limits:
        allowed = f"{limits['minimum']} or more"
    if "maximum" in limits:
        allowed = f"{limits['minimum']} to {limits['maximum']}"
    text = field["description"].replace("<", "&lt;").replace("|", "\\|")
    required = "" if limits.get("required") else " May be empty."
    return [f"`{field['name']}`", field["type"], field.get("unit", ""), allowed, text + required]


def notebooks_text() -> str:
    """Return the list of the notebooks."""
    lines = [f"- [{page.title}]({page.source.split('/')[-1]})" for page in notebook_pages()]
    return "\n".join(["# Notebooks", "", *lines])


def notebook_html(path: Path) -> str:
    """Return a notebook as a fragment: text, code and what the cells showed."""
    body: str = HTMLExporter(template_name="basic").from_filename(str(path))[0]  # type: ignore[no-untyped-call]
    body = re.sub(r'(?<=src=")(?=figures/)', "", body)
    return f'<div class="scroll output">{body}</div>'


class Renderer(mistune.HTMLRenderer):
    """HTML with anchors at headings, wide tables that scroll, and links that fit the site."""

    def __init__(self, page: Page, site: Path) -> None:
        super().__init__(escape=False)
        self.page, self.site = page, site
        self.seen: dict[str, int] = {}

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return a heading with an id made of its words."""
        name = re.sub(r"<[^>]+>", "", text).strip().lower()
        anchor = re.sub(r"[^\w -]", "", name).replace(" ", "-")
        self.seen[anchor] = self.seen.get(anchor, -1) + 1
        suffix = f"-{self.seen[anchor]}" if self.seen[anchor] else ""
        return f'<h{level} id="{anchor}{suffix}">{text}</h{level}>\n'

    def table(self, text: str) -> str:
        """Return a table that scrolls by itself on a narrow screen."""
        return f'<div class="scroll"><table>\n{text}</table></div>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link whose repository path is one of the site."""
        return super().link(text, self.address(url), title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return an image that was copied into the site."""
        return super().image(text, self.address(url), title)

    def address(self, url: str) -> str:
        """Return the address in the site of a page or file of the repository; copy the file."""
        path, hash_mark, anchor = url.partition("#")
        if not path or urlsplit(url).scheme:
            return url
        made = self.page.source.startswith("<")
        folder = posixpath.dirname(self.page.target if made else self.page.source)
        source = posixpath.normpath(posixpath.join(folder, path))
        target = TARGETS.get(source, source)
        if source.endswith(".ipynb"):
            target = source.removesuffix(".ipynb") + ".html"
        elif source not in TARGETS and (ROOT / source).is_file():
            (self.site / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / source, self.site / target)
        here = posixpath.dirname(self.page.target)
        return posixpath.relpath(target, here or ".") + hash_mark + anchor


def markdown_html(text: str, page: Page, site: Path) -> str:
    """Return Markdown as HTML for a page of the site."""
    convert = mistune.create_markdown(renderer=Renderer(page, site), plugins=["table"])
    return str(convert(text))


def write_api(folder: Path) -> None:
    """Write a page for every module from its docstrings."""
    pdoc.render.configure(docformat="google", template_directory=THEME)
    plain = pdoc.render.env.filters["to_markdown"]

    @jinja2.pass_context
    def to_markdown(context: Any, docstring: str) -> Any:
        return plain(context, readable(docstring))

    pdoc.render.env.filters["to_markdown"] = to_markdown
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        # Types that only a type checker can evaluate are shown as written.
        warnings.filterwarnings("ignore", message="Error parsing type annotation")
        modules = {name: pdoc.doc.Module.from_name(name) for name in ("wpnet", *module_names())}
        for name, module in modules.items():
            file = folder / f"{name.replace('.', '/')}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(pdoc.render.html_module(module, modules), encoding="utf-8")
        (folder / "search.js").write_text(pdoc.render.search_index(modules), encoding="utf-8")


def module_names() -> list[str]:
    """Return the names of all modules below wpnet."""
    found = pkgutil.walk_packages(wpnet.__path__, "wpnet.")
    return sorted(module.name for module in found if "__" not in module.name)


def api_text() -> str:
    """Return the list of the modules, each with the first sentence of its docstring."""
    lines = ["- [wpnet](wpnet.html): the everyday names, `read_plan`, `build` and `open_corpus`."]
    for name in module_names():
        words = (importlib.import_module(name).__doc__ or "").partition("\n\n")[0]
        address = name.replace(".", "/") + ".html"
        lines.append(f"- [{name}]({address}): {readable(' '.join(words.split()))}")
    return "\n".join(["# The Python library", "", *lines])


def readable(docstring: str) -> str:
    """Return a docstring whose cross references and examples Markdown understands.

    >>> readable("Raises :class:`~wpnet.errors.CorpusError`.")
    'Raises `wpnet.errors.CorpusError`.'
    """

    def fenced(found: re.Match[str]) -> str:
        return f"{found[1]}```pycon\n{found[0]}\n{found[1]}```"

    return EXAMPLE.sub(fenced, ROLE.sub(r"`\2`", docstring))


def pages_of(site: Path) -> Iterator[tuple[Path, Any]]:
    """Yield the pages of a site, parsed."""
    for path in sorted(site.rglob("*.html")):
        yield path, lxml.html.parse(str(path)).getroot()


def broken_links(site: Path) -> list[str]:
    """Return every link within the site that leads nowhere, the anchor included."""
    anchors = {
        path.resolve(): {*page.xpath("//@id"), *page.xpath("//a/@name")}
        for path, page in pages_of(site)
    }
    faults = []
    for path, page in pages_of(site):
        for address in page.xpath("//@href | //@src"):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            known = anchors.get(target, set())
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in known):
                faults.append(f"{path.relative_to(site)}: {address} leads nowhere")
    return faults


def foreign_resources(site: Path) -> list[str]:
    """Return everything that a page would fetch from another machine when it is opened."""
    loaded = "//@src | //link/@href | //object/@data | //iframe/@src"
    return [
        f"{path.relative_to(site)}: {address} is on another machine"
        for path, page in pages_of(site)
        for address in page.xpath(loaded)
        if urlsplit(address).scheme not in ("", "data") or urlsplit(address).netloc
    ]


def main(arguments: Sequence[str]) -> int:
    """Build the documentation; say what is wrong with it."""
    site = Path(arguments[0]) if arguments else SITE
    faults = build(site)
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults:
        print(site / "index.html")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

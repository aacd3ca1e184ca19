"""The documentation builds offline, without a warning or a broken link, and is complete."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import lxml.html
import pytest

from wpnet import figures
from wpnet.cli import make_parser
from wpnet.completion import commands_of
from wpnet.tables import codebook

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", "__pycache__", "*.egg-info", "build", "_site"
)


def builder() -> ModuleType:
    """Load tools/build_docs.py, which is a script and no part of the package."""
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "tools/build_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built as `make docs` does it."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-W", "error::UserWarning", "tools/build_docs.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def words_of(page: Path) -> str:
    """Return the words of a page with single blanks."""
    return " ".join(lxml.html.parse(str(page)).getroot().text_content().split())


@pytest.mark.slow
def test_every_module_notebook_and_text_has_its_page(site: Path) -> None:
    """Nothing is left out because somebody forgot to list it."""
    for module in (ROOT / "wpnet").rglob("*.py"):
        path = module.relative_to(ROOT).with_suffix("")
        name = path.parent if path.name == "__init__" else path
        assert path.name == "__main__" or (site / "api" / f"{name}.html").exists()
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert (site / "notebooks" / f"{notebook.stem}.html").exists()
    for text in (ROOT / "docs").glob("*.md"):
        assert (site / f"{text.stem}.html").exists()


@pytest.mark.slow
def test_the_reference_of_the_commands_is_their_help(site: Path) -> None:
    """Every command with every option, as `--help` says it."""
    page = words_of(site / "commands.html")
    for name, command in commands_of(make_parser()).items():
        assert f"wpnet {name}" in page
        for action in command._actions:
            for option in action.option_strings:
                assert option in page


@pytest.mark.slow
def test_the_codebook_page_says_what_the_data_package_says(site: Path) -> None:
    """Every table and column in the same words."""
    page = words_of(site / "codebook.html")
    for table in codebook()["resources"]:
        assert " ".join(table["description"].split()) in page
        for field in table["fields"]:
            assert " ".join(field["description"].split()) in page


@pytest.mark.slow
def test_the_site_needs_no_other_machine(site: Path) -> None:
    """Built pages load styles, pictures and scripts from their own folder only."""
    tool = builder()
    assert tool.foreign_resources(site) == []
    assert tool.broken_links(site) == []


def test_broken_links_and_foreign_resources_are_found(tmp_path: Path) -> None:
    """The check is a real one: missing page, missing anchor, script and picture from elsewhere."""
    (tmp_path / "b.html").write_text("<html><body><p id='here'>b</p></body></html>", "utf-8")
    (tmp_path / "a.html").write_text(
        "<html><body><a href='b.html#here'>1</a><a href='b.html#gone'>2</a><a href='c.html'>3</a>"
        "<a href='https://example.org/'>4</a><img src='https://example.org/x.png'></body></html>",
        "utf-8",
    )
    tool = builder()
    assert tool.broken_links(tmp_path) == [
        "a.html: b.html#gone leads nowhere",
        "a.html: c.html leads nowhere",
    ]
    assert tool.foreign_resources(tmp_path) == [
        "a.html: https://example.org/x.png is on another machine"
    ]


def test_an_example_in_a_docstring_becomes_a_block() -> None:
    """Markdown would take ``>>>`` for a quotation."""
    text = "Do.\n\n    >>> f(1)\n    2\n\nMore, see :func:`~wpnet.x.f`."
    assert builder().readable(text) == (
        "Do.\n\n    ```pycon\n    >>> f(1)\n    2\n    ```\n\nMore, see `wpnet.x.f`."
    )


def test_the_gallery_shows_every_figure_and_what_it_cannot_show() -> None:
    """A figure that is committed stands there with how to read it."""
    page = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    shown = re.findall(r"^!\[.+\]\(\.\./notebooks/figures/(\w+)\.png\)", page, re.M)
    assert sorted(shown) == sorted(
        path.stem for path in (ROOT / "notebooks" / "figures").glob("*.png")
    )
    for word in ("Shows", "How to read", "Cannot show"):
        assert len(re.findall(f"^- {word}: .+", page, re.M)) == len(shown)
    named = set(re.findall(r"(?<!nx\.)\b(draw_\w+|\w+_data)\b", page))
    own = {"precision_recall_data", "histogram_data", "reliability_data"}  # of held-out answers
    assert named - own <= {*figures.__all__}


STEP = re.compile(
    r"(?:<!-- write (?P<path>\S+) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```", re.M | re.S
)


@pytest.mark.slow
def test_who_follows_the_contributing_page_adds_a_plan_and_an_alias(tmp_path: Path) -> None:
    """Issue 8: every file is written and every command run, in order, in a copy of the checkout."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name, call in (("wpnet", "-m wpnet"), ("python", "")):
        (tools / name).write_text(
            f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}" {call} "$@"\n', "utf-8"
        )
        (tools / name).chmod(0o755)
    done = []
    for step in STEP.finditer((ROOT / "CONTRIBUTING.md").read_text("utf-8")):
        if step["path"]:
            (folder / step["path"]).write_text(step["text"], "utf-8")
        elif step["kind"] == "sh" and "make " not in step["text"]:
            code = f"set -e\n{step['text']}"
            ran = subprocess.run(["bash", "-c", code], cwd=folder, capture_output=True, text=True)
            assert ran.returncode == 0, f"{step['text']}\n{ran.stdout}{ran.stderr}"
            done.append(ran.stdout)
    assert sum("1 passed" in said or "2 passed" in said for said in done) == 2
    units = (folder / "data" / "processed" / "units.csv").read_text("utf-8-sig")
    assert "区就业促进中心,unit,崇明区人力资源和社会保障局,区就促中心" in units
    others = ["tests/test_base_plans.py", "tests/test_codebook.py", "tests/test_store.py"]
    ran = subprocess.run(
        [str(tools / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *others],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout

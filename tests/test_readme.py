"""What the README files and the tutorials show works, and both languages say the same."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from wpnet import __version__
from wpnet.demo import lay_out_demo

ROOT = Path(__file__).parents[1]
PAIRS = [("README.md", "README.zh.md"), ("docs/tutorial.md", "docs/tutorial.zh.md")]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
PAGES = [name for pair in PAIRS for name in pair] + ["docs/formats.md", "wpnet/data/demo.md"]


def text_of(name: str) -> str:
    """Return a page as Markdown."""
    return (ROOT / name).read_text("utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    return [block for kind, block in FENCE.findall(text_of(name)) if kind == language]


def commands(name: str) -> list[str]:
    """Return the command lines that a page shows, without comments."""
    lines = [line for block in blocks(name, "sh") for line in block.splitlines()]
    return [bare for line in lines if (bare := re.sub(r"\s+# .*$", "", line).strip())]


def shape(name: str) -> list[str]:
    """Return the bones of a page: headings by level, images, rows of tables, blocks, notes."""
    bones = []
    for line in FENCE.sub(r"```\1", text_of(name)).splitlines():
        for pattern in (r"#+ ", r"!\[", r"\| ", r"- ", r"> wpnet|> the", r"```\w*"):
            if found := re.match(pattern, line):
                bones.append(found[0])
    return bones


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which ``wpnet`` is this version, whatever is installed elsewhere."""
    tools = tmp_path / "bin"
    tools.mkdir()
    script = tools / "wpnet"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wpnet "$@"\n', "utf-8")
    script.chmod(0o755)
    path = os.pathsep.join([str(tools), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def run(command: str, folder: Path, environment: dict[str, str]) -> None:
    """Run a command line; show what it said when it fails."""
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_both_languages_have_the_same_sections_tables_and_lists(pair: tuple[str, str]) -> None:
    """A heading, row, point or block that only one language has is found."""
    assert shape(pair[0]) == shape(pair[1])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair[0])
def test_both_languages_show_the_same_commands(pair: tuple[str, str]) -> None:
    """Word for word, but for comments."""
    assert commands(pair[0]) == commands(pair[1])
    assert blocks(pair[0], "python") == blocks(pair[1], "python")


@pytest.mark.parametrize("name", PAGES)
def test_a_command_in_running_text_is_one_that_there_is(name: str) -> None:
    """`wpnet word` in a sentence names a command of the program."""
    from wpnet.cli import make_parser
    from wpnet.completion import commands_of

    known = {*commands_of(make_parser()), "COMMAND"}
    said = re.findall(r"`wpnet ([a-zA-Z]+)", FENCE.sub("", text_of(name)))
    assert set(said) <= known


@pytest.mark.parametrize("name", PAGES)
def test_links_in_the_repository_lead_somewhere(name: str) -> None:
    """Files and pictures that a page names are there."""
    links = re.findall(r"\]\(([^)#]+)", text_of(name))
    missing = [
        link for link in links if "://" not in link and not ((ROOT / name).parent / link).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("name", ["README", "docs/tutorial"])
def test_both_languages_give_the_same_commands_and_examples(name: str) -> None:
    """What runs from the English page runs from the Chinese one: so each is run once."""
    english, chinese = f"{name}.md", f"{name}.zh.md"
    assert commands(english)
    assert commands(chinese) == commands(english)
    assert blocks(chinese, "python") == blocks(english, "python")


@pytest.mark.slow
def test_every_command_of_the_readme_runs(tmp_path: Path, shell: dict[str, str]) -> None:
    """In a fresh working folder; ``make`` is asked for its plan, since it runs these very tests."""
    folder = tmp_path / "copy"
    lay_out_demo(folder)
    for file in ("Makefile", "requirements.lock", "requirements-build.lock", "pyproject.toml"):
        shutil.copy(ROOT / file, folder)
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(tmp_path / "bin" / "wpnet", folder / ".venv" / "bin")
    for command in commands("README.md"):
        if command.startswith("make "):
            run(command.replace("make ", "make --dry-run ", 1), folder, shell)
        elif command.startswith("pip install"):
            wheel = shlex.split(command)[-1]
            assert wheel == f"dist/wpnet-{__version__}-py3-none-any.whl"  # see tests/test_demo.py
        else:
            run(command, folder, shell)


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path: Path, shell: dict[str, str]) -> None:
    """Every example prints verdicts; those of large corpora ask Parquet and CSV alike."""
    lay_out_demo(tmp_path / "copy")
    run("wpnet build --parquet", tmp_path / "copy", shell)
    for code in blocks("README.md", "python"):
        script = tmp_path / "copy" / "example.py"
        script.write_text(code, "utf-8")
        run(f"{shlex.quote(sys.executable)} example.py | grep carried", tmp_path / "copy", shell)


@pytest.mark.slow
def test_the_tutorial_runs_from_a_pdf_to_an_exported_network(
    tmp_path: Path, shell: dict[str, str]
) -> None:
    """All its commands, one after the other, in one shell."""
    run("set -e\n" + "\n".join(commands("docs/tutorial.md")), tmp_path, shell)
    made = {path.name for path in (tmp_path / "tutorial").iterdir()}
    assert {"mine-tables", "omissions.xlsx", "report.html", "cascade.gexf"} <= made


@pytest.mark.slow
@pytest.mark.parametrize("name", ["docs/formats.md", "wpnet/data/demo.md"])
def test_other_pages_run(tmp_path: Path, shell: dict[str, str], name: str) -> None:
    """Exports and the commands of the working folder's own README."""
    lay_out_demo(tmp_path / "copy")
    run("set -e\n" + "\n".join(commands(name)), tmp_path / "copy", shell)


def test_the_citation_is_complete_and_of_this_version() -> None:
    """The keys that the format asks for, and those by which a paper cites."""
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    for key in ("message", "title", "abstract", "type", "license", "keywords", "date-released"):
        assert citation[key]
    assert citation["authors"]
    assert all({"name"} == set(author) for author in citation["authors"])
    assert citation["version"] == __version__
    for name in ("README.md", "README.zh.md"):
        assert f"(version {__version__})" in text_of(name)


@pytest.mark.parametrize("file", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[0-9]*.yml")))
def test_an_issue_form_asks_for_what_is_needed(file: Path) -> None:
    """Name, description and labelled questions, with ids that are unique."""
    form = yaml.safe_load(file.read_text("utf-8"))
    assert form["name"]
    assert form["description"]
    ids = [question["id"] for question in form["body"]]
    assert len(set(ids)) == len(ids)
    assert all(question["attributes"]["label"] for question in form["body"])


def test_hooks_before_a_commit_fetch_nothing() -> None:
    """Only local hooks, run by the environment of the checkout."""
    repos = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]
    assert {repo["repo"] for repo in repos} == {"local"}
    for hook in (hook for repo in repos for hook in repo["hooks"]):
        assert hook["entry"].startswith(".venv/bin/python -m ")
        assert hook["language"] == "system"

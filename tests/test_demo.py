"""From a wheel, without the checkout and without a network: the demo lays out what runs."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from wpnet import __version__, read_plan
from wpnet.demo import demo_files, lay_out_demo
from wpnet.errors import CorpusError
from wpnet.reading.manifest import read_manifest

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", "*.egg-info", "build")


def sums(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a folder."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_the_demo_holds_plans_manifest_tables_labels_notebooks_and_an_example(
    tmp_path: Path,
) -> None:
    """Every file is that of the checkout, byte for byte, and the folder says what is in it."""
    folder = tmp_path / "new" / "d"
    lay_out_demo(folder)
    for part in ("data/raw", "data/processed", "data/labels"):
        assert sums(folder / part) == sums(ROOT / part)
    plans = [plan for plan in read_manifest(folder / "data" / "raw").plans if plan.held]
    assert all((folder / "data" / "raw" / plan.source_file).exists() for plan in plans)
    assert list((folder / "notebooks").glob("*.ipynb"))
    assert (folder / "docs" / "example" / "my-district.pdf").exists()
    assert "wpnet omissions" in (folder / "README.md").read_text("utf-8")
    assert not [name for name in sums(folder) if name.split("/")[-1].startswith(".")]


def test_notebooks_read_only_what_the_demo_has(tmp_path: Path) -> None:
    """Every relative path in a code cell leads into the folder."""
    lay_out_demo(tmp_path)
    for notebook in (tmp_path / "notebooks").glob("*.ipynb"):
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
        for path in re.findall(r"\"(\.\./[^\"]+)\"", code):
            assert (notebook.parent / path).exists(), f"{notebook.name}: {path}"


def test_the_example_is_a_base_plan_as_an_office_prints_it() -> None:
    """The PDF of the tutorial says the same, sentence for sentence, as the text it was made of."""
    printed = read_plan(ROOT / "docs" / "example" / "my-district.pdf")
    text = read_plan(ROOT / "data" / "raw" / f"{printed.plan.plan_id}.txt")
    assert [entry.requirement_id for entry in printed.requirements] == [
        entry.requirement_id for entry in text.requirements
    ]
    assert [entry.text for entry in printed.requirements] == [
        entry.text for entry in text.requirements
    ]


@pytest.mark.parametrize("name", ["thesis.docx", ".hidden"])
def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path, name: str) -> None:
    """One sentence, and nothing is touched."""
    (tmp_path / name).write_bytes(b"years of work")
    with pytest.raises(CorpusError, match="not empty; name a new or empty folder"):
        lay_out_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A file is not replaced either."""
    (tmp_path / "d").write_bytes(b"mine")
    with pytest.raises(CorpusError, match="not empty"):
        lay_out_demo(tmp_path / "d")
    assert (tmp_path / "d").read_bytes() == b"mine"


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle: a sentence, no half a folder."""
    copied = []

    def full(source: Path, target: Path) -> None:
        if len(copied) == 3:
            raise OSError(28, "No space left on device")
        copied.append(target)
        Path(target).write_bytes(b"")

    monkeypatch.setattr("wpnet.demo.shutil.copyfile", full)
    with pytest.raises(CorpusError, match="No space left"):
        lay_out_demo(tmp_path / "d")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which a wheel was installed that was built from the source distribution."""
    base = tmp_path_factory.mktemp("wheel")
    source, unpacked = base / "checkout", base / "unpacked"
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    backend = "from setuptools import build_meta as b; print(b.build_sdist({!r}))"
    python(source, "-c", backend.format(str(base)))
    (sdist,) = base.glob("*.tar.gz")
    shutil.unpack_archive(sdist, unpacked)
    (inner,) = unpacked.iterdir()
    wheels = ("--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(base))
    python(inner, "-m", "pip", "wheel", "--quiet", *wheels, ".")
    (wheel,) = base.glob("*.whl")
    into = ("--no-deps", "--no-index", "--no-compile", "--target", str(base / "site"))
    python(base, "-m", "pip", "install", "--quiet", *into, str(wheel))
    return base / "site"


def python(folder: Path, *arguments: str, site: Path | None = None) -> str:
    """Run this Python in a folder; with ``site`` it sees that folder instead of the checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    flags = []
    if site is not None:
        libraries = [str(site), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
        environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(libraries))
        flags = ["-S"]  # no .pth file leads back to the checkout
    done = subprocess.run(
        [sys.executable, *flags, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_wheel_carries_the_demo_once_and_nothing_of_the_tests(installed: Path) -> None:
    """Templates, font, tables of names and the demo are in it; tests and tools are not."""
    (wheel,) = installed.parent.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name.removeprefix("wpnet/_demo/") for name in names if "/_demo/" in name}
    assert packed == {path.as_posix() for _, path in demo_files()}
    data = [file for part in ("data", "templates") for file in (ROOT / "wpnet").rglob(f"{part}/*")]
    assert {file.relative_to(ROOT).as_posix() for file in data if file.is_file()} <= set(names)
    assert not [name for name in names if name.startswith(("tests", "tools", "build"))]
    assert not [name for name in names if name.endswith((".pyc", ".DS_Store"))]


@pytest.mark.slow
def test_an_installed_wheel_lays_out_builds_and_answers(installed: Path, tmp_path: Path) -> None:
    """Issue 8: `wpnet demo d && cd d && wpnet build && wpnet report`, without the checkout."""
    where = python(tmp_path, "-c", "import wpnet; print(wpnet.__file__)", site=installed)
    assert Path(where.strip()).is_relative_to(installed)

    def wpnet(folder: Path, *arguments: str) -> str:
        return python(folder, "-m", "wpnet", *arguments, site=installed)

    assert wpnet(tmp_path, "--version") == f"wpnet {__version__}\n"
    wpnet(tmp_path, "demo", "d")
    folder = tmp_path / "d"
    before = sums(folder / "data" / "processed")
    wpnet(folder, "build")
    assert sums(folder / "data" / "processed") == before
    wpnet(folder, "report")
    assert [name for name in sums(folder) if name.endswith(".html")]
    wpnet(folder, "export", "cascade.gexf")
    assert (folder / "cascade.gexf").stat().st_size > 100_000
    assert "NOT FOUND" in wpnet(
        folder, "omissions", "--from", "shanghai-hrss-2023", "--to", "qingpu-hrss-2024"
    )


@pytest.mark.slow
def test_a_notebook_runs_in_the_demo_of_an_installed_wheel(installed: Path, tmp_path: Path) -> None:
    """The first notebook runs in its own folder and saves its figures there."""
    lay_out_demo(tmp_path / "d")
    (notebook, *_) = sorted((tmp_path / "d" / "notebooks").glob("*.ipynb"))
    python(
        tmp_path / "d" / "notebooks",
        *(str(ROOT / "tools" / "run_notebooks.py"), notebook.name),
        site=installed,
    )
    outputs = [
        output
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
    ]
    assert outputs
    assert list((notebook.parent / "figures").glob("*.png"))

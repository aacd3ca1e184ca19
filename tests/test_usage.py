"""Wrong usage is answered with the nearest right one, and shells complete what there is."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

import pytest

from wpnet.completion import SHELLS, completion_script
from wpnet.errors import WpnetError
from wpnet.usage import SuggestingParser

ROOT = Path(__file__).parents[1]


def parser() -> argparse.ArgumentParser:
    """A parser like that of wpnet, with a command of each kind."""
    top = SuggestingParser(prog="wpnet")
    commands = top.add_subparsers(metavar="COMMAND", required=True, dest="command")
    omissions = commands.add_parser("omissions")
    omissions.add_argument("--from", dest="source", metavar="PLAN")
    omissions.add_argument("--to", dest="target", metavar="PLAN")
    omissions.add_argument("--format", choices=("text", "json", "csv"))
    trace = commands.add_parser("trace")
    trace.add_argument("requirement", metavar="REQUIREMENT")
    check = commands.add_parser("check")
    check.add_argument("files", nargs="+", metavar="FILE")
    review = commands.add_parser("review").add_subparsers(metavar="ACTION", dest="action")
    review.add_parser("export").add_argument("--out", metavar="FILE")
    review.add_parser("import").add_argument("file", metavar="FILE")
    return top


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("omisions", "did you mean omissions?"),
        ("ommissions --from a", "did you mean omissions?"),
        ("xyz", "choose from omissions, trace, check, review"),
        ("omissions --form a", "did you mean --format, --from?"),
        ("omissions --formatt=json", "did you mean --format"),
        ("omissions --fro a", "did you mean --from"),
        ("omissions --format jsno", "did you mean json?"),
        ("review exprt", "did you mean export?"),
        ("trace a b", "'b' is not understood; see --help"),
    ],
)
def test_a_typing_error_is_answered_with_what_was_meant(
    capsys: pytest.CaptureFixture[str], line: str, hint: str
) -> None:
    """Status 2, the usage, and one sentence with the nearest command, option or value."""
    with pytest.raises(SystemExit) as stop:
        parser().parse_args(line.split())
    assert stop.value.code == 2
    err = capsys.readouterr().err
    assert hint in err
    assert err.startswith("usage: wpnet")


def test_right_usage_is_parsed_as_ever() -> None:
    """Suggestions change nothing for those who type well."""
    found = parser().parse_args(["omissions", "--from", "a", "--to", "b", "--format", "csv"])
    assert (found.command, found.source, found.target, found.format) == (
        "omissions",
        "a",
        "b",
        "csv",
    )


def complete(shell: str, line: str, folder: Path) -> list[str]:
    """Return what the shell offers at the end of a command line."""
    script = folder / "completion.sh"
    script.write_text(completion_script(parser(), shell), "utf-8")
    words = line.split(" ")
    shown = " ".join(f"'{word}'" for word in words)
    code = f"COMP_WORDS=({shown}); COMP_CWORD={len(words) - 1}; _wpnet; "
    code += 'printf "%s\\n" "${COMPREPLY[@]}"'
    manner = "emulate sh; " if shell == "zsh" else ""  # as bashcompinit calls a function
    code = f"source '{script}'; {manner}{code}"
    done = subprocess.run(
        [shell, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    offered = done.stdout.split()
    if shell == "zsh":  # which itself leaves out what does not begin like the word
        offered = [word for word in offered if word.startswith(words[-1])]
    return offered


LINES = [
    ("wpnet omi", ["omissions"]),
    ("wpnet ", ["omissions", "trace", "check", "review", "--help", "--version"]),
    ("wpnet omissions --f", ["--from", "--format"]),
    ("wpnet omissions --format ", ["text", "json", "csv"]),
    ("wpnet omissions --from minhang", ["minhang-hrss-2025"]),
    ("wpnet trace minhang-hrss-2025#1.1.", [f"minhang-hrss-2025#1.1.{n}" for n in range(1, 6)]),
    ("wpnet check comp", ["completion.sh"]),
    ("wpnet review ex", ["export"]),
    ("wpnet review import comp", ["completion.sh"]),
]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("line", "offered"), LINES)
def test_the_shell_completes_commands_options_values_and_ids(
    tmp_path: Path, shell: str, line: str, offered: list[str]
) -> None:
    """Ids come from the tables of the folder in which the user stands."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not on this machine")
    shutil.copytree(ROOT / "data" / "processed", tmp_path / "data" / "processed")
    assert complete(shell, line, tmp_path) == offered


def test_without_tables_the_shell_offers_no_ids(tmp_path: Path) -> None:
    """Nothing is offered and nothing complains where nothing was built."""
    assert complete("bash", "wpnet omissions --from ", tmp_path) == []


def test_another_shell_is_refused_by_name() -> None:
    """The sentence names the shells there are."""
    with pytest.raises(WpnetError, match="no completion for 'fish'; name one of bash, zsh"):
        completion_script(parser(), "fish")

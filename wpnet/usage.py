"""Wrong usage, answered with the nearest right one."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn


class SuggestingParser(argparse.ArgumentParser):
    """A parser that names the nearest command, option or value, and exits with status 2.

    Options must be written out: ``--fro`` is a typing error, not ``--from``.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **options})

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse as usual, but explain an option that is not known."""
        found, rest = self.parse_known_args(args, namespace)
        if rest:
            self.error(unknown_message(rest[0], _options(self, found)))
        return found

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Replace the list of all choices by the nearest ones; called by argparse."""
        if action.choices is not None and value not in action.choices:
            names = [str(choice) for choice in action.choices]
            raise argparse.ArgumentError(action, choice_message(str(value), names))

    def error(self, message: str) -> NoReturn:
        """Say how the command is used and what was wrong; exit with status 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}\n")


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three of the known names that ``name`` may have been meant to be, best first.

    >>> nearest("omisions", ["build", "omissions", "trace"])
    ['omissions']
    """
    return difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.6)


def choice_message(value: str, choices: Sequence[str]) -> str:
    """Say which value is meant, or which there are.

    >>> choice_message("jsno", ["text", "json"])
    "no such choice 'jsno'; did you mean json?"
    """
    near = nearest(value, choices)
    hint = f"did you mean {', '.join(near)}?" if near else f"choose from {', '.join(choices)}"
    return f"no such choice {value!r}; {hint}"


def unknown_message(word: str, options: Iterable[str]) -> str:
    """Say that a word on the command line is not understood, and which option is near it.

    >>> unknown_message("--form", ["--from", "--to"])
    "'--form' is not understood; did you mean --from?"
    """
    bare = {option.lstrip("-"): option for option in options}
    near = [bare[name] for name in nearest(word.partition("=")[0].lstrip("-"), bare)]
    hint = f"did you mean {', '.join(near)}?" if near else "see --help"
    return f"{word!r} is not understood; {hint}"


def _options(parser: argparse.ArgumentParser, found: argparse.Namespace) -> Iterator[str]:
    """Yield the options of a parser and of the command that was chosen."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            chosen = action.choices.get(getattr(found, action.dest, None) or "")
            if chosen is not None:
                yield from _options(chosen, found)
        else:
            yield from action.option_strings

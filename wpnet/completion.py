"""A completion script for bash and zsh, made from the commands as they are.

Install it with ``eval "$(wpnet completion bash)"`` in ``~/.bashrc`` (``zsh`` in ``~/.zshrc``). The
script needs no package and does not start Python at every press of the tab key: commands, options
and choices stand in it, ids of plans and requirements are read from ``data/processed/``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from wpnet.errors import WpnetError

SHELLS = ("bash", "zsh")
#: Metavar -> the table whose first column completes it.
TABLE_OF = {"PLAN": "plans", "REQUIREMENT": "requirements"}
_ZSH = """\
autoload -Uz compinit bashcompinit
(( $+functions[compdef] )) || compinit -i
bashcompinit
"""
_HEAD = """\
# Completion of wpnet, written by `wpnet completion`.
_wpnet_ids() {
  local found=data/processed/$1.csv
  [ -r "$found" ] && tail -n +2 "$found" | cut -d, -f1 | grep -E '^[^ "]+-[^ "]+$'
}
_wpnet() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= ids= files=
  case "${COMP_WORDS[1]} $before" in
"""
_MIDDLE = """\
    *) case "${COMP_WORDS[1]}" in
"""
_TAIL = """\
    esac ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && ids= files= words="COMMANDS"
  [ -n "$ids" ] && words="$words $(_wpnet_ids "$ids")"
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [ -n "$files" ] && COMPREPLY+=($(compgen -f -- "$word"))
  return 0
}
complete -o filenames -F _wpnet wpnet
"""


def completion_script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the completion script of a parser with commands.

    Raises:
        WpnetError: there is no script for this shell.
    """
    if shell not in SHELLS:
        raise WpnetError(f"no completion for {shell!r}; name one of {', '.join(SHELLS)}")
    commands = commands_of(parser)
    script = [_HEAD]
    for name, command in commands.items():
        script += [f'    "{name} {option}") {what} ;;\n' for option, what in _values(command)]
    script.append(_MIDDLE)
    script += [f"      {name}) {_arguments(command)} ;;\n" for name, command in commands.items()]
    script.append(_TAIL.replace("COMMANDS", " ".join([*commands, "--help", "--version"])))
    return (_ZSH if shell == "zsh" else "") + "".join(script)


def commands_of(parser: argparse.ArgumentParser) -> Mapping[str, argparse.ArgumentParser]:
    """Return the parsers of the commands by their names, in order.

    A command with commands of its own (``review export``) stands here under its first word.
    """
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _values(command: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield every option that takes a value, with the shell words that say what completes it."""
    for action in _all_actions(command):
        if action.option_strings and action.nargs != 0:
            for option in action.option_strings:
                yield option, _completed_by(action)


def _arguments(command: argparse.ArgumentParser) -> str:
    """Return the shell words that say what a command takes besides values of options."""
    options = [option for action in _all_actions(command) for option in action.option_strings]
    options += commands_of(command)
    others = [_completed_by(action) for action in _all_actions(command) if _is_argument(action)]
    words = " ".join(dict.fromkeys(options))
    return " ".join([f'words="{words}"', *(other for other in others if "words" not in other)])


def _is_argument(action: argparse.Action) -> bool:
    return not action.option_strings and not isinstance(action, argparse._SubParsersAction)


def _all_actions(command: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    yield from command._actions
    for inner in commands_of(command).values():
        yield from inner._actions


def _completed_by(action: argparse.Action) -> str:
    """Return what completes a value: choices, ids of a table, else the names of files."""
    if action.choices is not None:
        return f'words="{" ".join(map(str, action.choices))}"'
    table = TABLE_OF.get(action.metavar if isinstance(action.metavar, str) else "")
    return f"ids={table}" if table else "files=yes"

"""All regular expressions of the reading, and texts that make a careless one backtrack.

A pattern is collected where it stands: as a constant of a module (alone or in a tuple, list or
dictionary), or as the first argument of a call such as ``re.sub(…)`` inside a function.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType, ModuleType
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import wpnet.reading

CALLS = frozenset(("search", "match", "fullmatch", "finditer", "findall", "sub", "split"))
WAYS = ("match", "fullmatch", "search")
EXAMPLES = 6  # texts that a pattern matches, from which hostile ones are made
PLACES = 8  # characters of such a text that are repeated one by one
SHORT, FACTOR = 1_000, 4
# Below this time no growth is judged, because noise would decide; a quadratic pattern takes more.
FLOOR = 0.003
# A text four times as long takes four times as long; sixteen times would be quadratic.
STEEPEST = 9.0
GIVEN_UP = 5.0  # seconds for one search: what takes longer would never end


def modules(package: ModuleType = wpnet.reading) -> Iterator[ModuleType]:
    """Yield the modules of a package, its sub-packages' too."""
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(found.name)


@dataclass(frozen=True)
class Found:
    """A pattern and how the reading uses it: ``match``, ``fullmatch``, else ``search``."""

    pattern: re.Pattern[Any]
    uses: frozenset[str]


def collect() -> dict[str, Found]:
    """Return the patterns of the reading by the place where each stands."""
    found: dict[str, Found] = {}
    sources = {module: inspect.getsource(module) for module in modules()}
    whole = "\n".join(sources.values())
    for module, source in sources.items():
        short = module.__name__.removeprefix("wpnet.reading.")
        for name in assigned(source):
            for place, pattern in enumerate(_inside(vars(module)[name])):
                number = f".{place}" if place else ""
                found[f"{short}.{name}{number}"] = Found(pattern, uses_of(name, whole))
        for line, use, pattern in called(source, vars(module)):
            found[f"{short} line {line}"] = Found(pattern, frozenset((use,)))
    return found


def assigned(source: str) -> Iterator[str]:
    """Yield the names that a module gives to constants."""
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def uses_of(name: str, source: str) -> frozenset[str]:
    """Return the ways in which a source uses a pattern; all where it does not say."""
    called = re.findall(rf"\b{name}\.({'|'.join(sorted(CALLS))})\b", source)
    ways = {call if call in WAYS else "search" for call in called}
    return frozenset(ways or WAYS)


def _inside(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list, set, frozenset)):
        for entry in value:
            yield from _inside(entry)
    elif isinstance(value, dict):
        for entry in value.values():
            yield from _inside(entry)


def called(source: str, names: dict[str, Any]) -> Iterator[tuple[int, str, re.Pattern[Any]]]:
    """Yield line, use and pattern of every ``re`` call in a source; ``names`` are its constants."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in CALLS
        ):
            words = eval(compile(ast.Expression(node.args[0]), "<pattern>", "eval"), dict(names))
            use = node.func.attr if node.func.attr in WAYS else "search"
            yield node.lineno, use, words if isinstance(words, re.Pattern) else re.compile(words)


def hostile(pattern: re.Pattern[Any], length: int) -> Iterator[tuple[str, str | bytes]]:
    """Yield texts of a length that a pattern nearly matches, again and again, with their recipe."""
    for recipe, head, pump, tail in dict.fromkeys(_recipes(pattern)):
        if pump:
            yield recipe, head + pump * (length // len(pump)) + tail


def _recipes(pattern: re.Pattern[Any]) -> Iterator[tuple[str, Any, Any, Any]]:
    """Yield head, repeated part and tail: whole matches, near-misses, and each of their characters.

    The tail is a character that no pattern expects, so that what began as a match fails.
    """
    nothing: Any = b"" if isinstance(pattern.pattern, bytes) else ""
    wrong: Any = b"\x01" if isinstance(pattern.pattern, bytes) else "\x01"
    for text in matching(pattern):
        for tail in (nothing, wrong):
            yield f"{text!r} repeated", nothing, text, tail
            yield f"{text[:-1]!r} repeated", nothing, text[:-1], tail
            yield f"{text[1:]!r} repeated", nothing, text[1:], tail
        for at in _spread(len(text)):
            one, two = text[at : at + 1], text[at : at + 2]
            yield f"{text[:at]!r} and {one!r} repeated", text[:at], one, wrong
            yield f"{text[:at]!r} and {two!r} repeated", text[:at], two, wrong
            yield f"{one!r} repeated", nothing, one, nothing


def _spread(length: int) -> Iterator[int]:
    """Yield some places of a text, spread over it."""
    yield from range(0, length, max(1, length // PLACES))


def matching(pattern: re.Pattern[Any]) -> list[Any]:
    """Return short texts that a pattern matches, always the same ones."""
    found: list[Any] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.from_regex(pattern))
    def note(text: Any) -> None:
        match = pattern.search(text)
        found.append(match.group()[:80] if match and match.group() else text[:80])

    note()
    return list(dict.fromkeys(found))


# --- time ----------------------------------------------------------------------------------------


class _Endless(Exception):
    """Raised in a search that does not come to an end."""


def steepest(found: Found) -> tuple[float, str]:
    """Return by how much a pattern's time grows on the worst text, and that text's recipe.

    The first text on which it grows too fast settles it. The growth is that of a text ``FACTOR``
    times as long: 0 where even that takes no time, infinite where the search was given up.
    """

    def each(text: Any) -> None:
        for _ in found.pattern.finditer(text):
            pass

    ways = {"search": each, "match": found.pattern.match, "fullmatch": found.pattern.fullmatch}
    worst = (0.0, "")
    shorts, longs = hostile(found.pattern, SHORT), hostile(found.pattern, SHORT * FACTOR)
    for (recipe, short), (_, long) in zip(shorts, longs, strict=True):
        for use in sorted(found.uses):
            worst = max(worst, (_growth(ways[use], short, long), f"{use} on {recipe}"))
            if worst[0] >= STEEPEST:
                return worst
    return worst


def _growth(use: Callable[[Any], object], short: Any, long: Any) -> float:
    """Return how many times longer the long text takes; a bad figure is measured again."""
    if _seconds(use, short) == float("inf"):
        return float("inf")
    if (long_time := _seconds(use, long)) < FLOOR:
        return 0.0
    ratio = long_time / max(_seconds(use, short), 1e-6)
    if ratio < STEEPEST:
        return ratio
    times = [(_seconds(use, short), _seconds(use, long)) for _ in range(5)]
    return min(after for _, after in times) / max(min(before for before, _ in times), 1e-6)


def _seconds(use: Callable[[Any], object], text: Any) -> float:
    """Return the processor time of a search, infinite if it does not end."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise _Endless

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, GIVEN_UP)
    began = time.thread_time()
    try:
        use(text)
    except _Endless:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return time.thread_time() - began

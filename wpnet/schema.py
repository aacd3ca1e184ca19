"""Values that come from outside this process, checked by the types of the records they become.

JSON holds nothing that could run; what it may hold besides is said by the type hints of the record:
every field there and of its type, no other field, words only of those allowed.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
Check = Callable[[Any, str], Any]
_SHOWN = 40


class WrongShape(ValueError):
    """A value does not have the shape of the record that it should become."""


def checked(kind: type[Record], value: Any, where: str = "value") -> Record:
    """Return a JSON value as a record.

    Args:
        kind: a dataclass, named tuple, or any type built from ``str``, ``int``, ``float``,
            ``bool``, ``None``, literals, tuples, lists and dictionaries with text keys.
        where: how an error names the value.

    Raises:
        WrongShape: a field that is missing, unknown or of another type.

    Example:
        >>> from wpnet.model import Cell
        >>> checked(Cell, {"table": 1, "row": 2, "column": 3, "row_span": 1, "column_span": 1})
        Cell(table=1, row=2, column=3, row_span=1, column_span=1)
        >>> checked(list[int], [1, "2"])
        Traceback (most recent call last):
            ...
        wpnet.schema.WrongShape: value[1] is '2', not int
    """
    shape: Any = kind
    found: Record = _check(shape)(value, where)
    return found


@functools.cache
def _check(kind: Any) -> Check:
    """Return what checks values of a type, made once."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind in (str, int, bool, type(None)):
        return functools.partial(_plain, kind)
    if kind is float:
        return _number
    if kind is Any:
        return lambda value, _: value
    if origin is Literal:
        return functools.partial(_word, frozenset(arguments))
    if origin in (Union, types.UnionType):
        return functools.partial(_either, tuple(map(_check, arguments)))
    if origin in (list, Sequence) or (origin is tuple and arguments[1:] == (Ellipsis,)):
        made = list if origin is list else tuple
        return functools.partial(_many, made, _check(arguments[0]))
    if origin is tuple:
        return functools.partial(_fixed, tuple(map(_check, arguments)))
    if origin in (dict, Mapping):
        return functools.partial(_by_name, _check(arguments[1]))
    hints = get_type_hints(kind)
    names = (
        [field.name for field in dataclasses.fields(kind)]
        if dataclasses.is_dataclass(kind)
        else list(kind._fields)
    )
    return functools.partial(_record, kind, {name: _check(hints[name]) for name in names})


def _wrong(value: Any, where: str, wanted: str) -> WrongShape:
    shown = repr(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    return WrongShape(f"{where} is {shown}, not {wanted}")


def _plain(kind: type[Any], value: Any, where: str) -> Any:
    if type(value) is not kind:
        raise _wrong(value, where, kind.__name__)
    return value


def _number(value: Any, where: str) -> float:
    if type(value) not in (float, int):
        raise _wrong(value, where, "float")
    return float(value)


def _word(words: frozenset[Any], value: Any, where: str) -> Any:
    if type(value) is not str or value not in words:
        raise _wrong(value, where, f"one of {', '.join(sorted(map(str, words)))}")
    return value


def _either(checks: Sequence[Check], value: Any, where: str) -> Any:
    for check in checks[:-1]:
        try:
            return check(value, where)
        except WrongShape:
            continue
    return checks[-1](value, where)


def _many(made: Callable[[Any], Any], check: Check, value: Any, where: str) -> Any:
    if not isinstance(value, list):
        raise _wrong(value, where, "list")
    return made(check(one, f"{where}[{at}]") for at, one in enumerate(value))


def _fixed(checks: Sequence[Check], value: Any, where: str) -> Any:
    if not isinstance(value, list) or len(value) != len(checks):
        raise _wrong(value, where, f"list of {len(checks)}")
    return tuple(
        check(one, f"{where}[{at}]")
        for at, (check, one) in enumerate(zip(checks, value, strict=True))
    )


def _by_name(check: Check, value: Any, where: str) -> Any:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise _wrong(value, where, "dictionary")
    return {name: check(one, f"{where}.{name}") for name, one in value.items()}


def _record(kind: Callable[..., Any], fields: Mapping[str, Check], value: Any, where: str) -> Any:
    if not isinstance(value, dict) or value.keys() != fields.keys():
        odd = sorted(set(value) ^ set(fields)) if isinstance(value, dict) else []
        raise _wrong(value, where, f"a record ({', '.join(odd) or 'no fields'})")
    return kind(**{name: check(value[name], f"{where}.{name}") for name, check in fields.items()})

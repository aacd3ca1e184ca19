"""The side of a build that talks to a Dask cluster: a process of its own that unpickles nothing.

Dask's client unpickles what the scheduler and the workers send: types, exceptions, results. In this
process :func:`harmless_loads` stands in the place of ``pickle.loads`` before Dask is imported: it
makes plain values and built-in exceptions, and refuses every other name. What comes back is text.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import json
import pickle
import queue
import threading
from typing import Any

from wpnet.apart import get_frame, limit_self, put_frame, streams
from wpnet.building.messages import do

#: Seconds to wait for the scheduler to answer.
PATIENCE = 10
_PLAIN = {
    "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "set",
    "str", "tuple",
}  # fmt: skip
_MOST = 2**32


class Refused(pickle.UnpicklingError, TypeError):
    """A pickle names something that is no plain value."""


class _Harmless(pickle.Unpickler):
    """Makes plain values and built-in exceptions."""

    def find_class(self, module: str, name: str) -> Any:
        found = getattr(builtins, name, None) if module == "builtins" else None
        if found is None or not isinstance(found, type):
            raise Refused(f"{module}.{name} is not unpickled")
        if name not in _PLAIN and not issubclass(found, Exception):
            raise Refused(f"{module}.{name} is not unpickled")
        return found


def harmless_loads(data: Any, /, *, buffers: Any = None, **_: Any) -> Any:
    """Return what a pickle holds if it is a plain value.

    Raises :class:`Refused` for a name of anything else.

    >>> harmless_loads(pickle.dumps([1, "a"]))
    [1, 'a']
    >>> harmless_loads(pickle.dumps(print))
    Traceback (most recent call last):
        ...
    wpnet.building.far.Refused: builtins.print is not unpickled
    """
    return _Harmless(io.BytesIO(data), buffers=buffers).load()


def _unpickle_nothing() -> None:
    """Let no module of this process unpickle but by :func:`harmless_loads`, Dask above all."""
    replaced: Any = pickle
    replaced.loads = replaced._loads = harmless_loads
    replaced.load = replaced._load = lambda file, **_: harmless_loads(file.read())
    replaced.Unpickler = replaced._Unpickler = _Harmless


def serve(address: str) -> None:
    """Connect to a scheduler, then pass tasks on and answers back, until nobody asks any more."""
    asked, given = streams()
    limit_self()
    _unpickle_nothing()
    try:
        client = _connected(address)
    except (OSError, ValueError, TimeoutError) as fault:
        put_frame(given, _said("connect", fault))
        return
    try:
        put_frame(given, json.dumps({"workers": len(client.nthreads())}).encode())
        waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=_submit, args=(client, asked, waiting), daemon=True).start()
        while (future := waiting.get()) is not None:
            put_frame(given, _answer(future))
    except (OSError, EOFError):
        return
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=PATIENCE)


def _connected(address: str) -> Any:
    from distributed import Client

    connect: Any = Client
    return connect(address, timeout=PATIENCE, set_as_default=False)


def _submit(client: Any, asked: Any, waiting: queue.SimpleQueue[Any]) -> None:
    """Hand every task to the cluster as soon as it is asked for."""
    with contextlib.suppress(EOFError, ValueError, OSError):
        while True:
            message = get_frame(asked, _MOST)
            try:
                waiting.put(client.submit(do, message, pure=False))
            except Exception as fault:
                waiting.put(fault)
    waiting.put(None)


def _answer(future: Any) -> bytes:
    """Wait for the answer to a task."""
    if isinstance(future, Exception):
        return _said("lost", future)
    try:
        answer = future.result()
    except (ModuleNotFoundError, AttributeError) as fault:
        return _said("missing", fault)
    except Exception as fault:
        return _said("killed" if "KilledWorker" in repr(fault) else "lost", fault)
    if type(answer) is not str:
        return _said("odd", ValueError(type(answer).__name__))
    return json.dumps({"answer": answer}).encode()


def _said(kind: str, fault: BaseException) -> bytes:
    reason = (str(fault) or type(fault).__name__).splitlines()[0][:200]
    shown = "".join(letter for letter in reason if letter.isprintable())
    return json.dumps({"fault": kind, "said": shown}).encode()

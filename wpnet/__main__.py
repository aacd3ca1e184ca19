"""Run the command line: as ``python -m wpnet`` and as the program ``wpnet``."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run a command and return its exit status, also where an interrupt comes before it begins.

    Sums are made in one thread unless the environment says otherwise: the matrices are small, and
    threads that wait for each other on a busy machine take ten times the processor time.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _open_closed_streams()
    try:
        from wpnet.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("wpnet: interrupted; nothing was changed\n")
        return 130
    return run()


def _open_closed_streams() -> None:
    """Give standard streams that are closed (services, ``2>&-``) a place where nothing goes.

    Else the first file that is opened takes the number of one, and what is said ends up in it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


if __name__ == "__main__":
    sys.exit(main())

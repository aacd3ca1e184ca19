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
    try:
        from wpnet.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("wpnet: interrupted; nothing was changed\n")
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())

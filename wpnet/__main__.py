"""Run the command line: as ``python -m wpnet`` and as the program ``wpnet``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run a command and return its exit status, also where an interrupt comes before it begins."""
    try:
        from wpnet.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("wpnet: interrupted; nothing was changed\n")
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())

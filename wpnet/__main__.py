"""Run the command line as ``python -m wpnet``."""

import sys

from wpnet.cli import main

if __name__ == "__main__":
    sys.exit(main())

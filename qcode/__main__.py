"""`python -m qcode` is `qcode`."""

import sys

from qcode.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""Make the sample repository in a scratch folder and review its last commit: `make demo`."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from make_sample import make

COMMAND = ("qcode", "review", "HEAD~1")
FINDINGS = 1


def main() -> int:
    """Show the review of the sample; 0 where it found something, as it should."""
    folder = Path(tempfile.mkdtemp(prefix="qcode-demo-")) / "payments"
    make(folder)
    print(f"$ cd {folder}\n$ {' '.join(COMMAND)}", flush=True)
    program = Path(sysconfig.get_path("scripts")) / COMMAND[0]
    ended = subprocess.run([program, *COMMAND[1:]], cwd=folder).returncode
    print(f"\nqcode exited with {ended}: {'there are findings to look at' if ended == FINDINGS else 'see above'}.")
    print(f"The sample stays in {folder.parent} for you to try other commands in; delete it whenever you like.")
    print(f"qcode is {program}; put {program.parent} on your PATH to call it by its name.")
    return 0 if ended == FINDINGS else 1


if __name__ == "__main__":
    sys.exit(main())

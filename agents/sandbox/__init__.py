"""Commands, run away from everything: in a copy of the work tree, without a network, with limits.

types     what limits there are, and what a command left
place     where bubblewrap is, whether it can run, and what of this machine a command sees
filter    the system calls that are refused, as bytes for the kernel
git       how much of the git folder is shown
copy      the copy of the work tree, brought up to date before a command and looked at after it
running   one command from its start to the end of its last process
watch     what the processes of a command take together
output    the beginning and the end of a stream
sandbox   the door
"""

from __future__ import annotations

from agents.sandbox.sandbox import Sandbox, sandbox_of
from agents.sandbox.types import Limits, Ran

__all__ = ["Limits", "Ran", "Sandbox", "sandbox_of"]

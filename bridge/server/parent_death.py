"""No process outlives the one that started it, however that one ends and whenever.

What is left behind by a killed bridge holds its locks, and works on with the code of yesterday beside the next one.
Whoever starts a child says who it is; the child asks the kernel to be killed with it (prctl, Linux). Nothing is lost
by that: a bridge that is killed at any moment finds its work again.
"""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """End this process when the process `parent` dies, or now when it is dead already.

    For the kernel the parent is the *thread* that started us: it has to live as long as its process.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel knew of us: nobody would tell
        os._exit(1)

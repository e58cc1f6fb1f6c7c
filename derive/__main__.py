"""The program ``derive``, which ``python -m derive`` is as well.

A run is short. Collecting garbage while SymPy is imported, and taking its modules apart at the end, would be a third of
it, so the first is switched off and the second left out.
"""

import gc
import os
import sys


def program() -> None:
    """Run the command line in a process of its own, and end the process."""
    gc.disable()
    from derive.cli import main

    code: object = 0
    try:
        main()
    except SystemExit as leave:
        code = leave.code
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 1
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


if __name__ == "__main__":
    program()

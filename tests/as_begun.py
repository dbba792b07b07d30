"""How a process finds itself at its first line: `python -m tests.as_begun`. Forked or not, it is the same."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading

if __name__ == "__main__":
    try:
        print(asyncio.get_running_loop())
    except RuntimeError as error:
        print(error)
    print(threading.enumerate() == [threading.main_thread()], sys.argv, sys.path[0], os.getcwd(), __file__)
    print(sys.modules["__main__"].__file__, __package__, sorted(os.environ.items()))
    print([name for name in sorted(os.listdir("/proc/self/fd"), key=int) if os.path.exists(f"/proc/self/fd/{name}")])
    print([(each.name, signal.getsignal(each)) for each in signal.Signals], signal.set_wakeup_fd(-1))
    print(gc.isenabled(), gc.get_threshold(), logging.root.handlers, logging.root.level, os.umask(0))
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        print(stream.name, stream.fileno(), stream.mode, stream.encoding, stream.errors, stream.line_buffering)
    print(sys.stdin.read(), end="")
    print("Feil: åpen", file=sys.stderr)
    sys.exit(7)

"""Waiting for what other processes do, and ports for them."""

import contextlib
import socket
import time


def wait_until(condition, what, seconds=30):
    """Returns the first true value of condition()."""
    limit = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > limit:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def wait_for_line(process, log, pattern, seconds=30):
    """The groups of the pattern, once it stands in the log of the process."""

    def match():
        found = pattern.search(log.read_text())
        if found is None and process.poll() is not None:
            raise AssertionError(f"{process.args[0]} ended with {process.returncode}: {log.read_text()}")
        return found

    return wait_until(match, f"{pattern.pattern!r} in {log}", seconds).groups()


def free_ports(count):
    """Ports of loopback that nobody listens on now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]

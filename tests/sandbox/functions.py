"""What test_sandbox.py has run in the sandbox."""

import time


def size(head, data):
    return head["times"] * len(data)


def breaks(head, data):
    raise ValueError


def memory(head, data):
    return len(bytearray(600_000_000))


def waits(head, data):
    time.sleep(600)

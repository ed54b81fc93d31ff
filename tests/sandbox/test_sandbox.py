"""A stranger's bytes are read apart: few at once over all processes, bounded, and freed however a process ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

import sandbox

HOLD = "import sys, time; from pathlib import Path; import sandbox; sandbox.take_slot(Path(sys.argv[1]), 'a', 1); print('held', flush=True); time.sleep(60)"


def test_what_the_function_returns_comes_back():
    assert sandbox.run("tests.sandbox.functions:size", {"times": 2}, b"abc") == 6


def test_what_breaks_or_takes_too_much_is_told_apart_from_a_busy_machine():
    with pytest.raises(sandbox.TooMuch):
        sandbox.run("tests.sandbox.functions:breaks", {}, b"")
    with pytest.raises(sandbox.TooMuch):
        sandbox.run("tests.sandbox.functions:memory", {}, b"")
    with pytest.raises(sandbox.OutOfTime):
        sandbox.run("tests.sandbox.functions:waits", {}, b"", wall_seconds=0.1)


def test_no_more_slots_than_there_are_and_closing_frees_one(tmp_path):
    first, second = sandbox.take_slot(tmp_path / "new", "a", 2), sandbox.take_slot(tmp_path / "new", "a", 2)
    assert sandbox.take_slot(tmp_path / "new", "a", 2) is None
    assert sandbox.take_slot(tmp_path / "new", "b", 1) is not None
    os.close(first)
    assert sandbox.take_slot(tmp_path / "new", "a", 2) is not None
    os.close(second)


def test_a_slot_is_held_against_other_processes_and_freed_when_its_process_is_killed(tmp_path):
    """K8: the bound is over all processes of the host, and nothing has to be swept after a crash."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, cwd=sandbox.HOUSE)
    assert other.stdout.readline() == b"held\n"
    assert sandbox.take_slot(tmp_path, "a", 1) is None
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    assert sandbox.take_slot(tmp_path, "a", 1) is not None


def test_the_slot_belongs_to_the_work_and_not_to_who_began_it(tmp_path):
    """K8: a web process that is recycled in the middle doesn't let one more in."""
    slot = sandbox.take_slot(tmp_path, "a", 1)
    job = sandbox.start("tests.sandbox.functions:waits", {}, b"", slot=slot, wall_seconds=0.1)
    assert sandbox.take_slot(tmp_path, "a", 1) is None  # our own copy is closed; the process has the other
    with pytest.raises(sandbox.OutOfTime):
        job.finish()
    freed = sandbox.take_slot(tmp_path, "a", 1)
    while freed is None:
        time.sleep(0.01)
        freed = sandbox.take_slot(tmp_path, "a", 1)

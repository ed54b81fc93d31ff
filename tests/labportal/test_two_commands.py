"""The scripts behind `make run` and `make test` say what is wrong in a sentence and count honestly."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.clock import HUNG

SCRIPTS = Path(settings.BASE_DIR) / "scripts"
sys.path.insert(0, str(SCRIPTS))


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_told_with_its_owner_and_nothing_is_started(taken_port):
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "run.py")], env={**os.environ, "PORT": str(taken_port)}, capture_output=True, text=True, timeout=HUNG
    )
    assert done.returncode == 1
    assert f"Port {taken_port} is in use: taken by process {os.getpid()}" in done.stderr
    assert f"make run PORT={taken_port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["0", "http", "70000"])
def test_a_port_that_is_none_is_refused(port):
    done = subprocess.run(
        [sys.executable, str(SCRIPTS / "run.py")], env={**os.environ, "PORT": port}, capture_output=True, text=True, timeout=HUNG
    )
    assert done.returncode == 1
    assert "isn't a valid port" in done.stderr


def test_counts_of_a_run_come_from_its_report(tmp_path):
    import test

    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="9" failures="2" errors="1" skipped="1"/></testsuites>')
    assert test.counts(report) == (5, 3, 1)
    assert test.counts(tmp_path / "none.xml") == (0, 0, 0)


def test_a_step_without_tests_has_failed(monkeypatch):
    import test

    run = test.Run()
    monkeypatch.setattr(test.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 5))
    run.step("nothing")
    assert (run.passed, run.failed) == (0, 1)


def test_a_skipped_test_counts_as_failed():
    import test

    run = test.Run()
    run.note("some", passed=3, failed=1, skipped=1, seconds=1.0)
    assert (run.passed, run.failed, run.skipped) == (3, 1, 1)


@pytest.mark.django_db
def test_the_doctor_names_what_is_there(capsys):
    call_command("doctor", welcome="http://127.0.0.1:8000")
    output = capsys.readouterr().out
    assert "http://127.0.0.1:8000" in output
    assert "createsuperuser" in output

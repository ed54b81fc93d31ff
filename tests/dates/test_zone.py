"""The pinned zone data decides, whatever the machine has (shared/cases/D01)."""

import datetime
import json
import os
import shutil
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import tzdata
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from dates import zone
from dates.moments import stated
from tests.clock import HUNG

# Instants, and what a wall clock in Victoria shows. The clocks did not go back on 1 November 2026.
WALL_CLOCK = {
    "2026-10-20T18:00:00+00:00": "2026-10-20 11:00",
    "2026-11-02T18:00:00+00:00": "2026-11-02 11:00",
    "2026-12-01T18:00:00+00:00": "2026-12-01 11:00",
    "2027-01-15T17:00:00+00:00": "2027-01-15 10:00",
    "2026-01-15T17:00:00+00:00": "2026-01-15 09:00",
    "2027-03-01T07:30:00+00:00": "2027-03-01 00:30",
    "2028-02-29T13:00:00+00:00": "2028-02-29 06:00",
}
SHOWN = """
import datetime, json, sys
{first}
from django.utils import timezone
from dates import zone
from teams.models import Sprint
from celery import current_app
moments = [datetime.datetime.fromisoformat(text) for text in json.loads(sys.argv[1])]
review = Sprint(review_on=datetime.date(2027, 1, 15), review_at=datetime.time(10))
print(json.dumps({{
    "shown": [timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") for moment in moments],
    "celery": [moment.astimezone(current_app.timezone).strftime("%Y-%m-%d %H:%M") for moment in moments],
    "c library": [datetime.datetime.fromtimestamp(moment.timestamp()).strftime("%Y-%m-%d %H:%M") for moment in moments],
    "review": review.starts_at.astimezone(datetime.timezone.utc).isoformat(),
    "problem": zone.problem(),
}}))
"""
COMMAND = "import django; django.setup()"
WEB = "import labportal.wsgi"
WORKER = "from labportal.celery import app; app.loader.import_default_modules(); import django; django.setup()"


def old_zone_file() -> bytes:
    """A zone file as old ones are: an hour of summer time every year for ever."""
    rule = b"PST8PDT,M3.2.0,M11.1.0"
    kinds = struct.pack(">lbb", -8 * 3600, 0, 0) + b"PST\0"
    body = kinds
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    head = b"TZif2" + b"\0" * 15 + counts
    return head + body + head + body + b"\n" + rule + b"\n"


@pytest.fixture
def old_host(tmp_path):
    """A machine whose zone files know nothing of 2026."""
    folder = tmp_path / "zoneinfo" / "America"
    folder.mkdir(parents=True)
    (folder / "Vancouver").write_bytes(old_zone_file())
    return tmp_path / "zoneinfo"


@pytest.fixture
def old_package(tmp_path):
    """A `tzdata` package as it was before 2026, found before the pinned one."""
    package = tmp_path / "packages" / "tzdata"
    shutil.copytree(Path(tzdata.__file__).parent, package)
    (package / "zoneinfo" / "America" / "Vancouver").write_bytes(old_zone_file())
    return tmp_path / "packages"


def python(*arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "TZ", "PYTHONTZPATH"}}
    public = {
        "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "labportal.settings", "VAR_DIR": str(settings.VAR_DIR), "LOG_LEVEL": "ERROR",
        "DATABASE_URL": "sqlite://:memory:",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, *arguments], cwd=settings.BASE_DIR, env=kept | public | environment, capture_output=True, text=True,
        timeout=HUNG, check=False,
    )  # fmt: skip


def test_the_old_zone_file_of_these_tests_is_old(old_host):
    """Read as Python reads it by default, it is an hour off: without this the tests below would prove nothing."""
    code = "import datetime, zoneinfo; print(datetime.datetime(2026, 12, 1, 18, tzinfo=datetime.UTC).astimezone(zoneinfo.ZoneInfo('America/Vancouver')))"
    assert python("-c", code, PYTHONTZPATH=str(old_host)).stdout.startswith("2026-12-01 10:00")


@pytest.mark.parametrize("process", [COMMAND, WEB, WORKER], ids=["command", "web", "worker"])
def test_every_process_shows_the_clock_of_victoria_on_a_machine_with_old_zone_files(process, old_host):
    """K1, shared/cases/D01: also what Celery goes by; and a review at ten on 15 January is at 17:00 UTC."""
    done = python("-c", textwrap.dedent(SHOWN.format(first=process)), json.dumps(list(WALL_CLOCK)), PYTHONTZPATH=str(old_host))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["shown"] == list(WALL_CLOCK.values())
    assert answer["celery"] == list(WALL_CLOCK.values())
    assert answer["review"] == "2027-01-15T17:00:00+00:00"
    assert answer["problem"] == ""


def test_the_c_library_which_reads_the_machine_s_files_is_left_with_utc(old_host):
    """Log lines and naive times: right, if not Pacific."""
    done = python("-c", textwrap.dedent(SHOWN.format(first=COMMAND)), json.dumps(list(WALL_CLOCK)), PYTHONTZPATH=str(old_host))
    assert json.loads(done.stdout)["c library"] == [text[:10] + " " + text[11:16] for text in WALL_CLOCK]


def test_a_process_that_another_starts_asks_the_pinned_data_too(old_host):
    """By PYTHONTZPATH, also when it knows nothing of the portal."""
    code = "import labportal, subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', 'import sys, zoneinfo; sys.exit(bool(zoneinfo.TZPATH))']).returncode)"
    assert python("-c", code, PYTHONTZPATH=str(old_host)).returncode == 0


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "check"),
        ("manage.py", "send_due"),
        ("-c", "import labportal.wsgi"),
        ("-m", "celery", "-A", "labportal", "worker"),
        ("-m", "celery", "-A", "labportal", "beat", "-s", "FOLDER/beat"),
    ],
    ids=["check", "command", "web", "worker", "beat"],
)
def test_nothing_starts_with_zone_data_that_does_not_know_the_change_of_2026(command, old_package, tmp_path):
    """K1: a sentence with what to do, and an exit status."""
    command = [word.replace("FOLDER", str(tmp_path)) for word in command]
    done = python(*command, PYTHONPATH=str(old_package), REDIS_URL="redis://127.0.0.1:1/0")
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "puts America/Vancouver at UTC−8 on 2026-12-01; British Columbia has been at UTC−7 since 2026." in output
    assert "requirements/base.txt" in output


def test_without_the_pinned_package_nothing_starts_either(tmp_path):
    (tmp_path / "tzdata").mkdir()
    (tmp_path / "tzdata" / "__init__.py").touch()
    done = python("-c", "import labportal.wsgi", PYTHONPATH=str(tmp_path))
    assert done.returncode != 0
    assert "requirements/base.txt" in done.stderr


def test_this_very_process_goes_by_the_pinned_data():
    assert zone.problem() == ""
    assert zone.offset_at(zone.PROOF) == "UTC−7"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-12-01T13:31:07+00:00", "1 December 2026, 6:31:07 a.m. Pacific time (UTC−7)"),
        ("2026-01-15T20:00:00+00:00", "15 January 2026, noon Pacific time (UTC−8)"),
        ("2026-11-02T07:30:00+00:00", "2 November 2026, 12:30:00 a.m. Pacific time (UTC−7)"),
    ],
)
def test_proof_states_the_distance_from_utc(moment, words):
    """EL-27"""
    text = stated(datetime.datetime.fromisoformat(moment), seconds=True)
    assert text == words.replace("noon", "12:00:00 p.m.")


@given(st.integers(-14 * 60, 14 * 60))
def test_a_distance_from_utc_is_read_back_as_it_was_written(minutes):
    text = zone.written(datetime.timedelta(minutes=minutes)).removeprefix("UTC")
    hours, _colon, rest = text[1:].partition(":")
    assert (int(hours) * 60 + int(rest or 0)) * (-1 if text[0] == "−" else 1) == minutes

"""docker-compose.yml and Containerfile agree with the settings, as far as can be known without an engine."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
CONTAINERFILE = (ROOT / "Containerfile").read_text()
SETTINGS = (ROOT / "labportal" / "settings.py").read_text()
OURS = ("migrate", "web", "worker", "beat")
OF_PYTHON_AND_DJANGO = {"PATH", "HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "DJANGO_SETTINGS_MODULE"}


def read_by_settings() -> set[str]:
    return set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]*)"', SETTINGS))


def set_by_image() -> set[str]:
    block = re.search(r"^ENV (.*?[^\\])$", CONTAINERFILE, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"(?:^|\s)([A-Z_]+)=", block[1]))


def commands() -> list[list[str]]:
    image = json.loads(re.search(r"^CMD (\[.*\])$", CONTAINERFILE, re.MULTILINE)[1])
    return [image, *(COMPOSE["services"][name]["command"] for name in OURS if "command" in COMPOSE["services"][name])]


@pytest.mark.parametrize("name", OURS)
def test_every_variable_that_compose_sets_is_read_by_the_settings(name):
    assert set(COMPOSE["services"][name]["environment"]) <= read_by_settings()


def test_every_variable_that_the_image_sets_is_read_by_somebody():
    assert set_by_image() - OF_PYTHON_AND_DJANGO <= read_by_settings()
    assert {"STATIC_ROOT", "VAR_DIR", "HOME"} <= set_by_image()


def test_what_a_public_place_must_say_is_demanded():
    """D3-40: no default key, host or mail server slips into production."""
    environment = COMPOSE["services"]["web"]["environment"]
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL"):
        assert environment[name].startswith(f"${{{name}:?"), name
    assert "DEBUG" not in environment


def test_all_of_ours_run_from_one_image_built_here():
    images = {COMPOSE["services"][name]["image"] for name in OURS}
    assert images == {f"lab-portal:{settings.RELEASE}"}
    assert all(COMPOSE["services"][name]["build"]["dockerfile"] == "Containerfile" for name in OURS)
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == settings.RELEASE


def test_the_image_has_the_python_that_requirements_were_pinned_for():
    pinned = (ROOT / ".python-version").read_text().strip()
    assert set(re.findall(r"python:(\d+\.\d+)", CONTAINERFILE)) == {pinned}


def test_every_command_exists():
    for command in commands():
        if command[:2] == ["python", "manage.py"]:
            assert command[2] in get_commands()
        else:
            assert shutil.which(command[0], path=str(Path(sys.executable).parent)), command[0]
    assert ["celery", "-A", "labportal", "beat"] in [command[:4] for command in commands()]


def test_gunicorn_takes_the_house_s_options():
    """K8: gunicorn.conf.py is read wherever the web is started from the house's folder."""
    from gunicorn.workers import gthread

    command = commands()[0]
    printed = subprocess.run(
        [sys.executable, "-m", "gunicorn", *command[1:], "--print-config"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    options = dict(re.findall(r"^(\w+)\s+= (.*)$", printed.stdout, re.MULTILINE))
    expected = {"control_socket_disable": "True", "worker_tmp_dir": "/dev/shm", "workers": "2", "threads": "4"}  # noqa: S108 - a path in the container
    assert {name: options[name] for name in expected} == expected
    assert "web.serving.worker.Worker" in options["worker_class"]  # it builds on gthread's insides:
    assert callable(gthread.ThreadWorker.enqueue_req)
    assert gthread.DEFAULT_WORKER_DATA_TIMEOUT == 5.0  # what gunicorn.conf.py shortens is still called so


def test_no_web_process_migrates_and_all_wait_for_the_one_that_does():
    assert "migrate" not in " ".join(commands()[0])
    for name in ("web", "worker", "beat"):
        assert COMPOSE["services"][name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert "migrate" not in " ".join(COMPOSE["services"][name].get("command", []))
    assert COMPOSE["services"]["migrate"]["restart"] == "no"


@pytest.mark.django_db
def test_the_web_is_asked_the_ready_probe_which_the_portal_answers(client):
    probe = " ".join(COMPOSE["services"]["web"]["healthcheck"]["test"])
    assert "/health/ready" in probe
    assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("name", ["web", "worker", "beat", "database", "broker"])
def test_everything_that_keeps_running_is_watched(name):
    assert COMPOSE["services"][name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_nothing_of_ours_needs_to_write_outside_tmp_and_data(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a path in the container
    assert service["volumes"] == ["files:/data"]
    assert "USER 1001:0" in CONTAINERFILE


def test_beat_keeps_its_schedule_where_it_may_write():
    assert "--schedule=/tmp/celerybeat-schedule" in COMPOSE["services"]["beat"]["command"]


def test_addresses_inside_name_services_that_are_there():
    environment = COMPOSE["services"]["web"]["environment"]
    assert re.search(r"@(\w+):", environment["DATABASE_URL"])[1] in COMPOSE["services"]
    assert re.search(r"//(\w+):", environment["REDIS_URL"])[1] in COMPOSE["services"]


def test_the_image_holds_no_history_tests_or_secrets():
    """D3-40 (ASVS 13.4.1)."""
    ignored = (ROOT / ".containerignore").read_text().split()
    assert {".git", "tests", ".env", "var"} <= set(ignored)
    assert (ROOT / ".dockerignore").read_text().split() == ignored

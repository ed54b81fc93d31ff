"""The demo is no part of the product: its password is known to everybody (13.9)."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.template.loader import get_template

ASKED = "from labportal.settings import INSTALLED_APPS, TEMPLATES as t; print('demo' in INSTALLED_APPS, 'demo.' in str(t))"


def test_where_people_work_it_is_not_installed():
    assert "demo" not in settings.INSTALLED_APPS
    assert "demo.context" not in str(settings.TEMPLATES)


def test_with_debug_it_is_installed_and_pages_ask_it(tmp_path):
    environment = {"DEBUG": "1", "VAR_DIR": str(tmp_path), "PATH": ""}
    printed = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == ["True", "True"]


@pytest.mark.parametrize("name", ["demo/accounts.html", "demo/mail.html", "demo/styleguide.html"])
def test_its_templates_ask_for_no_tags_of_their_own(name):
    """A page that includes one must not break where the demo is not installed."""
    assert get_template(name)

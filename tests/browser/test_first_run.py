"""An empty installation leads from `createsuperuser` to the first residency, by its pages alone."""

import os

import pytest
from django.core.management import call_command

from people.models import User
from residencies.models import Residency

pytestmark = pytest.mark.browser


def test_from_createsuperuser_to_the_first_residency(page, axe, transactional_db, monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_SUPERUSER_PASSWORD", "seven quiet herons wade")
    call_command("createsuperuser", "--no-input", email="root@example.test", name="Tomasz Everden")

    page.goto("/")
    page.locator("[name=login]").fill("root@example.test")
    page.locator("[name=password]").fill("seven quiet herons wade")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Set up your portal").wait_for()
    axe(page)

    page.get_by_role("link", name="Choose your roles").click()
    page.get_by_label("Administrator").check()
    page.get_by_label("Lab operations").check()
    page.locator("[name=_save]").click()

    page.goto("/")
    page.get_by_role("link", name="Add ministries").click()
    page.locator("main").get_by_role("link", name="Import from CSV").click()
    page.get_by_label("Or paste the rows").fill("Ministry,Program area\nForests,Range Branch")
    page.get_by_role("button", name="Import").click()
    page.get_by_role("link", name="Range Branch").wait_for()
    axe(page)

    page.goto("/")
    page.get_by_role("link", name="Start an intake").first.click()
    page.get_by_label("Ministry").select_option(label="Forests")
    page.get_by_label("Program area").fill("Range Branch")
    page.locator("[name=product]").fill("Range Tenure Renewals")
    page.locator("[name=problem]").fill("Ranchers wait 40 days for a renewal.")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/intake/problem/")

    assert Residency.objects.get().program_area.name == "Range Branch"
    assert User.objects.get().has_role("admin")

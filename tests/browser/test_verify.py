"""Somebody was given a PDF and asks whether it is genuine: at a desk, on a phone, and without script."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connections

from agreements.models import AgreementVersion, SealedDocument
from agreements.sealing import pipeline
from sealing import files
from tests.agreements.factories import in_force
from tests.agreements.sealed import flipped
from tests.browser.conftest import widths

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def beside(work):
    """`work()` in a thread on this thread's connection: pyHanko runs a loop of its own, and Playwright's is running here."""
    shared = connections["default"]

    def run():
        connections["default"] = shared
        return work()

    shared.inc_thread_sharing()
    try:
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(run).result()
    finally:
        shared.dec_thread_sharing()


@pytest.fixture
def agreed(settings, tmp_path, live_server):
    settings.SITE_URL = live_server.url
    settings.VAR_DIR = tmp_path / "data"
    settings.SEAL_ALLOW_DEVELOPMENT = True
    version = AgreementVersion.objects.get(pk=in_force().pk)
    assert beside(pipeline.seal_due) == 1
    document = SealedDocument.objects.get(version=version)
    return SimpleNamespace(version=version, told=version.seal.told["verify_url"], sha256=document.sha256, data=files.sealed_bytes(document))


def give(page, data, name="agreement.pdf"):
    page.locator("input[type=file]").set_input_files(files=[{"name": name, "mimeType": "application/pdf", "buffer": data}])
    page.get_by_role("button", name="Check PDF").click()


def narrow(page):
    assert not page.locator("html").evaluate("html => html.scrollWidth > innerWidth")


@pytest.mark.parametrize("where", widths("phone", "page"))
def test_a_document_is_checked_by_code_by_file_and_by_fingerprint(where, request, agreed, axe):
    """EL-32: each page passes axe, and none is wider than the screen."""
    page = request.getfixturevalue(where)

    def look():
        axe(page)
        narrow(page)

    page.goto(agreed.told)
    page.get_by_role("heading", name="This wording is in force").wait_for()
    look()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Check that it is genuine").click()
    look()
    give(page, agreed.data)
    page.get_by_role("heading", name="Genuine, and in force").wait_for()
    look()
    give(page, flipped(agreed.data, len(agreed.data) // 2))
    page.get_by_role("heading", name="Altered").wait_for()
    look()
    page.get_by_role("textbox", name="Fingerprint").fill("12 34")
    page.get_by_role("button", name="Look up fingerprint").click()
    page.get_by_role("link", name="A fingerprint has 64 digits").click()
    look()
    assert page.get_by_role("textbox", name="Fingerprint").input_value() == "12 34"
    page.get_by_role("textbox", name="Fingerprint").fill(agreed.sha256.upper())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Genuine, and in force").wait_for()
    page.get_by_role("textbox", name="Fingerprint").fill("0" * 64)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Unknown to us").wait_for()
    look()


def test_it_works_without_script(plain, agreed):
    """EL-32"""
    plain.goto("/verify/")
    give(plain, agreed.data)
    plain.get_by_role("heading", name="Genuine, and in force").wait_for()

"""The library of tools and templates, and its versions (SP-09, PB-41)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from findings import Refused
from partnerships.guidance.actions import publish_version
from partnerships.models import PartnershipModel, Resource
from tests.factories import account
from tests.pages import text
from tests.partnerships.factories import guidance, resource
from tests.pdfs import PDF

pytestmark = pytest.mark.django_db


def test_the_library_lists_tools_by_model_and_says_what_is_being_prepared(as_owner):
    guidance()
    page = text(as_owner.get("/partnerships/library/"))
    assert page.index("Outreach 4") < page.index("Co-location 11") < page.index("All models 2")
    assert "Being prepared." in page
    tool = Resource.objects.get(code="feasibility-study")
    assert "There is no file or link yet." in text(as_owner.get(tool.get_absolute_url()))
    assert as_owner.get(f"{tool.get_absolute_url()}file/").status_code == 404


def test_a_new_version_replaces_the_last_and_links_to_that_keep_working(as_ops, ops):
    first = resource(by=ops)
    first.applies_to.add(PartnershipModel.objects.create(code="x", name="X"))
    second = publish_version(first, url="https://example.test/plan", by=ops)
    assert (second.version, second.supersedes, second.code, second.state) == (2, first, first.code, "available")
    assert [model.code for model in second.applies_to.all()] == ["x"]
    earlier = as_ops.get(first.get_absolute_url())
    assert "This is version 1." in text(earlier)
    assert second.get_absolute_url() in earlier.content.decode()
    file = as_ops.get(f"{first.get_absolute_url()}file/")
    assert (b"".join(file.streaming_content), file.headers["Content-Disposition"]) == (
        b"Room,Area\nLobby,40\n",
        'attachment; filename="plan.csv"',
    )
    listed = as_ops.get("/partnerships/library/").content.decode()
    assert second.get_absolute_url() in listed
    assert first.get_absolute_url() not in listed
    with pytest.raises(Refused) as refused:
        publish_version(first, url="https://example.test/other", by=ops)
    assert refused.value.codes == {"resource-replaced"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "resource-empty"),
        ({"url": "https://example.test", "file_name": "a.pdf", "content": PDF}, "resource-empty"),
        ({"url": "javascript:alert(1)"}, "unsafe-link"),
        ({"file_name": "a.pdf", "content": b"<html><script>"}, "file-kind"),
    ],
)
def test_only_a_checked_file_or_a_safe_link_is_published(ops, given, code):
    tool = resource(by=ops, published=False)
    with pytest.raises(Refused) as refused:
        publish_version(tool, **given, by=ops)
    assert refused.value.codes == {code}
    tool.refresh_from_db()
    assert tool.state == "being_prepared"


def test_lab_operations_add_a_tool_and_publish_a_file_on_its_page(as_ops):
    fields = {"title": "Greeter’s book", "code": "greeters", "kind": "example", "theme": "greeting"}
    added = as_ops.post("/partnerships/library/add/", fields, follow=True)
    tool = Resource.objects.get(code="greeters")
    assert "Publish a file or a link when it’s ready." in text(added)
    refused = as_ops.post(f"{tool.get_absolute_url()}publish/", {"url": ""})
    assert "Choose a file, or paste a link." in text(refused)
    file = SimpleUploadedFile("book.pdf", PDF)
    answer = as_ops.post(f"{tool.get_absolute_url()}publish/", {"file": file, "review_on": "2027-06-01"}, follow=True)
    assert "book.pdf" in text(answer)
    again = as_ops.post("/partnerships/library/add/", fields)
    assert "This code is already in use." in text(again)


def test_the_database_refuses_an_available_tool_without_file_or_link(ops):
    tool = resource(by=ops, published=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(pk=tool.pk).update(state="available")


def test_only_the_lab_and_administrators_publish(as_owner):
    tool = resource(published=False)
    assert as_owner.post(f"{tool.get_absolute_url()}publish/", {"url": "https://example.test"}).status_code == 403
    assert not account("viewer").has_perm("partnerships.keep_guidance")

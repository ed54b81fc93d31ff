"""What an administrator can do with templates, and can't do with agreements."""

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from acts.act import SYSTEM
from agreements.drafting import templates
from agreements.models import Signature, TemplateVersion
from ledger.models import Event
from tests.agreements.factories import circulated, draft, sign, to_sign
from tests.factories import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = account("admin")
    client.force_login(user)
    return user


def change_url(row):
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def posted(page):
    """Everything that the change page would send back."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    return {field.html_name: field.value() for form in forms for field in form if field.value() not in (None, False)}


def test_an_unpublished_version_is_edited_clause_by_clause_and_the_edit_is_on_record(client, admin):
    """EL-20, EL-07"""
    version = templates.make_template_version(templates.install_standard_template(by=SYSTEM), by=admin)
    page = client.get(change_url(version))
    data = posted(page)
    clause = version.clauses.order_by("section__number", "number").first()
    key = next(name for name, value in data.items() if name.startswith("clauses-") and value == clause.text)
    with zeal_ignore():  # Django's own formset looks each row up by its id
        response = client.post(change_url(version), {**data, key: "Other words.", "title": "Accord"})
    assert response.status_code == 302
    clause.refresh_from_db()
    version.refresh_from_db()
    assert (clause.text, version.title) == ("Other words.", "Accord")
    assert Event.objects.filter(act="template-edited").count() == 2


def test_a_published_version_is_only_read_and_a_new_one_is_made_from_it(client, admin):
    """EL-20"""
    version = draft().agreement.template_version
    assert not client.get(change_url(version)).context["has_change_permission"]
    answer = client.post(change_url(version), {"title": "x"}, follow=True)
    assert answer.redirect_chain == [(change_url(version), 302)]
    assert "You can’t edit a published template version" in answer.content.decode()
    version.refresh_from_db()
    assert version.title != "x"
    chosen = {"action": "make_new_version", "_selected_action": [version.pk]}
    client.post(reverse("admin:agreements_templateversion_changelist"), chosen)
    copy = TemplateVersion.objects.get(number=2)
    assert client.get(change_url(copy)).context["has_change_permission"]
    client.post(reverse("admin:agreements_templateversion_changelist"), {"action": "publish", "_selected_action": [copy.pk]})
    copy.refresh_from_db()
    assert copy.published_at


def test_an_incomplete_version_is_not_published(client, admin):
    """EL-20"""
    copy = templates.make_template_version(templates.install_standard_template(by=SYSTEM), by=admin)
    copy.roles.update(must_sign=False)
    client.post(reverse("admin:agreements_templateversion_changelist"), {"action": "publish", "_selected_action": [copy.pk]})
    copy.refresh_from_db()
    assert copy.published_at is None


def test_a_template_is_previewed_as_a_party_would_read_it(client, admin):
    """EL-20"""
    version = templates.install_standard_template(by=SYSTEM)
    text = client.get(reverse("template-preview", args=["partnership", 1])).content.decode()
    assert all(section.heading in text for section in version.sections.all())


def test_agreements_versions_and_signatures_are_only_read(client, admin):
    """EL-26, EL-13: no route around through the admin."""
    version = circulated()
    signature = sign(to_sign(version)[0])
    for row in (version.agreement, version, signature):
        assert client.get(change_url(row)).status_code == 200
        assert client.post(change_url(row), {"state": "in_force", "typed_name": "x"}).status_code == 403
        assert client.post(change_url(row).replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert client.get(reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_add")).status_code == 403
    assert Signature.objects.get().typed_name == signature.typed_name
    page = client.get(change_url(signature)).content.decode()
    assert "evidence/3" in page
    assert "evidence-annex/2" in page

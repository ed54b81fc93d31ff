"""A published template stays as it was published, and both sides can sign what is made from it (EL-20, EL-22)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from acts.act import SYSTEM
from agreements.drafting import sending, templates
from agreements.drafting.rules import DraftFacts, before_circulating
from agreements.models import PartyRole, TemplateClause, TemplateRole, TemplateSection
from findings import Refused
from tests.agreements.factories import complete_draft
from tests.factories import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def published():
    return templates.install_standard_template(by=SYSTEM)


@pytest.fixture
def desk(client):
    client.force_login(account("admin"))
    return client


def test_no_role_of_a_published_template_is_taken_out_in_admin_used_or_not(desk, published):
    """EL-20: the page offers no field, and a request made by hand changes nothing."""
    before = list(TemplateRole.objects.filter(version=published).values())
    url = reverse("admin:agreements_templateversion_change", args=[published.pk])
    assert 'name="roles-0-DELETE"' not in desk.get(url).content.decode()

    rows = {"roles-TOTAL_FORMS": len(before), "roles-INITIAL_FORMS": len(before)}
    for number, role in enumerate(before):
        rows |= {f"roles-{number}-id": role["id"], f"roles-{number}-version": published.pk, f"roles-{number}-DELETE": "on"}
    desk.post(url, rows)

    assert list(TemplateRole.objects.filter(version=published).values()) == before


@pytest.mark.parametrize("model", [TemplateRole, TemplateSection, TemplateClause])
def test_the_database_refuses_any_change_to_a_published_template(published, model):
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(version=published).update(**{"label" if model is TemplateRole else "heading": "x"})
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(version=published)._raw_delete("default")


def test_words_of_a_published_template_are_changed_in_a_new_version(published):
    with pytest.raises(Refused) as refused:
        templates.edit_template_version(published, changes={"consent": "Yes."}, by=account("admin"))
    assert refused.value.codes == {"template-published"}

    newer = templates.make_template_version(published, by=account("admin"))
    assert templates.edit_template_version(newer, changes={"consent": "Yes."}, by=account("admin")).consent == "Yes."


@pytest.mark.parametrize("side", ["lab", "program"])
def test_a_template_is_not_published_unless_both_sides_have_a_role_that_signs(published, side):
    """EL-22"""
    newer = templates.make_template_version(published, by=account("admin"))
    newer.roles.filter(side=side).update(must_sign=False)
    with pytest.raises(Refused) as refused:
        templates.publish_template_version(newer, by=account("admin"))
    assert refused.value.codes == {"template-incomplete"}


@pytest.mark.parametrize("side", ["lab", "program"])
def test_nothing_is_sent_out_that_one_side_does_not_sign(side):
    """EL-22: also of an agreement that was made before templates were checked."""
    draft = complete_draft()
    PartyRole.objects.filter(version=draft, side=side).update(must_sign=False)
    with pytest.raises(Refused) as refused:
        sending.circulate(draft, shown_revision=draft.revision, by=account("lab_ops"))
    assert "side-without-signer" in refused.value.codes


def test_an_agreement_that_nobody_signs_lacks_both_sides():
    sides = {"lab": "the lab", "program": "the program area"}
    facts = DraftFacts(unfilled=(), without_address=(), empty_header=(), filled_to_sign=0, signing_sides=(), must_sign=sides)
    assert [finding.code for finding in before_circulating(facts)] == ["side-without-signer"] * 2

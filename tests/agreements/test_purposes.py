"""Agreements of several purposes about one subject stand side by side, and none touches another (EL-20, EL-86)."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.urls import resolve, reverse
from django.utils import timezone

from agreements import gates
from agreements.amendments import voiding
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending
from agreements.drafting.templates import install_template
from agreements.models import PARTNERSHIP, Agreement, AgreementVersion, Invitation, State, TemplateVersion
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from residencies.models import Residency
from teams.models import Champion
from tests.agreements import factories as make
from tests.factories import person
from tests.pages import markup

pytestmark = pytest.mark.django_db

OTHER = {
    "slug": "data-sharing", "name": "Data sharing", "subject_kind": "residency", "purpose": "data-sharing", "title": "Data sharing plan",
    "summary": "Which data the team shares.", "statement_of_intent": "I intend to sign.", "consent": "I consent.",
    "sides": [
        {"key": "lab", "label": "Lab", "name": "the lab", "must_sign": False, "turn": 1},
        {"key": "home", "label": "Home ministry", "name": "the home ministry", "must_sign": True, "turn": 1},
    ],
    "sections": [{"heading": "Data", "takes_conditions": True, "clauses": [{"heading": "What is shared", "text": "Counts by month."}]}],
    "roles": [{"label": "Data custodian", "side": "home", "must_sign": True}],
}  # fmt: skip


def other_template() -> TemplateVersion:
    return install_template(OTHER, by=make.SYSTEM)


def other(residency: Residency) -> AgreementVersion:
    """A data sharing plan about a residency, out for signing."""
    by = make.ops()
    plan = make.draft(residency=residency, made_from=other_template(), by=by)
    drafting_actions.set_party(plan, plan.roles.select_related("role").get().role, person(), by=by)
    return sending.circulate(plan, shown_revision=plan.revision, by=by)


@pytest.fixture
def partnership():
    return make.circulated()


@pytest.fixture
def residency(partnership):
    return partnership.agreement.subject


def refreshed(version):
    return AgreementVersion.objects.select_related("agreement__template_version").get(pk=version.pk)


def test_each_purpose_has_one_standing_agreement_and_its_own_address(residency, partnership):
    """The partnership keeps its address; the other is found by its number; both by the database once only."""
    plan = other(residency)
    assert (partnership.agreement.get_absolute_url(), plan.agreement.get_absolute_url()) == (
        f"/residencies/{residency.reference}/agreement/", f"/residencies/{residency.reference}/agreements/2/",
    )  # fmt: skip
    assert resolve(plan.agreement.get_absolute_url()).kwargs == {"reference": plan.agreement.reference}
    assert (partnership.agreement.purpose, plan.agreement.purpose) == (PARTNERSHIP, "data-sharing")
    for template in (make.template(), other_template()):
        with pytest.raises(Refused) as refused:
            drafting_actions.prepare(residency.stream, template, by=make.ops())
        assert refused.value.codes == {"agreement-exists"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=plan.agreement.pk).update(purpose=PARTNERSHIP)


def test_signing_one_leaves_the_other_as_it_was(residency, partnership):
    """The other comes into force with its own signer; the partnership still waits for its signers, and its gate says so."""
    plan = other(residency)
    before = [residency.state, Champion.objects.count()]
    make.sign(make.to_sign(plan)[0])
    assert (refreshed(plan).state, refreshed(partnership).state) == (State.IN_FORCE, State.CIRCULATED)
    codes = {finding.code for finding in gates.in_force([residency], timezone.localdate())[residency.stream_id]}
    assert codes, "only the partnership counts"
    residency.refresh_from_db()
    assert [residency.state, Champion.objects.count()] == before, "nobody becomes a champion by a data sharing plan"
    for invitation in make.to_sign(partnership):
        make.sign(invitation)
    assert not gates.in_force([residency], timezone.localdate())[residency.stream_id]


def test_voiding_one_leaves_the_other_with_its_links_mail_and_reminders(residency, partnership, time_machine):
    """Each signer is reminded once; the void one's reminders are withdrawn, the other's stay."""
    plan = other(residency)
    Invitation.objects.update(made_at=timezone.now() - make.datetime.timedelta(days=3))
    sweep()
    sweep()
    waiting = lambda version: Message.objects.waiting().filter(
        occasion="agreement-unsigned", person__in=[each.party.person_id for each in make.to_sign(version)]
    )
    counts = {version.pk: waiting(version).count() for version in (partnership, plan)}
    assert counts == {partnership.pk: len(make.to_sign(partnership)), plan.pk: 1}
    shown = voiding.standing_of(refreshed(plan))
    voiding.void_agreement(plan.agreement, reason="The data moved.", shown_state=shown, by=make.ops())
    assert (refreshed(plan).state, refreshed(partnership).state) == (State.VOID, State.CIRCULATED)
    assert waiting(partnership).count() == counts[partnership.pk]
    assert not gates.not_void([residency], timezone.localdate())[residency.stream_id], "the partnership isn't void"
    make.sign(make.to_sign(partnership)[0])
    again = make.draft(residency=residency, made_from=other_template())
    assert again.agreement.number == 3, "another one of that purpose can be made"


def test_pages_of_the_other_agreement_lead_to_itself(client, residency, partnership):
    """Every link on its pages stays with it, and the two pages lead to each other."""
    plan, ops = other(residency), make.ops()
    client.force_login(ops)
    place = plan.agreement.place
    for name in ("agreement", "agreement-versions", "agreement-amendments", "agreement-alignment", "agreement-void"):
        page = markup(client.get(reverse(name, args=[place])))
        assert f"/agreements/{plan.agreement.number}/" in page, name
        assert f"/{residency.reference}/agreement/void" not in page, name
    own = markup(client.get(plan.agreement.get_absolute_url()))
    assert "Data sharing plan" in own
    assert partnership.agreement.get_absolute_url() in own, "listed under other agreements"
    assert plan.agreement.get_absolute_url() in markup(client.get(partnership.agreement.get_absolute_url()))
    listed = markup(client.get(reverse("agreement-list")))
    assert plan.agreement.reference in listed
    assert partnership.agreement.reference in listed
    invitation = make.to_sign(partnership)[0]
    assert client.post(reverse("agreement-revoke", args=[place, invitation.pk])).status_code == 404, "not one of its invitations"
    assert client.get(f"/residencies/{residency.reference}/agreements/1/").status_code == 404, "the partnership has one address"
    assert client.get(reverse("paper-record", args=[place])).status_code == 404
    shown = voiding.standing_of(refreshed(plan))
    voiding.void_agreement(plan.agreement, reason="The data moved.", shown_state=shown, by=ops)
    assert "The data moved." in markup(client.get(plan.agreement.get_absolute_url(), follow=True))


def test_the_canonical_text_and_the_records_hash_know_nothing_of_the_purpose(partnership):
    """Texts and records from before there were purposes still verify: neither says it."""
    version = refreshed(partnership)
    assert hashlib.sha256(bytes(version.canonical)).hexdigest() == version.content_sha256
    assert b"purpose" not in bytes(version.canonical)
    facts = Event.objects.filter(stream=partnership.agreement.stream, act="agreement-prepared").get().facts
    assert "purpose" not in facts

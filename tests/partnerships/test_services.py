"""Services at a site: whose each is, who provides it, and with which training (PB-16, PB-18, PB-38)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from findings import Refused
from partnerships.models import ServiceTraining, SiteService
from partnerships.sites.counter.actions import add_service
from partnerships.sites.safety import record_assessment, warnings
from partnerships.sites.services.actions import edit_service, record_training
from partnerships.sites.services.gates import ready
from tests.factories import account
from tests.pages import client_of, text
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def passports(ops):
    """A service whose provider needs training."""
    return make.provided_service(by=ops)


def codes(partnership):
    """What the gate before serving clients finds."""
    row = make.fresh(partnership)
    return {finding.code for finding in ready([row], timezone.localdate())[row.stream_id]}


def changed(service, by, **fields):
    row = SiteService.objects.select_related("site__partnership__stream").get(pk=service.pk)
    current = {name: getattr(row, name) for name in ("owner", "provider", "depth", "training", "settlement")}
    edit_service(row, **{**current, **fields}, shown_revision=row.revision, by=by)
    return SiteService.objects.select_related("site__partnership__stream").get(pk=service.pk)


def test_a_provider_without_the_training_named_blocks_the_start(as_ops, ops, passports):
    """PB-16: the page shows owner, provider and what is missing; recording the training clears it."""
    partnership = passports.site.partnership
    page = reverse("partnership-services", args=[partnership.reference])
    owner, provider = partnership.partners.select_related("organization").order_by("pk")
    shown = text(as_ops.get(page))
    assert owner.organization.name in shown
    assert provider.organization.name in shown
    assert "Accept applications" in shown
    assert f"{provider.organization} has no training on record for “Passports” at Picton town hall." in shown
    assert "untrained" in codes(partnership)

    form = reverse("service-training", args=[partnership.reference, passports.pk])
    as_ops.post(form, {"on": str(timezone.localdate()), "agents": 3})

    assert "untrained" not in codes(partnership)
    shown = text(as_ops.get(page))
    assert "3 agents, finished" in shown
    assert "no training on record" not in shown


def test_training_counts_for_the_provider_and_the_words_it_was_for(ops, passports):
    """PB-16: another provider, or other training, needs its own record; the first one is still there."""
    partnership = passports.site.partnership
    record_training(passports, on=timezone.localdate(), agents=1, by=ops)
    owner, provider = partnership.partners.order_by("pk")
    changed(passports, ops, provider=owner)
    assert "untrained" in codes(partnership)
    changed(passports, ops, provider=provider)
    assert "untrained" not in codes(partnership)
    changed(passports, ops, training="Passports, two days")
    assert "untrained" in codes(partnership)
    assert ServiceTraining.objects.count() == 1


def test_a_service_without_provider_or_training_needs_nothing(ops, passports):
    """PB-16."""
    for fields in ({"training": ""}, {"provider": None}):
        row = changed(passports, ops, **fields)
        assert "untrained" not in codes(passports.site.partnership)
        with pytest.raises(Refused) as refused:
            record_training(row, on=timezone.localdate(), agents=1, by=ops)
        assert refused.value.codes == {"no-provider"}
        changed(passports, ops, provider=passports.provider, training="Passports, one day")


@pytest.mark.parametrize(("days", "agents", "code"), [(0, 0, "no-agents"), (1, 1, "day-to-come")])
def test_training_without_agents_or_in_the_future_is_refused(ops, passports, days, agents, code):
    """PB-16."""
    with pytest.raises(Refused) as refused:
        record_training(passports, on=timezone.localdate() + days * DAY, agents=agents, by=ops)
    assert refused.value.codes == {code}


def test_a_service_with_payments_says_how_they_are_settled_before_it_starts(ops, passports):
    """PB-18."""
    changed(passports, ops, depth="take_payment")
    assert "no-settlement" in codes(passports.site.partnership)
    changed(passports, ops, settlement="Weekly, reconciled by the county’s treasurer")
    assert "no-settlement" not in codes(passports.site.partnership)


def test_only_partners_of_today_own_or_provide_a_service(ops, passports):
    """PB-16: a partner of another partnership is refused."""
    stranger = make.partner(make.partnership(by=ops), by=ops)
    with pytest.raises(Refused) as refused:
        changed(passports, ops, provider=stranger)
    assert refused.value.codes == {"partner-left"}


def test_adding_a_service_where_clients_are_served_makes_an_assessment_due(ops):
    """PB-38: at once, and a newer assessment clears it; before the service operates, no service does."""
    row = make.prepared(by=ops)
    site = row.sites.select_related("partnership__stream").get()
    add_service(site, name="Health cards", by=ops)
    assert [finding.code for finding in warnings(row)] == []
    row = make.operating(by=ops)
    site = row.sites.select_related("partnership__stream").get()
    add_service(site, name="Health cards", by=ops)
    assert [finding.code for finding in warnings(row)] == ["assessment-due"]
    record_assessment(site, on=site.today, outcome="safe", note="People, access and layout.", by=ops)
    assert [finding.code for finding in warnings(row)] == []


def test_a_site_that_changed_is_assessed_before_clients_are_served(ops):
    """PB-38: the start is blocked until then."""
    row = make.studied(by=ops)
    assert "assessment-due" in codes(row)
    site = row.sites.select_related("partnership__stream").get()
    record_assessment(site, on=site.today, outcome="safe", note="People, access and layout.", by=ops)
    assert "assessment-due" not in codes(row)


def test_everyone_on_the_partnership_sees_services_and_only_the_office_changes_them(ops, passports):
    """PB-16, PB-55."""
    partnership = passports.site.partnership
    page = reverse("partnership-services", args=[partnership.reference])
    viewer = client_of(account("viewer"))
    assert "Passports" in text(viewer.get(page))
    assert "Edit service" not in text(viewer.get(page))
    assert viewer.get(reverse("service-edit", args=[partnership.reference, passports.pk])).status_code == 403
    other = make.case(by=ops)
    assert client_of(ops).get(reverse("service-edit", args=[other.reference, passports.pk])).status_code == 404

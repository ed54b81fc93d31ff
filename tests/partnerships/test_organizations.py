"""The directory of organizations by level of government, and their contacts (SP-01, SP-11)."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from findings import Refused
from ledger.actions import lab_stream
from partnerships.lifecycle.actions import end_partner, set_coordinator
from partnerships.models import SiteContact
from partnerships.organizations.actions import (
    add_contact,
    add_organization,
    edit_contact,
    edit_organization,
    end_contact,
    set_site_contacts,
)
from people.models import Organization, OrganizationContact
from tests.factories import account, person
from tests.pages import client_of, text
from tests.partnerships.factories import case, organization, site

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_an_organization_is_added_on_its_page_with_its_own_calendar(as_ops):
    """SP-01, PB-02: no level is tied to a name, and Ottawa keeps its own time and holidays."""
    fields = {
        "name": "City of Ottawa",
        "level": "municipal",
        "time_zone": "America/Toronto",
        "holidays": "ON",
        "languages": "English, French",
    }
    answer = as_ops.post(reverse("organization-add"), fields, follow=True)
    page = text(answer)
    assert "City of Ottawa was added. Add its contacts next." in page
    assert "Municipal" in page
    assert "Eastern (Toronto)" in page
    assert "Ontario" in page
    assert lab_stream().events.filter(act="organization-added").count() == 1


def test_the_same_name_is_refused_however_it_is_spelt(ops):
    """SP-01: the database decides."""
    add_organization(name="City of Ottawa", level="municipal", by=ops)
    with pytest.raises(Refused) as refused:
        add_organization(name="city of OTTAWA", level="municipal", by=ops)
    assert refused.value.codes == {"organization-known"}


def test_no_organization_is_part_of_itself(ops):
    """SP-01."""
    above = organization(by=ops)
    below = organization(by=ops, parent=above)
    with pytest.raises(Refused) as refused:
        edit_organization(above, parent=below, shown_revision=above.revision, by=ops)
    assert refused.value.codes == {"organization-circle"}


def test_a_contact_stands_under_a_role_until_it_ends(as_ops, ops):
    """SP-11: who to ask for what, and who it was before."""
    town = organization(by=ops)
    contact = add_contact(town, person=person(name="Ines Halvorsen"), role="Leases", from_on=timezone.localdate() - 9 * DAY, by=ops)
    page = text(as_ops.get(town.get_absolute_url()))
    assert "Leases" in page
    assert "Ines Halvorsen" in page
    with pytest.raises(Refused) as refused:
        add_contact(town, person=contact.person, role="Leases", from_on=timezone.localdate(), by=ops)
    assert refused.value.codes == {"contact-known"}

    end_contact(contact, to_on=timezone.localdate() - DAY, by=ops)

    page = text(as_ops.get(town.get_absolute_url()))
    assert "No contacts yet" in page
    assert "Former contacts (1)" in page


def test_the_list_is_narrowed_by_words_and_level(as_ops, ops):
    """SP-01."""
    organization(by=ops, name="Village of Grand Manan", region="New Brunswick")
    organization(by=ops, name="Service New Brunswick", level="crown")
    page = text(as_ops.get(reverse("organizations"), {"q": "brunswick", "level": "crown"}))
    assert "Service New Brunswick" in page
    assert "Grand Manan" not in page
    assert Organization.objects.count() == 2


# ── Who to ask, by organization, role, partnership and site ──────────────────────────────────────


def contact(of: Organization, name: str, role: str, **fields: object) -> OrganizationContact:
    facts = {"from_on": timezone.localdate() - 9 * DAY, **fields}
    return add_contact(of, person=person(name=name), role=role, by=account("lab_ops"), **facts)  # type: ignore[arg-type]


@pytest.fixture
def directory(ops):
    """A partnership with a site, and contacts at a partner, for the site and not, and at an organization that is no partner."""
    row = case(by=ops)
    counter = site(row, by=ops)
    town = row.partners.select_related("organization").earliest("pk").organization
    lead = contact(town, "Ines Halvorsen", "Security lead", emergency_phone="613-555-0142")
    contact(town, "Bruno Achterberg", "Security lead")
    contact(town, "Chioma Delacroix", "Leases")
    contact(organization(by=ops), "Dagny Elsworth", "Security lead")
    set_site_contacts(counter, contacts=[lead], by=ops)
    return row, counter, town


@pytest.mark.parametrize("whose", ["all", "partnership"])
def test_the_security_lead_of_a_site_is_found_with_the_phone_for_emergencies(as_ops, directory, whose):
    """SP-11, PB-54: contacts are filtered by role and site, over all organizations and on a partnership's own page."""
    row, counter, _town = directory
    if whose == "all":
        answer = as_ops.get(reverse("contacts"), {"role": "security lead", "site": counter.name})
    else:
        answer = as_ops.get(reverse("partnership-contacts", args=[row.reference]), {"role": "security lead", "site": counter.pk})
    page = text(answer)
    assert "Ines Halvorsen" in page
    assert "Emergency: 613-555-0142" in page
    assert 'href="tel:613-555-0142"' in answer.content.decode()
    for name in ("Bruno Achterberg", "Chioma Delacroix", "Dagny Elsworth"):
        assert name not in page, name


def test_contacts_are_filtered_by_organization_level_partnership_and_words(as_ops, directory):
    """SP-11, PB-54."""
    row, _counter, town = directory
    everyone = {"Ines Halvorsen", "Bruno Achterberg", "Chioma Delacroix", "Dagny Elsworth"}
    at_town = everyone - {"Dagny Elsworth"}
    asked = [
        ({}, everyone),
        ({"organization": town.pk}, at_town),
        ({"level": "federal"}, set()),
        ({"partnership": row.reference}, at_town),
        ({"partnership": "picton"}, at_town),
        ({"q": "security ines"}, {"Ines Halvorsen"}),
    ]
    for filters, names in asked:
        page = text(as_ops.get(reverse("contacts"), filters))
        assert {name for name in everyone if name in page} == names, filters


def test_a_partner_sees_the_contacts_of_its_own_partnership_alone(directory, ops):
    """SP-11, PB-54, PB-55: a partner of another partnership gets 404, and the list over all organizations isn't for partners."""
    row, _counter, _town = directory
    other = case(by=ops)
    partner, stranger = account("product_owner"), account("product_owner")
    for each, user in ((row, partner), (other, stranger)):
        set_coordinator(each.partners.earliest("pk"), person=person(user=user), by=ops)
    page = reverse("partnership-contacts", args=[row.reference])
    assert "Ines Halvorsen" in text(client_of(partner).get(page))
    assert "Coordinator" in text(client_of(partner).get(page))
    assert client_of(stranger).get(page).status_code == 404
    assert client_of(partner).get(reverse("contacts")).status_code == 403


def test_what_no_longer_exists_is_not_found(as_ops, directory, ops):
    """PB-54: a contact that ended can't be edited, a partner that left isn't asked, and neither is in a list."""
    row, counter, town = directory
    ines = OrganizationContact.objects.get(person__name="Ines Halvorsen")
    end_contact(ines, to_on=timezone.localdate() - DAY, by=ops)
    assert as_ops.get(reverse("contact-edit", args=[ines.pk])).status_code == 404
    assert as_ops.get(reverse("contact-end", args=[ines.pk])).status_code == 404
    assert "Ines Halvorsen" not in text(as_ops.get(reverse("contacts")))
    end_partner(row.partners.get(organization=town), left_on=timezone.localdate(), by=ops)
    page = text(as_ops.get(reverse("partnership-contacts", args=[row.reference])))
    assert "Bruno Achterberg" not in page
    with pytest.raises(Refused) as refused:
        set_site_contacts(counter, contacts=[ines], by=ops)
    assert refused.value.codes == {"contact-elsewhere"}


def test_the_contacts_of_a_site_are_chosen_on_a_page_and_replace_those_before(as_ops, directory):
    """PB-54."""
    row, counter, _town = directory
    page = reverse("site-contacts", args=[row.reference, counter.pk])
    shown = as_ops.get(page)
    assert "Security lead: Ines Halvorsen" in text(shown)
    assert "Dagny Elsworth" not in text(shown)
    leases = OrganizationContact.objects.get(role="Leases")
    as_ops.post(page, {"contacts": [leases.pk]})
    assert [each.contact for each in SiteContact.objects.filter(site=counter)] == [leases]
    as_ops.post(page, {"contacts": [leases.pk]})
    events = row.stream.events.filter(act="site-contacts-set")
    assert events.count() == 2, "saving the same again isn’t an event"
    assert events.latest("seq").facts["contacts"] == "Leases: Chioma Delacroix"


def test_a_contact_gets_a_phone_for_emergencies_later(as_ops, directory):
    """SP-11, PB-54: on its page; a stale form is refused."""
    bruno = OrganizationContact.objects.get(person__name="Bruno Achterberg")
    page = reverse("contact-edit", args=[bruno.pk])
    facts = {"role": "Security lead", "emergency_phone": "613-555-0177", "shown_revision": bruno.revision}
    as_ops.post(page, facts)
    assert edit_contact(bruno, role="Leases", emergency_phone="613-555-0178", shown_revision=2, by=account("lab_ops")).role == "Leases"
    assert OrganizationContact.objects.get(pk=bruno.pk).emergency_phone == "613-555-0178"
    assert as_ops.post(page, {**facts, "emergency_phone": "1"}).status_code == 409


def test_the_contacts_of_a_partnership_take_the_same_queries_however_many_there_are(as_ops, directory):
    """SP-11, OP-07."""
    row, _counter, town = directory
    page = reverse("partnership-contacts", args=[row.reference])
    as_ops.get(page)  # warm
    few = queries(as_ops, page)
    for number in range(12):
        contact(town, f"Contact {number}", "Leases")
    as_ops.get(page)
    assert queries(as_ops, page) <= few <= 15


def queries(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    return len(captured)

"""The directory of organizations by level of government, and their contacts (SP-01, SP-11)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from findings import Refused
from ledger.actions import lab_stream
from partnerships.organizations.actions import add_contact, add_organization, edit_organization, end_contact
from people.models import Organization
from tests.factories import person
from tests.pages import text
from tests.partnerships.factories import organization

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

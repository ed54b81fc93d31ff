"""Who to ask at the partners of a partnership, and who can be named for a site (SP-11, PB-54)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import Partner, Partnership, Site, SiteContact
from people.models import OrganizationContact, Person
from spelling.compare import title_key


def contacts_for(site: Site) -> QuerySet[OrganizationContact]:
    """Return the contacts of today at the organizations of today's partners: those who can be named for a site."""
    partners = Partner.objects.filter(partnership=site.partnership, left_on=None)
    rows = OrganizationContact.objects.on(timezone.localdate()).filter(organization__in=partners.values("organization"))
    return rows.select_related("person", "organization")


@dataclass(frozen=True)
class Row:
    """Someone to ask at a partner: a contact in a role, or its coordinator."""

    organization: str
    role: str
    person: Person
    emergency_phone: str = ""
    sites: tuple[Site, ...] = ()


def contacts_of(partnership: Partnership) -> list[Row]:
    """Return the coordinators and contacts of today's partners, by organization and role; three queries."""
    partners = list(Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization", "coordinator"))
    names = {partner.organization_id: partner.organization.name for partner in partners}
    at_sites = Prefetch("sites", SiteContact.objects.filter(site__partnership=partnership).select_related("site"), to_attr="at_sites")
    people: Any = OrganizationContact.objects.on(timezone.localdate()).filter(organization__in=names).select_related("person")
    rows = [Row(names[row.organization_id], _("Coordinator"), row.coordinator) for row in partners if row.coordinator]
    rows += [
        Row(names[row.organization_id], row.role, row.person, row.emergency_phone, tuple(each.site for each in row.at_sites))
        for row in people.prefetch_related(at_sites)
    ]
    return sorted(rows, key=lambda row: (title_key(row.organization), title_key(row.role), title_key(row.person.name)))

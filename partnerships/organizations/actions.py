"""Acts on the directory of organizations and their contacts; all on the lab's ledger (SP-01, SP-11)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger import subjects
from ledger.actions import append, lab_stream, revise
from partnerships.models import Site, SiteContact
from people.actions import chosen_or_new
from people.models import Organization, OrganizationContact, Person


@act("people.keep_organizations")
def add_organization(
    *,
    name: str,
    level: str,
    by: Actor,
    parent: Organization | None = None,
    region: str = "",
    time_zone: str = Organization.Zone.PACIFIC,
    holidays: str = Organization.Holidays.BC,
    languages: str = "",
) -> Organization:
    """Add an organization. Raises `Refused` (`organization-known`)."""
    organization = Organization.objects.create(
        name=name, level=level, parent=parent, region=region, time_zone=time_zone, holidays=holidays, languages=languages
    )
    append(lab_stream(), "organization-added", by=by, facts={"organization": organization.name, "government": organization.level})
    return organization


@act("people.keep_organizations")
def edit_organization(organization: Organization, *, shown_revision: int, by: Actor, **changes: Any) -> Organization:
    """Change an organization. Raises `Stale`, and `Refused` (`organization-known`, `organization-circle`)."""
    above = changes.get("parent")
    while above is not None:
        if above.pk == organization.pk:
            message = _("An organization can’t be part of itself, directly or through others.")
            raise refuse("organization-circle", message, _("Choose another organization."))
        above = above.parent
    facts = {"organization": organization.name}
    return revise(
        organization, shown_revision=shown_revision, changes=changes, act="organization-edited", by=by, stream=lab_stream(), facts=facts
    )


@act("people.keep_organizations")
def add_contact(
    organization: Organization,
    *,
    role: str,
    from_on: datetime.date,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
    emergency_phone: str = "",
) -> OrganizationContact:
    """Add a contact in a role; `name` and `email` are for someone new. Raises `Refused` (`contact-known`, `contact-unnamed`)."""
    person = chosen_or_new(person, name=name, email=email, organisation=organization.name, by=by)
    if person is None:
        raise refuse("contact-unnamed", _("No one is chosen."), _("Choose a person, or enter their name."))
    contact = OrganizationContact.objects.create(
        organization=organization, person=person, role=role, emergency_phone=emergency_phone, from_on=from_on
    )
    facts = {"organization": organization.name, "name": person.name, "role": contact.role, "from_on": from_on}
    append(lab_stream(), "contact-added", by=by, facts=facts)
    return contact


@act("people.keep_organizations")
def edit_contact(contact: OrganizationContact, *, role: str, emergency_phone: str, shown_revision: int, by: Actor) -> OrganizationContact:
    """Change a contact's role, or the phone in an emergency. Raises `Stale`, and `Refused` (`contact-ended`, `contact-known`)."""
    current = _current(contact)
    facts = {"organization": current.organization.name, "name": current.person.name}
    changes = {"role": role, "emergency_phone": emergency_phone}
    return revise(current, shown_revision=shown_revision, changes=changes, act="contact-edited", by=by, stream=lab_stream(), facts=facts)


def _current(contact: OrganizationContact) -> OrganizationContact:
    """Return a contact as it is now, under its lock. Raises `Refused` (`contact-ended`)."""
    rows = OrganizationContact.objects.select_for_update(of=("self",)).select_related("organization", "person")
    current = rows.get(pk=contact.pk)
    if current.to_on is not None:
        raise refuse("contact-ended", _("This contact has already ended."), _("Reload the page to see the current contacts."))
    return current


@act("people.keep_organizations")
def end_contact(contact: OrganizationContact, *, to_on: datetime.date, by: Actor) -> OrganizationContact:
    """End a contact's time in a role after the day `to_on`. Raises `Refused` (`contact-ended`, `contact-dates`)."""
    current = _current(contact)
    if to_on < current.from_on:
        raise refuse("contact-dates", _("The last day is before the first day."), _("Choose a later last day."))
    current.to_on = to_on
    current.save(update_fields=["to_on"])
    facts = {"organization": current.organization.name, "name": current.person.name, "role": current.role, "to_on": to_on}
    append(lab_stream(), "contact-ended", by=by, facts=facts)
    return current


# ── Contacts of a site ────────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_partnership", on="site.partnership")
def set_site_contacts(site: Site, *, contacts: Iterable[OrganizationContact], by: Actor) -> list[OrganizationContact]:
    """Name the contacts to ask about a site, in place of those named before; others of its partners aren't for it alone.

    Raises `Refused` (`contact-elsewhere`) for someone who isn't a contact at a partner today.
    """
    subjects.lock(site.partnership.stream)
    wanted = {contact.pk for contact in contacts}
    rows = list(site.offered_contacts().filter(pk__in=wanted))
    if len(rows) != len(wanted):
        message = _("One of them is no longer a contact at a partner.")
        raise refuse("contact-elsewhere", message, _("Reload the page to see the current contacts."))
    known = set(SiteContact.objects.filter(site=site).values_list("contact", flat=True))
    if known == wanted:
        return rows
    SiteContact.objects.filter(site=site).exclude(contact__in=wanted).delete()
    SiteContact.objects.bulk_create(SiteContact(site=site, contact=row) for row in rows if row.pk not in known)
    facts = {"site": site.name, "contacts": ", ".join(sorted(f"{row.role}: {row.person.name}" for row in rows))}
    append(site.partnership.stream, "site-contacts-set", by=by, facts=facts)
    return rows

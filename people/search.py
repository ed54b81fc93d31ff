"""What search offers of people: everyone on record, for the lab and its readers."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.models import Person
from web.search import MOST_HITS, Hit, Query, page, source


@source(_("People"), order=30)
def people(query: Query) -> Iterator[Hit]:
    """People by name, title, organization or address; one query."""
    if not query.user.has_perm("people.view_person"):
        return
    for person in Person.objects.current().filter(query.names_in("search_text")).order_by("pk")[:MOST_HITS]:
        note = ", ".join(filter(None, [person.title, person.organisation]))
        yield Hit(person.name, reverse("person", args=[person.pk]), note, f"person-{person.pk}")


page(_("People"), "people", keywords=_("contacts directory"))
page(_("Add a person"), "person-add", keywords=_("new contact"))
page(_("Accounts and roles"), "admin:people_user_changelist", keywords=_("users invite administrators"))
page(_("Add a user"), "admin:people_user_add", keywords=_("new account invite invitation"))

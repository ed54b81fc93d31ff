"""What search offers of people: everyone on record, for the lab and its readers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.models import Person
from web.search import MOST_HITS, Hit, Query, page, source


@source(_("People"), order=30)
def people(query: Query) -> Iterator[Hit]:
    """People by name, title, organization or address; one query."""
    if not query.user.has_perm("people.view_person"):
        return
    for person in _found(query):
        note = ", ".join(filter(None, [person.title, person.organisation]))
        yield Hit(person.name, reverse("person", args=[person.pk]), note, f"person-{person.pk}")


def named(query: Query, path: str) -> Q:
    """A condition on rows with a person at `path`: of those whom `people` shows; of any with the name, for an account that it shows none.

    A join would do for both; but asked for the newest rows, PostgreSQL reads along all of them until it has met enough.
    """
    if query.user.has_perm("people.view_person"):
        return Q(**{f"{path}__in": [person.pk for person in _found(query)]})
    return query.names_in(f"{path}__search_text")


def _found(query: Query) -> list[Person]:
    rows = Person.objects.current().filter(query.names_in("search_text"))
    return query.once("people", lambda: list(rows.order_by("pk")[:MOST_HITS]))


page(_("People"), "people", keywords=_("contacts directory"))
page(_("Working groups and committees"), "bodies", keywords=_("steering committee members bodies"))
page(_("Add a person"), "person-add", keywords=_("new contact"))
page(_("Accounts and roles"), "admin:people_user_changelist", keywords=_("users invite administrators"))
page(_("Add a user"), "admin:people_user_add", keywords=_("new account invite invitation"))

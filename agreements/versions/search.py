"""What search offers of agreements: themselves by reference or product, who is a party to them, and the page about one."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from agreements.models import PARTNERSHIP, Agreement, AgreementVersion, Party, State
from ledger import subjects
from people.search import named
from web.search import MOST_HITS, Hit, Query, link, page, source


@source(_("Agreements"), order=20)
def agreements(query: Query) -> Iterator[Hit]:
    """The standing agreements about the subjects that are found, of whatever kind, or with this reference; one query."""
    newest = AgreementVersion.objects.filter(agreement=OuterRef("pk")).order_by("-number")
    rows = Agreement.objects.current().filter(_wanted(query)).select_related("template_version", *subjects.with_subject("stream"))
    rows = rows.annotate(state=Subquery(newest.values("state")[:1]))
    states = dict(State.choices)
    for row in rows.order_by("-pk")[:MOST_HITS]:
        params = {"name": row.subject.name, "title": row.template_version.title}
        label = (_t("Agreement with %(name)s") if row.purpose == PARTNERSHIP else _t("%(title)s: %(name)s")) % params
        state = states.get(getattr(row, "state", ""), "")
        yield Hit(label, row.get_absolute_url(), f"{row.reference} · {state}")


def _wanted(query: Query) -> Q:
    """The condition on agreements. PostgreSQL answers the one on words quickly, unless it stands beside another."""
    by_words = subjects.visible_to(query.user, "stream", query.words_in)
    if not any(letter.isdigit() for letter in query.text):
        return by_words
    return by_words | (Q(reference__iexact=query.text) & subjects.visible_to(query.user, "stream"))


@source(_("People"), order=33)
def parties(query: Query) -> Iterator[Hit]:
    """The people who fill a role of a standing agreement that the account may see; one query."""
    rows = Party.objects.filter(named(query, "person"), to_at=None, agreement__voided_at=None)
    rows = rows.filter(subjects.visible_to(query.user, "agreement__stream"))
    for row in rows.select_related("person", "role", *subjects.with_subject("agreement__stream")).order_by("-pk")[: 2 * MOST_HITS]:
        agreement = row.agreement
        yield Hit(row.person.name, agreement.get_absolute_url(), f"{row.role}, {agreement.subject.name}", f"person-{row.person_id}")


page(_("Agreements"), "agreement-list", keywords=_("signatures unsigned remind reminders"))
page(_("Lab signatories"), "lab-signatories", keywords=_("signers sign parties"))
page(_("Is this agreement genuine?"), "verify", keywords=_("verify check seal pdf"))

for _kind in subjects.kinds():  # every kind is known: their modules are imported first (ledger/apps.py)
    link(
        _kind.name,
        _("Agreement with %(name)s"),
        "agreement",
        _kind.view_permission,
        keywords=_("parties signatures signing signers"),
        order=11,
    )

"""What search offers of agreements: themselves by reference or product, who is a party to them, and the pages about one."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement, AgreementVersion, Party, State
from people.search import named
from residencies.models import Residency
from web.search import MOST_HITS, Hit, Query, link, page, source


@source(_("Agreements"), order=20)
def agreements(query: Query) -> Iterator[Hit]:
    """The standing agreements about the residencies that are found, or with this reference; one query."""
    visible = Residency.objects.visible_to(query.user)
    newest = AgreementVersion.objects.filter(agreement=OuterRef("pk")).order_by("-number")
    rows = Agreement.objects.current().filter(
        Q(stream__residency__in=visible.filter(query.words_in("search_text")))
        | Q(reference__iexact=query.text, stream__residency__in=visible)
    )
    states = dict(State.choices)
    for row in rows.select_related("stream__residency").annotate(state=Subquery(newest.values("state")[:1])).order_by("-pk")[:MOST_HITS]:
        residency = row.stream.residency
        label = _t("Agreement with %(name)s") % {"name": residency.product}
        state = states.get(getattr(row, "state", ""), "")
        yield Hit(label, reverse("agreement", args=[residency.reference]), f"{row.reference} · {state}")


@source(_("People"), order=33)
def parties(query: Query) -> Iterator[Hit]:
    """The people who fill a role of a standing agreement that the account may see; one query."""
    rows = Party.objects.filter(named(query, "person"), to_at=None, agreement__voided_at=None)
    rows = rows.filter(agreement__stream__residency__in=Residency.objects.visible_to(query.user))
    for row in rows.select_related("person", "role", "agreement__stream__residency").order_by("-pk")[: 2 * MOST_HITS]:
        residency = row.agreement.stream.residency
        yield Hit(
            row.person.name, reverse("agreement", args=[residency.reference]), f"{row.role}, {residency.product}", f"person-{row.person_id}"
        )


page(_("Agreements"), "agreement-list", keywords=_("signatures unsigned remind reminders"))
page(_("Lab signatories"), "lab-signatories", keywords=_("signers sign parties"))
page(_("Is this agreement genuine?"), "verify", keywords=_("verify check seal pdf"))

VIEW = "residencies.view_residency"
link("residency", _("Agreement with %(name)s"), "agreement", VIEW, keywords=_("parties signatures signing signers"), order=11)

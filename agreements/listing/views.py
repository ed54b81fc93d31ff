"""The list of agreements, its export, and reminding those who haven't signed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from agreements.invitations.actions import remind_signer
from agreements.invitations.reminders import unsigned
from agreements.listing.queries import agreements_for
from agreements.listing.tables import HEADER, PAGE_SIZES, AgreementFilter, AgreementRows, AgreementTable, export_rows
from agreements.lookups import subject_paths
from agreements.models import Agreement, Invitation, State
from ledger import subjects
from people.identity import account_on
from people.lists import bulk
from people.lists.page import Acts, View, list_page
from people.models import User
from web.access import needs
from web.exports import export
from web.paging import in_order
from web.return_url import return_url


@needs("agreements.list_agreements")
@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Every standing agreement that the account may know of: its state, who has signed, how long it has been silent."""
    user = account_on(request)
    may_remind = user.has_perm("agreements.keep_invitations")
    agreements = AgreementFilter(request.GET, queryset=agreements_for(user))
    table = AgreementTable(AgreementRows(agreements.qs), order_by="-reference", may_remind=may_remind)
    table.empty = _empty(bool(request.GET))
    acts = Acts("agreements/_list_acts.html", reverse("agreement-remind")) if may_remind else None
    page = list_page(request, table, agreements, sizes=PAGE_SIZES, views=_views(user), export="agreement-list-export", acts=acts)
    return render(request, "agreements/list.html", {"list": page})


def _views(user: User) -> list[View]:
    views = [
        View(gettext_lazy("Out for signing"), {"state": State.CIRCULATED.value}),
        View(gettext_lazy("Late"), {"late": "true"}),
    ]
    if not user.has_perm("residencies.assign"):
        return views
    mine = View(gettext_lazy("Mine"), {"lead": user.pk})
    return [mine, *views, View(gettext_lazy("Waiting for me"), {"lead": user.pk, "state": State.DRAFT.value})]


def _empty(filtered: bool) -> dict[str, Any]:
    if filtered:
        text = _("No agreement matches these filters.")
        return {"title": _("Nothing matches"), "text": text, "url": reverse("agreement-list"), "action": _("Show all agreements")}
    return {"title": _("No agreements yet"), "text": _("An agreement is made once a residency is qualified. It then appears here.")}


@needs("agreements.list_agreements")
@require_safe
def agreement_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """What the list shows for the same address, all of it, with every column."""
    agreements = AgreementFilter(request.GET, queryset=agreements_for(account_on(request)))
    rows = in_order(request, AgreementTable(AgreementRows(agreements.qs), order_by="-reference"))
    return export(f"agreements-{timezone.localdate():%Y-%m-%d}", file_format, HEADER, export_rows(rows))


@needs("agreements.keep_invitations")
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind everyone who hasn't signed the selected agreements, or the one whose button was pressed (EL-28, EL-60)."""
    only = request.POST.get("only", "")
    keys = [int(only)] if only.isascii() and only.isdigit() and len(only) < 19 else bulk.selected(request.POST)
    back = return_url(request) or reverse("agreement-list")
    if not keys:
        bulk.nothing_selected(request)
        return redirect(back)
    outcome = bulk.for_each(_to_remind(keys), lambda invitation: remind_signer(invitation, by=request.user), name=_who)
    for agreement in _without_signers(keys):
        outcome.leave_out(agreement.subject, _("No signatures outstanding"))
    count = len(outcome.done)
    done = ngettext("%(count)d reminder is on its way: %(names)s.", "%(count)d reminders are on their way: %(names)s.", count)
    bulk.report(request, outcome, done % {"count": count, "names": bulk.listed([_who(invitation) for invitation in outcome.done])})
    return redirect(back)


def _to_remind(keys: list[int]) -> list[Invitation]:
    about = "version__agreement__stream"
    rows = unsigned().filter(version__agreement__in=keys).select_related("party__person", "version__agreement", *subject_paths(about))
    return list(rows.order_by("version__agreement", "party__role__position"))


def _without_signers(keys: list[int]) -> list[Agreement]:
    """Those of the selected that wait for nobody's signature."""
    rows = Agreement.objects.current().filter(pk__in=keys).exclude(pk__in=unsigned().values("version__agreement"))
    return list(rows.select_related(*subject_paths("stream")))


def _who(invitation: Invitation) -> str:
    subject = subjects.subject_of(invitation.version.agreement.stream)
    return f"{invitation.party.person} ({subject.reference})"

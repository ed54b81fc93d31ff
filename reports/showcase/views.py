"""Pages on which a team and the lab prepare a product's page, release it and withdraw it (EL-95)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.models import AlumnusPlace
from ledger.subjects import subject_or_404
from metrics.frame import framed
from people.identity import account_on
from people.models import User
from reports.links.queries import links_of
from reports.models import Consent, ShowcaseComponent, ShowcaseEntry, ShowcaseVersion
from reports.permissions import Side, side_of
from reports.showcase import actions, forms
from reports.showcase.queries import places_of, product_list, public_rows, shown_of
from reports.showcase.rules import public
from residencies.models import Residency
from web.access import needs
from web.acts import press, run

TAB = "showcase"


def residency_or_404(user: User, reference: str) -> Residency:
    """Return a residency with its ministry; two queries. Raises `Http404` if the account can't see it."""
    subject = subject_or_404(user, reference)
    rows = Residency.objects.select_related("stream", "owner", "program_area__ministry")
    return get_object_or_404(rows, stream=subject.stream_id)


def _part(rows: Any, pk: int, **of: Any) -> Any:
    row = rows.filter(pk=pk, **of).first()
    if row is None:
        raise Http404(_("This entry doesn’t exist, or your account doesn’t have access to it."))
    return row


def version_or_404(user: User, reference: str, number: int) -> ShowcaseVersion:
    residency = residency_or_404(user, reference)
    rows = ShowcaseVersion.objects.select_related("lab_by", "owner_by", "ended_by")
    version: ShowcaseVersion = get_object_or_404(rows, stream=residency.stream_id, number=number)
    version.stream = residency.stream
    version.stream.residency = residency
    return version


@needs("reports.view_showcase", residency_or_404)
@require_safe
def entry(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Show what the page would say now, what is missing before it can be released, and the versions so far."""
    shown, user, links = shown_of(residency), account_on(request), links_of(residency.stream_id)
    side = side_of(user, residency)
    context = {
        "shown": shown,
        "links": links,
        "dead_links": [link for link in links if link.dead_since],
        "product": public(shown.fields, [row["consent"] for row in shown.fields["alumni"]]),
        "may_edit": user.has_perm("reports.edit_showcase", residency),
        "may_release": side is not None,
        "waits_for_me": shown.waiting is not None and side is not None and _missing_side(shown.waiting) == side,
        "missing_side": _missing_side(shown.waiting).label if shown.waiting else "",
    }
    return _page(request, "entry", residency, **context)


def _missing_side(version: ShowcaseVersion) -> Side:
    return Side.LAB if version.lab_by_id is None else Side.OWNER


@needs("reports.view_version", version_or_404)
@require_safe
def version_page(request: HttpRequest, version: ShowcaseVersion) -> HttpResponse:
    """Show one version as it was frozen, with who released it."""
    side = side_of(account_on(request), version.subject)
    may_release = version.is_waiting and side is not None and _missing_side(version) == side
    may_withdraw = version.to_at is None and side is not None
    product = public_rows([version])[0]
    context = {"version": version, "product": product, "may_release": may_release, "may_withdraw": may_withdraw}
    return _page(request, "version", version.subject, **context)


@needs("reports.edit_showcase", residency_or_404)
def edit(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Edit what the page says."""
    record = ShowcaseEntry.objects.filter(stream=residency.stream_id).select_related("theme").first() or ShowcaseEntry()
    form = forms.EntryForm(request.POST or None, record=record)
    act = lambda: actions.edit_entry(residency, shown_revision=form.shown_revision, by=request.user, **form.facts)
    done = _("Saved. Nothing is public until both sides release it.")
    return _acted(request, residency, form, act, heading=_("Edit the showcase entry"), done=done)


@needs("reports.edit_showcase", residency_or_404)
def add_component(request: HttpRequest, residency: Residency) -> HttpResponse:
    """List a component for reuse."""
    form = forms.ComponentForm(request.POST or None)
    act = lambda: actions.add_component(residency, **form.facts, by=request.user)
    return _acted(request, residency, form, act, heading=_("Add a component to reuse"), done=_("Component added."))


def component_or_404(user: User, reference: str, component: int) -> ShowcaseComponent:
    residency = residency_or_404(user, reference)
    row: ShowcaseComponent = _part(ShowcaseComponent.objects.select_related("entry"), component, entry__stream=residency.stream_id)
    row.entry.stream = residency.stream
    row.entry.stream.residency = residency
    return row


@needs("reports.edit_showcase_part", component_or_404)
@require_POST
def remove_component(request: HttpRequest, component: ShowcaseComponent) -> HttpResponse:
    """Take a component off the list."""
    done = _("“%(name)s” was removed.") % {"name": component.name}
    return press(request, lambda: actions.remove_component(component, by=request.user), done=done, to=_home(component.subject))


@needs("reports.view_showcase", residency_or_404)
@require_safe
def named_alumni(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Show the alumni of the residency, and who of them agreed to be named in public."""
    may_edit = account_on(request).has_perm("reports.edit_showcase", residency)
    return _page(request, "names", residency, places=places_of(residency), may_edit=may_edit)


def place_or_404(user: User, reference: str, place: int) -> AlumnusPlace:
    residency = residency_or_404(user, reference)
    rows = AlumnusPlace.objects.filter(alumnus__opted_out_at=None).select_related("alumnus__person")
    row: AlumnusPlace = _part(rows, place, residency=residency)
    row.residency = residency
    return row


@needs("reports.edit_showcase_part", place_or_404)
def record_consent(request: HttpRequest, place: AlumnusPlace) -> HttpResponse:
    """Record that an alum agreed to be named."""
    form = forms.ConsentForm(request.POST or None, initial={"agreed_on": timezone.localdate()})
    act = lambda: actions.record_consent(place, **form.facts, by=request.user)
    heading = _("Record consent: %(name)s") % {"name": place.alumnus.person.name}
    done = _("Consent recorded. The name will appear in the next version.")
    return _acted(request, place.residency, form, act, heading=heading, done=done, to=_names(place.residency))


def consent_or_404(user: User, reference: str, consent: int) -> Consent:
    residency = residency_or_404(user, reference)
    row: Consent = _part(Consent.objects.select_related("place__alumnus__person"), consent, place__residency=residency)
    row.place.residency = residency
    return row


@needs("reports.edit_showcase_part", consent_or_404)
@require_POST
def end_consent(request: HttpRequest, consent: Consent) -> HttpResponse:
    """Take a name off all public pages."""
    done = _("The name was removed from all public pages.")
    return press(request, lambda: actions.end_consent(consent, by=request.user), done=done, to=_names(consent.subject))


@needs("reports.release_showcase", residency_or_404)
@require_POST
def propose(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Release the page as it was shown, for one side."""
    shown = request.POST.get("shown_sha256", "")
    done = _("Released for your side. It is public once the other side releases it too; they get an email.")
    return press(request, lambda: actions.propose_version(residency, shown_sha256=shown, by=request.user), done=done, to=_home(residency))


@needs("reports.release_version", version_or_404)
@require_POST
def release(request: HttpRequest, version: ShowcaseVersion) -> HttpResponse:
    """Release a version for the other side, which publishes it."""
    back = _home(version.subject)
    return press(request, lambda: actions.release_version(version, by=request.user), done=_("Published in the showcase."), to=back)


@needs("reports.release_version", version_or_404)
def withdraw(request: HttpRequest, version: ShowcaseVersion) -> HttpResponse:
    """Withdraw a version that is public or waiting."""
    form = forms.WithdrawForm(request.POST or None)
    act = lambda: actions.withdraw_version(version, **form.facts, by=request.user)
    heading = _("Withdraw version %(number)d") % {"number": version.number}
    return _acted(
        request, version.subject, form, act, heading=heading, done=_("Withdrawn. This version is no longer public."), tone="danger"
    )


@needs("reports.list_showcase")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """List all products with a page: published, waiting for a side, changed since they were published, or withdrawn."""
    return render(request, "reports/showcase/overview.html", {"products": product_list()})


def _home(residency: Residency) -> str:
    return reverse("showcase-entry", args=[residency.reference])


def _names(residency: Residency) -> str:
    return reverse("showcase-names", args=[residency.reference])


def _page(request: HttpRequest, name: str, residency: Residency, **context: Any) -> HttpResponse:
    return render(request, f"reports/showcase/{name}.html", framed(residency, **context) | {"tab": TAB})


def _acted(
    request: HttpRequest,
    residency: Residency,
    form: forms.ActForm,
    act: Any,
    *,
    heading: str,
    done: str,
    to: str = "",
    tone: str = "primary",
) -> HttpResponse:
    """Show `form` in the residency's frame; when it is valid, run `act` and go to `to`, by default the page about the showcase."""
    context = framed(residency, heading=heading, tone=tone) | {"tab": TAB}
    return run(request, form, act, done=done, to=to or _home(residency), page="reports/act.html", **context)

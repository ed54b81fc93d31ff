"""The email preference pages: through the link in any mail, in an account, or for lab staff on a person's page (EL-64)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from acts.act import Actor, account_of
from acts.revisions import Stale
from dates.moments import morning_from
from outbox.catalogue.messages import is_optional, occasion_label, optional
from outbox.models import MailPreference, Message
from outbox.preferences import actions, links
from people.actions import person_of
from people.models import Person, User
from web.access import needs, open_to_anyone, signed_in
from web.forms import ActForm
from web.token_pages import private

# ── The form ──────────────────────────────────────────────────────────────────────────────────────


AT_ONCE, DAILY = "at_once", "daily"


STOP_ALL = "stop_all"


def _kinds() -> list[tuple[str, Any]]:
    return [(name, kind.label) for name, kind in optional().items()]


class MailPreferenceForm(ActForm):
    """How often mail is sent, and which optional `kinds`; the button `STOP_ALL` means none, whatever is ticked (EL-64).

    Choices about kinds that aren't shown don't change.
    """

    how = forms.ChoiceField(
        label=_("How often we send email"),
        widget=forms.RadioSelect,
        choices=[(AT_ONCE, _("Right away, one email for each message")), (DAILY, _("Once a day at 8 a.m. Pacific, all in one email"))],
    )
    kinds = forms.MultipleChoiceField(
        label=_("Optional email"),
        widget=forms.CheckboxSelectMultiple,
        choices=_kinds,
        required=False,
        help_text=_("Clear the box beside any email you don’t want. You can turn it back on at any time."),
    )

    def __init__(self, *args: Any, wish: MailPreference, kinds: Collection[str], **kwargs: Any) -> None:
        self.wish, self.shown = wish, kinds
        super().__init__(*args, initial=as_filled_in(wish, kinds), **kwargs)
        cast(forms.CheckboxSelectMultiple, self.fields["kinds"].widget).choices = [choice for choice in _kinds() if choice[0] in kinds]

    def clean_kinds(self) -> list[str]:
        return [name for name in self.cleaned_data["kinds"] if name in self.shown]

    def became_stale(self, stale: Stale) -> None:
        """Show both sets of choices with the labels that the form uses."""
        theirs, mine = as_filled_in(cast(MailPreference, stale.current), self.shown), self.facts
        super().became_stale(
            Stale(
                stale.current,
                {name: (self._chosen(name, theirs), self._chosen(name, mine)) for name in theirs if theirs[name] != mine[name]},
            )
        )

    def _chosen(self, name: str, facts: dict[str, Any]) -> str:
        labels: dict[str, Any] = dict(cast(Any, self.fields[name]).choices)
        return ", ".join(str(labels[value]) for value in ([facts[name]] if name == "how" else facts[name]))

    @property
    def wanted(self) -> dict[str, Any]:
        """The arguments for the act."""
        kinds = set() if STOP_ALL in self.data else set(self.cleaned_data["kinds"])
        stopped = set(self.shown) - kinds if kinds else set()
        return {
            "digest": self.cleaned_data["how"] == DAILY,
            "optional": bool(kinds),
            "stopped": sorted(stopped | (set(self.wish.stopped) - set(self.shown))),
        }


def as_filled_in(wish: MailPreference, kinds: Collection[str]) -> dict[str, Any]:
    """Return the form's initial values for these kinds."""
    return {"how": DAILY if wish.digest else AT_ONCE, "kinds": [name for name in kinds if wish.wants(name)]}


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


LOOKUPS_A_MINUTE = 60
WHY = "The link in a mail names one person, who may have no account. It shows and changes only that person's email preferences."
END_LINKS = "end_links"
UNDO, UNDONE = "undo", "undone"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Show and change your own email preferences."""
    user = cast(User, request.user)
    person = Person.objects.filter(user=user.pk).first()
    if request.method == "POST":
        person = person or person_of(user, by=user)
    return _chosen(request, person, by=user, base="base.html", may_end=True)


def _person(user: User, pk: int) -> Person:
    return get_object_or_404(Person.objects.select_related("user"), pk=pk)


@needs("people.edit_person", _person)
@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, person: Person) -> HttpResponse:
    """Change someone's email preferences for them, at their request."""
    return _chosen(request, person, by=request.user, base="base.html", for_person=person, may_end=True)


@open_to_anyone(WHY)
@private("mail-lookups", LOOKUPS_A_MINUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show and change the email preferences of the link's person: GET changes nothing, however often a scanner opens it; POST saves."""
    person = links.whose(token)
    if person is None:
        return render(request, "outbox/wish_link_ended.html", status=404)
    address = links.masked(person.email or cast(User, person.user).email)
    return _chosen(request, person, by=links.MailLinkHolder(token, person), base="base_signing.html", address=address)


@open_to_anyone(WHY)
@csrf_exempt
@private("mail-lookups", LOOKUPS_A_MINUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str, occasion: str) -> HttpResponse:
    """Stop one kind of optional mail when a mail program asks for it with one click (RFC 8058).

    The request has no cookie or CSRF token; only the link says who it is for. Opening the link in a browser redirects to the
    preferences page.
    """
    person = links.whose(token)
    if person is None or not is_optional(occasion):
        return HttpResponseNotFound(gettext("This link no longer works."), content_type="text/plain; charset=utf-8")
    if request.method != "POST":
        return redirect("mail-by-link", token)
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return HttpResponseBadRequest(gettext("Nothing was changed."), content_type="text/plain; charset=utf-8")
    actions.stop(person, occasion, by=links.MailLinkHolder(token, person))
    confirmation = gettext("Stopped: %(kind)s. You won’t get this kind of email any more.") % {"kind": occasion_label(occasion)}
    return HttpResponse(confirmation, content_type="text/plain; charset=utf-8")


def _chosen(request: HttpRequest, person: Person | None, *, by: Actor, may_end: bool = False, **context: Any) -> HttpResponse:
    """Show the form, the messages waiting for the next digest and, once saved, a button to undo the change."""
    wish = links.preference_of(person)
    kinds = links.kinds_for(person.user if person else account_of(by))
    form = MailPreferenceForm(request.POST or None, wish=wish, kinds=kinds, record=wish)
    if request.method == "POST" and person and may_end and END_LINKS in request.POST:
        actions.end_mail_links(person, by=by)
        messages.success(request, gettext("Links in earlier emails no longer work. The next email will have a new one."))
        return redirect(request.path)
    before = as_filled_in(wish, kinds)
    if request.method == "POST" and person and form.carried_out(lambda: _save(person, form, by=by)):
        back = {"saved": UNDONE} if UNDO in request.POST else {**before, "saved": "yes"}
        return redirect(f"{request.path}?{urlencode(back, doseq=True)}")
    context |= {
        "form": form, "wish": wish, "may_end": may_end, "stop_all": STOP_ALL, "before": _before(request, wish, kinds),
        "saved": links.describe_preference(wish, kinds) if "saved" in request.GET else (), "undone": request.GET.get("saved") == UNDONE,
        "waiting": Message.objects.held().filter(person=person).count() if person and wish.digest else 0,
        "next_digest": morning_from(timezone.now()),
    }  # fmt: skip
    return render(request, "outbox/wishes.html", context, status=form.status_or_422)


def _save(person: Person, form: MailPreferenceForm, *, by: Actor) -> None:
    """Save the choices; stopping everything overrides any change made since."""
    actions.choose_mail(person, **form.wanted, shown_revision=None if STOP_ALL in form.data else form.shown_revision, by=by)


def _before(request: HttpRequest, wish: MailPreference, kinds: Collection[str]) -> dict[str, Any] | None:
    """Return the choices before the last save, from the query string; None if they are the current ones."""
    form = MailPreferenceForm(request.GET, wish=wish, kinds=kinds) if "saved" in request.GET else None
    if form is None or not form.is_valid() or (before := form.facts) == as_filled_in(wish, kinds):
        return None
    return before

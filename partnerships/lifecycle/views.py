"""One page for every move of a partnership: what will happen, what is missing, and the button (SP-04)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.lifecycle import Move, MoveCheck
from partnerships.fetch import partnership_or_404
from partnerships.lifecycle import actions
from partnerships.lifecycle.moves import BY_VERB, ENDINGS, check_shown
from partnerships.models import Partnership
from people.models import User
from web.access import needs
from web.acts import run
from web.forms import DayField, LifecycleForm


class OperatingForm(LifecycleForm):
    on = DayField(label=gettext_lazy("First day of service"))


class ReasonForm(LifecycleForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everyone who works on the partnership can read it."),
    )  # fmt: skip


class EndForm(ReasonForm):
    on = DayField(label=gettext_lazy("Last day"))


@dataclass(frozen=True)
class Kind:
    """How a verb is asked and carried out: its form, its act, and what is said before and after."""

    form: type[LifecycleForm]
    act: Callable[..., Partnership]
    cannot: Any
    follows: Any


KINDS: Mapping[str, Kind] = {
    "study_feasibility": Kind(
        LifecycleForm, actions.study_feasibility, gettext_lazy("Can’t study feasibility yet"),
        gettext_lazy("The partners compare sites, plan arrangements, set up a board and agree how to share costs."),
    ),
    "begin_agreeing": Kind(
        LifecycleForm, actions.begin_agreeing, gettext_lazy("Can’t start the agreement yet"),
        gettext_lazy("The agreement is prepared, with sunset criteria and a review date. Informal cross promotion needs only a note."),
    ),
    "begin_preparing": Kind(
        LifecycleForm, actions.begin_preparing, gettext_lazy("Can’t start preparing yet"), gettext_lazy("The partners prepare the service.")
    ),
    "begin_operating": Kind(
        OperatingForm, actions.begin_operating, gettext_lazy("Can’t start operating yet"), gettext_lazy("Clients are served from that day.")
    ),
    "end_partnership": Kind(
        EndForm, actions.end_partnership, gettext_lazy("Can’t end the partnership yet"),
        gettext_lazy("Reminders stop, the coordinators get an email, and you can still read the record. This can’t be undone."),
    ),
    "not_pursue": Kind(
        ReasonForm, actions.not_pursue, gettext_lazy("Can’t close this partnership yet"),
        gettext_lazy("The idea ends here. You can still read everything recorded so far. This can’t be undone."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Ahead:
    """A move that somebody looks at, and the partnership it would move."""

    partnership: Partnership
    move: Move


def move_or_404(user: User, reference: str, verb: str) -> Ahead:
    """Raise Http404 for a partnership that `user` may not know of, and for an unknown verb."""
    partnership = partnership_or_404(user, reference)
    if verb not in BY_VERB:
        raise Http404(verb)
    return Ahead(partnership, BY_VERB[verb])


@needs("partnerships.move", move_or_404)
def move(request: HttpRequest, ahead: Ahead) -> HttpResponse:
    """Show what the move does and what it waits for; on POST carry it out, or list everything that is missing."""
    partnership, kind = ahead.partnership, KINDS[ahead.move.verb]
    today = timezone.localdate()
    form = kind.form(request.POST if request.method == "POST" else None, initial={"on": today})
    form.verb = ahead.move.label
    if request.method != "POST":
        return _page(request, ahead, form, check_shown(ahead.move, partnership, today))
    params = {"name": partnership.name, "stage": ahead.move.target.label}
    return run(
        request,
        form,
        lambda: kind.act(partnership, by=request.user, **form.facts),
        done=_("The stage of %(name)s is now “%(stage)s”.") % params,
        to=partnership.get_absolute_url(),
        page=lambda status: _page(request, ahead, form, MoveCheck(form.findings, form.met), status=form.status_or_422),
    )


def _page(request: HttpRequest, ahead: Ahead, form: LifecycleForm, stands: MoveCheck, *, status: int = 200) -> HttpResponse:
    kind = KINDS[ahead.move.verb]
    context = {
        "partnership": ahead.partnership,
        "tab": "overview",
        "move": ahead.move,
        "form": form,
        "stands": stands,
        "asks": not stands.findings or request.method == "POST",
        "cannot": kind.cannot,
        "consequences": [kind.follows],
        "tone": "danger" if ahead.move.verb in ENDINGS else "primary",
        "back": request.path,
    }
    return render(request, "partnerships/move.html", context, status=status)

"""One flow for every move of the lifecycle that has no page of its own: what will happen, what stands in the way, the press."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acts.act import Actor
from ledger.history_text import tell
from ledger.lifecycle import Move, MoveCheck
from ledger.models import Event
from outbox.queue import announcement, recipients
from people.models import User
from residencies.fetch import residency_or_404
from residencies.lifecycle import actions, forms, reapplication
from residencies.lifecycle.moves import BY_VERB, LIFECYCLE, with_links_for
from residencies.lifecycle.next_steps import ENDINGS, PAGES
from residencies.lifecycle.rules import graduation_due
from residencies.models import Residency
from residencies.reference_data import figure
from web.access import needs
from web.acts import run
from web.forms import ActForm, LifecycleForm
from web.templatetags.portal import day


@dataclass(frozen=True)
class Kind:
    """How a verb is asked and carried out: its form, its act, and what is said before, when refused, and after."""

    form: type[LifecycleForm]
    act: Callable[..., Residency]
    cannot: Any
    done: Any
    names: Mapping[str, str]


KINDS = {
    "start": Kind(
        forms.StartForm, actions.start, gettext_lazy("Can't start yet"), gettext_lazy("%(product)s is in residence."), {"on": "on"}
    ),
    "go_live": Kind(
        forms.GoLiveForm,
        actions.go_live,
        gettext_lazy("Can't go live yet"),
        gettext_lazy("%(product)s is live. Graduation is due on %(due)s."),
        {"on": "released_on", "note": "note"},
    ),
    "graduate": Kind(
        forms.GraduateForm,
        actions.graduate,
        gettext_lazy("Can't graduate yet"),
        gettext_lazy("%(product)s has graduated."),
        {name: name for name in ("on", "reintegrated_into", "story", "ceremony_on", "ceremony_place")},
    ),
    "pivot": Kind(
        forms.PivotForm,
        actions.pivot,
        gettext_lazy("Can't pivot yet"),
        gettext_lazy("The partnership on %(product)s has ended in a pivot."),
        {"on": "on", "reason": "reason"},
    ),
    "reopen_review": Kind(
        forms.ReasonForm,
        actions.reopen_review,
        gettext_lazy("Can't reopen the review"),
        gettext_lazy("The review of %(product)s is open again."),
        {"reason": "reason"},
    ),
    "withdraw": Kind(
        forms.ReasonForm,
        actions.withdraw,
        gettext_lazy("Can't be withdrawn"),
        gettext_lazy("%(product)s is withdrawn."),
        {"reason": "reason"},
    ),
}


@dataclass(frozen=True)
class Ahead:
    """A move that somebody looks at, and the residency it would move."""

    residency: Residency
    move: Move


def move_or_404(user: User, reference: str, verb: str) -> Ahead:
    """Raises Http404 for a residency that `user` may not know of, and for a verb that has a page of its own or is none."""
    residency = residency_or_404(user, reference)
    if verb not in BY_VERB or verb in PAGES:
        raise Http404(verb)
    return Ahead(residency, BY_VERB[verb])


@needs("residencies.move", move_or_404)
def move(request: HttpRequest, ahead: Ahead) -> HttpResponse:
    """Show what the move does and what it waits for; on POST carry it out, or say everything that stands in the way (EL-04)."""
    residency, kind = ahead.residency, KINDS[ahead.move.verb]
    form = kind.form(request.POST if request.method == "POST" else None)
    form.verb = ahead.move.label
    if request.method != "POST":
        return _page(request, ahead, form, LIFECYCLE.check(ahead.move.verb, residency, timezone.localdate()))
    return run(
        request,
        form,
        lambda: kind.act(residency, by=request.user, **{kind.names[name]: value for name, value in form.facts.items()}),
        done=lambda moved: kind.done % {"product": moved.product, "due": day(moved.graduation_due_on)},
        to=residency,
        page=lambda status: _page(request, ahead, form, MoveCheck(form.findings, form.met), status=form.status_or_422),
    )


def _page(request: HttpRequest, ahead: Ahead, form: LifecycleForm, stands: MoveCheck, *, status: int = 200) -> HttpResponse:
    residency, verb = ahead.residency, ahead.move.verb
    rehearsal = Rehearsal() if stands.findings else announced(verb, residency, by=request.user)
    context = {
        "residency": residency,
        "tab": "overview",
        "move": ahead.move,
        "form": form,
        "stands": with_links_for(request.user, stands, residency),
        "asks": not stands.findings or request.method == "POST",
        "cannot": KINDS[verb].cannot,
        "consequences": consequences(verb, residency, timezone.localdate(), mailed=rehearsal.mailed),
        "recorded": rehearsal.recorded if verb == "pivot" else [],
        "tone": "danger" if verb in (*ENDINGS, "reopen_review") else "primary",
        "back": request.path,
    }
    return render(request, "residencies/move.html", context, status=status)


# What a move is rehearsed with, before anything is typed.
REHEARSAL = {"reason": "–", "reintegrated_into": "–", "note": "", "story": "", "ceremony_on": None, "ceremony_place": ""}


@dataclass(frozen=True)
class Rehearsal:
    """What a move would do if it were made today: who gets an email, and what history would say."""

    mailed: str = ""
    recorded: Sequence[str] = ()


def announced(verb: str, residency: Residency, *, by: Actor) -> Rehearsal:
    """Say what the move would do if it were made today: the act itself is rehearsed (K14)."""
    kind, today = KINDS[verb], timezone.localdate()
    recorded: list[str] = []
    before = residency.stream.head_seq

    def act() -> Residency:
        moved = kind.act(residency, by=by, **{name: REHEARSAL.get(name, today) for name in kind.names.values()})
        # Inside the rehearsal: afterwards, the events are gone with everything else.
        recorded.extend(tell(event).what for event in Event.objects.filter(stream=residency.stream_id, seq__gt=before).order_by("seq"))
        return moved

    return Rehearsal(announcement(recipients(act)), recorded)


def consequences(verb: str, residency: Residency, today: datetime.date, *, mailed: str) -> list[str]:
    """What the move brings about, in sentences, for whoever is about to make it; `mailed` says who gets an email."""
    params = {"product": residency.product, "state": BY_VERB[verb].target.label}
    follows = {
        "start": [_("The team moves in, and coaching begins.")],
        "go_live": [
            _("This release is recorded as the final live release."),
            _("The clock to graduation starts. If the product goes live today, graduation is due on %(due)s.")
            % {"due": day(graduation_due(today, figure("months_to_graduation", today)))},
        ],
        "graduate": [
            _("The team moves to its ministry, and the residency ends."),
            _("Its contacts stay on file as alumni of the lab."),
            _("After 6 and 12 months, the product owner gets an email that asks how the product is doing."),
        ],
        "pivot": [
            _("From the effective date, the team no longer has priority for lab services."),
            _("Reminders, planned reviews and sessions stop today, and an agreement that not everyone has signed becomes void."),
            _("A letter with your reason is issued and sealed. Everyone involved can read it."),
            _("The record stays readable, signed agreements stay as they are, and the program area can apply again."),
        ],
        "reopen_review": [
            _("The lab reviews the six conditions again. Each finding stands until a new one is sent."),
            _("Any agreement becomes void and can’t be signed. A new one can be made once the residency qualifies again."),
        ],
        "withdraw": [_("The residency ends. Everything written so far is kept."), _("The program area can apply again.")],
    }
    last = [_("This can’t be undone.")] if verb in (*ENDINGS, "graduate", "go_live", "reopen_review") else []
    return [_("The status of %(product)s changes to “%(state)s”.") % params, *follows[verb], *filter(None, [mailed]), *last]


@needs("residencies.apply_again", residency_or_404)
def apply_again(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say what a new application starts with, and start it."""
    form = ActForm(request.POST if request.method == "POST" else None)
    form.verb = _("Apply again")
    return run(
        request,
        form,
        lambda: reapplication.apply_again(residency, by=request.user),
        done=lambda later: (
            _("Application %(reference)s started. Update what has changed, then send it to the lab.") % {"reference": later.reference}
        ),
        to=lambda later: later,
        page="residencies/apply_again.html",
        residency=residency,
        tab="overview",
    )

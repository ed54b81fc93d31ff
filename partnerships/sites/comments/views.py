"""Pages of clients' comments and their forms: figures by site for everyone on the partnership, the comments themselves for few (SP-07, PB-48)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.fetch import partnership_or_404, site_or_404
from partnerships.models import Channel, ClientComment, Partnership, Site, Tone
from partnerships.sites.comments import actions
from partnerships.sites.comments.queries import figures_of, people_who_can_follow_up
from partnerships.sites.comments.rules import Figures
from people.fields import LineInput
from people.models import Person, User
from web.access import needs
from web.acts import run
from web.forms import ActForm, DayField

# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────


class CommentForm(ActForm):
    verb = gettext_lazy("Record comment")
    channel = forms.ChoiceField(label=gettext_lazy("How it came"), choices=Channel.choices)
    received_on = DayField(label=gettext_lazy("Received on"))
    text = forms.CharField(
        label=gettext_lazy("Comment"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("In the client’s words, without names."),
    )
    # Not `tone`: pages take that name for how a form's button looks.
    tone_before = forms.ChoiceField(label=gettext_lazy("Tone"), choices=Tone.choices, widget=forms.RadioSelect)
    missed = LineInput(
        label=gettext_lazy("Service that isn’t offered here"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("If the client asked for one, for example “Passports”."),
    )
    contact = LineInput(
        label=gettext_lazy("How to reach the client"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A phone number or an email address."),
    )
    consent = forms.BooleanField(label=gettext_lazy("The client agreed to be contacted about it"), required=False)
    responsible = forms.ModelChoiceField(
        label=gettext_lazy("Who follows up"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("The partnership’s lead"),
        blank=True,
    )

    def __init__(self, *args: Any, people: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = Person.objects.filter(pk__in=people).order_by("name")  # type: ignore[attr-defined]

    @property
    def comment(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"tone": facts.pop("tone_before"), **facts}


class FollowUpForm(ActForm):
    verb = gettext_lazy("Record follow-up")
    followed_up_on = DayField(label=gettext_lazy("Followed up on"))
    learned = forms.CharField(
        label=gettext_lazy("What was learned"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Without names."),
    )
    tone_after = forms.ChoiceField(label=gettext_lazy("Tone afterwards"), choices=Tone.choices, widget=forms.RadioSelect)


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


TAB = "comments"
PAGE_SIZE = 25


def comment_or_404(user: User, reference: str, site: int, comment: int) -> ClientComment:
    of_site = site_or_404(user, reference, site)
    rows = ClientComment.objects.select_related("responsible", "recorded_by", "followed_up_by")
    row = get_object_or_404(rows, site=of_site, pk=comment)
    row.site = of_site
    return row


def _tones(figures: Figures) -> list[tuple[str, int, int]]:
    """Return each tone's label with its numbers before and after."""
    return [(str(Tone(tone).label), *counts) for tone, counts in (figures.tones or {}).items()]


@needs("partnerships.view_partnership", partnership_or_404)
def comments(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show each site's figures: the share that was followed up on time, and tones before and after; two queries."""
    rows = figures_of(list(Site.objects.filter(partnership=partnership)), timezone.localdate())
    context = {"partnership": partnership, "tab": TAB, "rows": [(site, figures, _tones(figures)) for site, figures in rows]}
    return render(request, "partnerships/sites/comments/comments.html", context)


@needs("partnerships.view_partnership", site_or_404)
def site_comments(request: HttpRequest, site: Site) -> HttpResponse:
    """Show a site's figures, and its comments to those who may read them; four queries."""
    user, today = request.user, site.today
    may_read = user.has_perm("partnerships.keep_partnership", site.partnership)
    page = None
    if may_read:
        rows = ClientComment.objects.filter(site=site).select_related("responsible")
        page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        for row in page:
            _show(row, site, today)
    [(_site, figures)] = figures_of([site], today)
    context = {
        "partnership": site.partnership,
        "tab": TAB,
        "site": site,
        "figures": figures,
        "tones": _tones(figures),
        "page": page,
        "may_record": site.partnership.is_under_way and user.has_perm("partnerships.record_comment", site.partnership),
    }
    return render(request, "partnerships/sites/comments/site_comments.html", context)


def _show(row: Any, site: Site, today: datetime.date) -> None:
    row.site, row.late = site, row.is_late(today)


@needs("partnerships.record_comment", site_or_404)
def add(request: HttpRequest, site: Site) -> HttpResponse:
    """Record a comment."""
    people = people_who_can_follow_up(site.partnership)
    form = CommentForm(request.POST or None, people=people, initial={"received_on": site.today})
    act = lambda: actions.record_comment(site, **form.comment, by=request.user)
    context = {"partnership": site.partnership, "tab": TAB, "heading": _("Record a comment: %(site)s") % {"site": site}}
    to = reverse("site-comments", args=[site.partnership.reference, site.pk])
    return run(request, form, act, done=_recorded, to=to, page="partnerships/act.html", **context)


def _recorded(row: ClientComment) -> str:
    if row.due_on is None:
        return _("Comment recorded. It needs no follow-up, because the client can’t or doesn’t want to be contacted.")
    return _("Comment recorded. The follow-up is due in ten working days.")


@needs("partnerships.follow_up_comment", comment_or_404)
def comment(request: HttpRequest, comment: ClientComment) -> HttpResponse:
    """Show a comment with what is personal in it, and record its follow-up."""
    form = FollowUpForm(request.POST or None, record=comment, initial=_initial(comment))
    act = lambda: actions.follow_up(comment, **form.facts, shown_revision=form.shown_revision, by=request.user)
    context: dict[str, Any] = {
        "partnership": comment.partnership,
        "tab": TAB,
        "comment": comment,
        "late": comment.is_late(comment.site.today),
    }
    to = reverse("site-comments", args=[comment.partnership.reference, comment.site_id])
    return run(request, form, act, done=_("Follow-up recorded."), to=to, page="partnerships/sites/comments/comment.html", **context)


def _initial(comment: ClientComment) -> dict[str, Any]:
    return {"followed_up_on": comment.site.today} if comment.needs_follow_up else {}

"""Mentors over the whole lab, and each team's mentoring (EL-54)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.choices import HelpTopic, MentoringState
from community.mentors import actions, forms
from community.mentors.forms import candidates, with_load
from community.models import Mentoring, MentorMeeting, Offer, OfferTopic
from community.queries import people_of
from community.tables import search_field, tidy
from community.templatetags.community import mentoring_chip, mentoring_since, short_offer
from community.views import done_on_community
from people.identity import account_on
from people.lists.page import list_page
from people.models import User
from residencies.fetch import residency_or_404
from residencies.models import Residency
from web.access import needs
from web.acts import run
from web.exports import export
from web.forms import ActForm
from web.paging import CellColumn, KeyedRows, Table, TemplateColumn, in_order

WIDE = {"td": {"class": "cell-wide"}}


def _about(mentoring: Mentoring) -> SafeString:
    url, question = mentoring.get_absolute_url(), Truncator(mentoring.question).chars(140)
    return format_html('<a href="{}">{}</a><span class="cell-sub">{}</span>', url, mentoring.get_topic_display(), question)


def _team(mentoring: Mentoring) -> SafeString:
    url = reverse("community", args=[mentoring.residency.reference])
    return format_html('<a href="{}">{}</a>', url, mentoring.residency)


class MentoringRows(KeyedRows):
    """Counted and ordered without a join; only the rows of the page are fetched, with all that they show."""

    def rows_of_page(self, keys: list[int]) -> list[Mentoring]:
        rows = Mentoring.objects.for_list().in_bulk(keys)
        return [rows[key] for key in keys if key in rows]


class MentoringTable(Table):
    """One row per request or mentoring."""

    about = CellColumn(_about, verbose_name=_("Topic"), orderable=False, attrs=WIDE)
    team = CellColumn(_team, verbose_name=_("Team"), orderable=False, attrs=WIDE)
    mentor = tables.Column(_("Mentor"), orderable=False, default="")
    since = CellColumn(mentoring_since, verbose_name=_("Since"), orderable=False)
    state = CellColumn(mentoring_chip, verbose_name=_("Status"), orderable=False)

    label = _("Mentoring")
    cards = True

    class Meta:
        model = Mentoring
        fields = ("about", "team", "mentor", "since", "state")


class MentoringFilter(django_filters.FilterSet):
    """Open requests and mentorings, unless a status is chosen."""

    q = search_field(_("Team"))
    state = django_filters.ChoiceFilter(
        label=_("Status"), choices=[*MentoringState.choices, ("all", _("All"))], method="at_state", empty_label=_("Open")
    )
    topic = django_filters.ChoiceFilter(label=_("Topic"), choices=HelpTopic.choices, empty_label=_("All"))

    class Meta:
        model = Mentoring
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Mentoring], name: str, words: str) -> QuerySet[Mentoring]:
        return rows.filter(residency__in=Residency.objects.matching(tidy(words)))

    def at_state(self, rows: QuerySet[Mentoring], name: str, state: str) -> QuerySet[Mentoring]:
        return rows if state == "all" else rows.filter(state=state)

    @property
    def qs(self) -> Any:
        rows = super().qs
        asked = self.form.is_valid() and self.form.cleaned_data["state"]
        return rows if asked else rows.filter(closed_on=None)


WHO = "{% include 'community/mentors/_who.html' with offer=record only %}"
LOAD = "{% load i18n %}{% blocktranslate with load=record.load most=record.teams_at_once %}{{ load }} of {{ most }}{% endblocktranslate %}"


class OfferTable(Table):
    """One row per person who mentors teams, with how many they have now."""

    who = TemplateColumn(WHO, verbose_name=_("Name"), orderable=False, accessor="person", attrs=WIDE)
    offers = CellColumn(short_offer, verbose_name=_("Offers"), orderable=False, attrs=WIDE)
    load = TemplateColumn(LOAD, verbose_name=_("Teams now"), orderable=False, empty_values=())
    finished = tables.Column(_("Mentored before"), orderable=False)

    label = _("People who mentor teams")
    cards = True

    class Meta:
        model = Offer
        fields = ("who", "offers", "load", "finished")


class OfferFilter(django_filters.FilterSet):
    q = search_field(_("Name"))
    topic = django_filters.ChoiceFilter(label=_("Topic"), choices=HelpTopic.choices, method="about", empty_label=_("All"))

    class Meta:
        model = Offer
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Offer], name: str, words: str) -> QuerySet[Offer]:
        return rows.filter(person__name__icontains=tidy(words))

    def about(self, rows: QuerySet[Offer], name: str, topic: str) -> QuerySet[Offer]:
        return rows.filter(Exists(OfferTopic.objects.filter(offer=OuterRef("pk"), topic=topic)))


# ── Over the lab ─────────────────────────────────────────────────────────────────────────────


def _filtered(request: HttpRequest) -> MentoringFilter:
    waiting_first = F("matched_on").asc(nulls_first=True)
    return MentoringFilter(request.GET, queryset=Mentoring.objects.for_list().order_by(waiting_first, "requested_at", "pk"))


@require_safe
@needs("community.view_mentors")
def mentors(request: HttpRequest) -> HttpResponse:
    """Show open requests and mentorings, those without a mentor first."""
    mentoring_filter = _filtered(request)
    table = MentoringTable(MentoringRows(mentoring_filter.qs))
    table.empty = {"title": _t("No mentoring matches these filters"), "text": _t("Teams ask for a mentor on their Community page.")}
    page = list_page(request, table, mentoring_filter, export="mentors-export")
    return render(request, "community/mentors/mentors.html", {"part": "mentors", "list": page, "shown": "requests"})


@require_safe
@needs("community.view_mentors")
def mentors_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the filtered list."""
    header = (
        _t("Residency"), _t("Product"), _t("Topic"), _t("What the team wants help with"), _t("Requested"), _t("Status"), _t("Mentor"),
        _t("Last meeting"), _t("Outcome"), _t("Reason"),
    )  # fmt: skip
    rows = (
        (
            m.residency.reference, m.residency.product, m.get_topic_display(), m.question, m.requested_at, m.get_state_display(),
            m.mentor or "", m.last_met_on, m.outcome, m.reason,
        )
        for m in in_order(request, MentoringTable(_filtered(request).qs)).iterator(chunk_size=1000)
    )  # fmt: skip
    return export("mentors", file_format, header, rows)


@require_safe
@needs("community.view_mentors")
def mentor_offers(request: HttpRequest) -> HttpResponse:
    """Show everyone who mentors teams: what they can help with, and how many teams they have now."""
    offer_filter = OfferFilter(request.GET, queryset=with_load(Offer.objects.of_mentors().for_list()).order_by("person__name", "pk"))
    table = OfferTable(offer_filter.qs)
    table.empty = {
        "title": _t("No mentors match these filters"),
        "text": _t("Alumni say on their page that they mentor teams. Teams in residence offer it on their Community page."),
    }
    page = list_page(request, table, offer_filter)
    return render(request, "community/mentors/mentors.html", {"part": "mentors", "list": page, "shown": "offers"})


# ── A team's pages ───────────────────────────────────────────────────────────────────────────


@needs("community.request_mentor", residency_or_404)
def ask(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Ask the lab for a mentor."""
    form = forms.AskForm(request.POST or None)
    act = lambda: actions.request_mentor(residency, **form.facts, by=account_on(request))
    done = _t("Request sent. The lab will find a mentor, and you’ll get an email with their name.")
    return done_on_community(request, residency, form, act, heading=_t("Ask for a mentor"), done=done)


@needs("community.offer_mentor", residency_or_404)
def offer(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say what someone on the team can help other teams with; `?person=` is someone whose offer is changed."""
    chosen = request.POST.get("person") or request.GET.get("person", "")
    current = (
        Offer.objects.for_list().filter(residency=residency, person=int(chosen)).first()
        if chosen.isdecimal() and len(chosen) < 10
        else None
    )
    person = current.person if current else None
    form = forms.TeamOfferForm(request.POST or None, people=people_of(residency), person=person, offer=current)
    act = lambda: actions.offer_mentor(residency, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    heading = _t("Offer help to other teams")
    done = _t("Offer saved. The lab sees it when a team asks for a mentor.")
    offers = Offer.objects.for_list().filter(residency=residency)
    return done_on_community(
        request, residency, form, act, heading=heading, done=done, template="community/mentors/offer.html", offers=offers
    )


def mentoring_or_404(user: User, mentoring: int) -> Mentoring:
    """Return a mentoring of a team that the account can see, or that it mentors."""
    row = Mentoring.objects.for_list().select_related("requested_by", "mentor__user", "mentor_team").filter(pk=mentoring).first()
    if row is None or not user.has_perm("community.view_mentoring", row):
        raise Http404(_t("This mentoring doesn’t exist, or your account doesn’t have access to it."))
    return row


def meeting_or_404(user: User, mentoring: int, meeting: int) -> MentorMeeting:
    of = mentoring_or_404(user, mentoring)
    row = MentorMeeting.objects.filter(mentoring=of, pk=meeting).first()
    if row is None:
        raise Http404(_t("This meeting doesn’t exist."))
    row.mentoring = of
    return row


@require_safe
@needs("community.view_mentoring", mentoring_or_404)
def mentoring(request: HttpRequest, mentoring: Mentoring) -> HttpResponse:
    """Show what the team asked for, its mentor, their meetings and the outcome."""
    return _page(request, mentoring)


def _page(request: HttpRequest, mentoring: Mentoring, form: ActForm | None = None, status: int = 200) -> HttpResponse:
    account = account_on(request)
    may_keep = account.has_perm("community.keep_mentoring", mentoring)
    may_meet = may_keep and mentoring.is_matched
    context = _frame(account, mentoring) | {
        "meetings": mentoring.meetings.filter(struck_at=None).select_related("recorded_by"),
        "form": form or (forms.MeetingForm(initial={"met_on": timezone.localdate()}) if may_meet else None),
        "may_meet": may_meet,
        "may_match": account.has_perm("community.match_mentor", mentoring) and mentoring.is_open,
        "may_cancel": account.has_perm("community.cancel_mentoring", mentoring) and mentoring.is_open,
        "candidates": candidates(mentoring)[:5] if mentoring.is_requested and account.has_perm("community.match_mentor", mentoring) else [],
    }
    return render(request, "community/mentors/mentoring.html", context, status=status)


def _frame(account: User, mentoring: Mentoring) -> dict[str, Any]:
    """Return the page's frame: the residency's for those who can see it, or a plain one for a mentor from elsewhere."""
    sees = account.has_perm("community.view_community", mentoring.residency)
    base = "residencies/workspace.html" if sees else "community/mentors/plain_frame.html"
    subject = {"residency": mentoring.residency, "subject": mentoring.residency} if sees else {}
    return {"base": base, "mentoring": mentoring, "tab": "community", "sees_residency": sees, **subject}


def _acted(
    request: HttpRequest, mentoring: Mentoring, form: ActForm, act: Callable[[], Any], *, heading: str, done: str, **more: Any
) -> HttpResponse:
    return run(
        request, form, act, done=done, to=mentoring.get_absolute_url(), page="community/mentors/act.html", heading=heading,
        **_frame(account_on(request), mentoring), **more,
    )  # fmt: skip


@needs("community.match_mentor", mentoring_or_404)
def match(request: HttpRequest, mentoring: Mentoring) -> HttpResponse:
    """Match a mentor, or another one than before."""
    people = candidates(mentoring)
    form = forms.MatchForm(request.POST or None, record=mentoring, candidates=people)
    act = lambda: actions.match_mentor(
        mentoring, mentor=form.cleaned_data["mentor"], shown_revision=form.shown_revision, by=account_on(request)
    )
    heading = _t("Change the mentor") if mentoring.is_matched else _t("Match a mentor")
    done = _t("Mentor matched. The mentor and the team’s contacts will get an email.")
    return _acted(request, mentoring, form, act, heading=heading, done=done, candidates=people, chooses=True)


@needs("community.keep_mentoring", mentoring_or_404)
def meet(request: HttpRequest, mentoring: Mentoring) -> HttpResponse:
    """Record a meeting."""
    form = forms.MeetingForm(request.POST or None, initial={"met_on": timezone.localdate()})
    act = lambda: actions.record_meeting(mentoring, **form.meeting, by=account_on(request))
    return _acted(request, mentoring, form, act, heading=_t("Record a meeting"), done=_t("Meeting recorded."))


@needs("community.keep_mentoring", mentoring_or_404)
def finish(request: HttpRequest, mentoring: Mentoring) -> HttpResponse:
    """End it with what the team got out of it."""
    form = forms.FinishForm(request.POST or None, record=mentoring)
    act = lambda: actions.finish_mentoring(mentoring, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    done = _t("Mentoring finished. The mentor will get an email with the outcome.")
    return _acted(request, mentoring, form, act, heading=_t("Finish the mentoring"), done=done)


@needs("community.cancel_mentoring", mentoring_or_404)
def cancel(request: HttpRequest, mentoring: Mentoring) -> HttpResponse:
    """Cancel a request, or end a mentoring early."""
    form = forms.CancelForm(request.POST or None, record=mentoring)
    act = lambda: actions.cancel_mentoring(mentoring, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    done = _t("Cancelled. If there was a mentor, they’ll get an email.")
    return _acted(request, mentoring, form, act, heading=_t("Cancel the mentoring"), done=done, tone="danger")


@needs("community.keep_meeting", meeting_or_404)
def remove_meeting(request: HttpRequest, meeting: MentorMeeting) -> HttpResponse:
    """Remove a meeting that was recorded by mistake."""
    form = forms.RemoveMeetingForm(request.POST or None, record=meeting)
    act = lambda: actions.remove_meeting(meeting, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    done = _t("Meeting removed. It stays on record in History.")
    return _acted(request, meeting.mentoring, form, act, heading=_t("Remove the meeting"), done=done, tone="danger")

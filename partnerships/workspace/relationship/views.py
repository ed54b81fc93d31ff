"""Pages of a partnership's relationship: rounds, results, and rating, signed in or by the link in a mail (SP-03, PB-29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.choices import Stage
from partnerships.fetch import part_or_404, partnership_or_404
from partnerships.models import PartnerRating, Partnership, RatingRound
from partnerships.workspace.relationship import actions, forms, links
from partnerships.workspace.relationship.queries import Results, next_due, over_time, progress_of, results_of
from partnerships.workspace.relationship.rules import LOW
from people.models import User
from web import token_pages
from web.access import needs, open_to_anyone
from web.acts import run
from web.exports import export

PAGE = "partnerships/act.html"
TAB = "relationship"
LOOKUPS_A_MINUTE = 60
WHY_RATE = "A partner’s coordinator holds a link and may have no account; it is for the rating of one partner only."
private = token_pages.private("rating-lookups", LOOKUPS_A_MINUTE)


def round_or_404(user: User, reference: str, round: int) -> RatingRound:
    return part_or_404(RatingRound.objects.select_related("opened_by"), user, reference, pk=round)


def open_round_or_404(user: User, reference: str, round: int) -> RatingRound:
    return part_or_404(RatingRound.objects.filter(ended_on=None), user, reference, pk=round)


def rating_or_404(user: User, reference: str, rating: int) -> PartnerRating:
    partnership = partnership_or_404(user, reference)
    rows = PartnerRating.objects.select_related("round", "partner__organization", "partner__coordinator")
    row = rows.filter(round__partnership=partnership, pk=rating).first()
    if row is None:
        raise Http404(rating)
    row.round.partnership = row.partner.partnership = partnership
    return row


# ── For people with an account ───────────────────────────────────────────────────────────────────


@needs("partnerships.view_partnership", partnership_or_404)
def relationship(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show the open round with who has rated, the latest results, and the rounds before; nine queries at most."""
    today, rounds = timezone.localdate(), list(RatingRound.objects.filter(partnership=partnership))
    for each in rounds:
        each.partnership = partnership
    current = next((each for each in rounds if each.is_open), None)
    ended = [each for each in rounds if not each.is_open]
    may_keep = partnership.is_under_way and request.user.has_perm("partnerships.keep_partnership", partnership)
    shown, elements = over_time(ended)
    context = {
        "current": current,
        "is_late": current is not None and current.is_late(today),
        "ratings": _progress(request, current) if current else [],
        "results": results_of(ended[0]) if ended else None,
        "ended": ended,
        "shown": shown if len(shown) > 1 else [],
        "over_time": elements,
        "next_due": next_due(rounds, partnership.started_on) if not current and partnership.state == Stage.OPERATING else None,
        "today": today,
        "may_keep": may_keep,
    }
    return render(request, "partnerships/relationship/relationship.html", _frame(partnership) | context)


def _frame(partnership: Partnership) -> dict[str, Any]:
    return {"partnership": partnership, "tab": TAB, "low": LOW}


def _progress(request: HttpRequest, current: RatingRound) -> list[Any]:
    """Return who has rated and who hasn't, each with whether this account may rate for it."""
    rows: list[Any] = progress_of(current)
    for row in rows:
        row.round = current
        row.may_rate = current.partnership.is_under_way and request.user.has_perm("partnerships.rate_relationship", row)
    return rows


def _acted(request: HttpRequest, partnership: Partnership, form: Any, act: Any, *, heading: str, done: Any) -> HttpResponse:
    to = reverse(TAB, args=[partnership.reference])
    return run(request, form, act, done=done, to=to, page=PAGE, **_frame(partnership), heading=heading)


@needs("partnerships.keep_partnership", partnership_or_404)
def open_round(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Ask the partners for their ratings."""
    form = forms.OpenForm(request.POST or None)
    act = lambda: actions.open_round(partnership, **form.facts, by=request.user)
    done = _("Round opened. Each coordinator gets an email with a link for rating.")
    return _acted(request, partnership, form, act, heading=_("Ask the partners for ratings"), done=done)


@needs("partnerships.keep_partnership", open_round_or_404)
def close_round(request: HttpRequest, rating_round: RatingRound) -> HttpResponse:
    """Close a round in which ratings are missing."""
    form = forms.CloseForm(request.POST or None)
    act = lambda: actions.close_round(rating_round, **form.facts, by=request.user)
    partnership = rating_round.partnership
    heading = _("Close %(round)s without every rating") % {"round": str(rating_round).lower()}
    return _acted(request, partnership, form, act, heading=heading, done=_("Round closed. The ratings that were given are shown."))


@needs("partnerships.view_partnership", round_or_404)
def rating_round(request: HttpRequest, rating_round: RatingRound) -> HttpResponse:
    """Show the results of a round. While it is open, the page of the relationship says who has rated."""
    results = results_of(rating_round)
    if results is None:
        return redirect(TAB, reference=rating_round.partnership.reference)
    context = _frame(rating_round.partnership) | {"results": results, "round": rating_round}
    return render(request, "partnerships/relationship/round.html", context)


@needs("partnerships.rate_relationship", rating_or_404)
def rate(request: HttpRequest, rating: PartnerRating) -> HttpResponse:
    """Rate for a partner, signed in."""
    form = forms.RateForm(request.POST or None, record=rating)
    act = lambda: actions.rate(rating, **form.answers, shown_revision=form.shown_revision, by=request.user)
    to = reverse(TAB, args=[rating.partnership.reference])
    context = _frame(rating.partnership) | {"rating": rating}
    return run(request, form, act, done=_done, to=to, page="partnerships/relationship/rate.html", **context)


def _done(rating: PartnerRating) -> str:
    if rating.round.is_open:
        return _("Rating sent. You can change it until every partner has rated.")
    return _("Rating sent. Every partner has rated, so the ratings are shown.")


@dataclass(frozen=True)
class Download:
    """The results of a round that has ended, as a file."""

    results: Results
    file_format: str

    @property
    def partnership(self) -> Partnership:
        return self.results.round.partnership


def download_or_404(user: User, reference: str, round: int, file_format: str) -> Download:
    """Return the results of a round. While it is open there are none."""
    results = results_of(round_or_404(user, reference, round))
    if results is None:
        raise Http404(_("This round is still open."))
    return Download(results, file_format)


@needs("partnerships.view_partnership", download_or_404)
def export_round(request: HttpRequest, download: Download) -> HttpResponse:
    """Download the results of a round."""
    results = download.results
    head = [_("Element"), _("Criterion")]
    for partner in results.partners:
        head += [partner, _("Why (%(partner)s)") % {"partner": partner}]
    name = f"{download.partnership.reference}-relationship-{results.round.number}"
    return export(name, download.file_format, [*head, _("Difference"), _("Average"), _("Change")], _rows(results))


def _rows(results: Results) -> Iterator[list[Any]]:
    for element, lines in results.elements:
        for line in lines:
            cells = [value for cell in line.cells for value in (cell.score, cell.reason)]
            change = "" if line.change is None else round(line.change, 1)
            yield [element.name, line.criterion.text, *cells, line.gap, round(line.average, 1), change]


# ── By the link in a mail ────────────────────────────────────────────────────────────────────────


@open_to_anyone(WHY_RATE)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Rate for a partner by the link in a mail, and read the results once the round has ended."""
    link = links.rating_link(token)
    if link is None:
        return render(request, "partnerships/relationship/link_ended.html", status=404)
    rating = link.rating
    rating.partner.coordinator = link.person
    if request.method != "POST" and (results := results_of(rating.round)):
        context = {"results": results, "round": rating.round, "partnership": rating.partnership, "low": LOW}
        return render(request, "partnerships/relationship/results_by_link.html", context)
    form = forms.RateForm(request.POST or None, record=rating)
    act = lambda: actions.rate(rating, **form.answers, shown_revision=form.shown_revision, by=links.RatingLinkHolder(link))
    # If the round ended while someone was rating, the act refuses, and the form keeps what was typed.
    if form.carried_out(act):
        return redirect("rating-by-link-sent", token=token)
    return render(request, "partnerships/relationship/rate_by_link.html", {"rating": rating, "form": form}, status=form.status)


@open_to_anyone(WHY_RATE)
@private
@require_safe
def sent_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Say that the rating was sent and who hasn't rated yet; with the last one, lead on to the results."""
    link = links.rating_link(token)
    if link is None or link.rating.given_on is None:
        return render(request, "partnerships/relationship/link_ended.html", status=404)
    if not link.rating.round.is_open:
        return redirect("rating-by-link", token=token)
    missing = [row for row in progress_of(link.rating.round) if row.given_on is None]
    return render(request, "partnerships/relationship/sent_by_link.html", {"rating": link.rating, "missing": missing, "token": token})

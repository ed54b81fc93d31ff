"""Acts on clients' comments: record one, follow it up, erase what is personal in it after a year (SP-07, PB-48).

No event has a comment's words, or how to reach a client: they can be erased, and the ledger can't.
"""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, account_of, act
from acts.revisions import refuse_if_stale
from dates.months import months_after
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append, lab_stream
from partnerships.models import ClientComment, Site
from partnerships.sites.comments.queries import follow_up_due
from people.models import Person

KEPT_MONTHS = 12


@act("partnerships.record_comment", on="site.partnership")
def record_comment(
    site: Site,
    *,
    channel: str,
    received_on: datetime.date,
    text: str,
    tone: str,
    by: Actor,
    contact: str = "",
    consent: bool = False,
    responsible: Person | None = None,
    missed: str = "",
) -> ClientComment:
    """Record a client's comment. With a contact and consent, its follow-up is due ten days later on which the site is open.

    Raises `Refused`: `comment-empty`, `comment-ahead`, `comment-no-contact` for consent without a contact.
    """
    partnership = subjects.lock(site.partnership.stream)
    faults: list[Finding] = []
    if not text.strip():
        faults.append(blocking("comment-empty", _("The comment is missing."), _("Enter it in the client’s words, without names.")))
    if received_on > site.today:
        faults.append(blocking("comment-ahead", _("That date is in the future."), _("Use today’s date or an earlier one.")))
    if consent and not contact.strip():
        remedy = _("Enter a phone number or an email address, or untick the consent.")
        faults.append(blocking("comment-no-contact", _("There’s consent, but no way to reach the client."), remedy))
    if faults:
        raise Refused(faults)
    due_on = follow_up_due(site, received_on) if consent else None
    row = ClientComment.objects.create(
        site=site, channel=channel, received_on=received_on, text=text.strip(), tone=tone, contact=contact.strip() if consent else "",
        consent=consent, responsible=responsible, missed=missed.strip(), recorded_by=account_of(by), due_on=due_on,
    )  # fmt: skip
    facts = {"site": site.name, "received_on": received_on, **({"due": due_on} if due_on else {})}
    append(partnership.stream, "comment-recorded", by=by, facts=facts)
    return row


@act("partnerships.follow_up_comment")
def follow_up(
    comment: ClientComment, *, followed_up_on: datetime.date, learned: str, tone_after: str, shown_revision: int, by: Actor
) -> ClientComment:
    """Record that a client was contacted, what was learned, and how they sounded then.

    Raises `Stale`, and `Refused`: `comment-done` if nothing is left to follow up, `comment-ahead`, `comment-early`, `comment-empty`.
    """
    partnership = subjects.lock(comment.partnership.stream)
    current = ClientComment.objects.select_for_update(of=("self",)).select_related("site").get(pk=comment.pk)
    current.site.partnership = partnership
    refuse_if_stale(current, shown_revision, {"followed_up_on": followed_up_on, "learned": learned.strip(), "tone_after": tone_after})
    if not current.needs_follow_up:
        raise refuse("comment-done", _("This comment doesn’t need a follow-up."), _("You don’t need to do anything."))
    if followed_up_on > current.site.today:
        raise refuse("comment-ahead", _("That date is in the future."), _("Use today’s date or an earlier one."))
    if followed_up_on < current.received_on:
        raise refuse("comment-early", _("That date is before the comment."), _("Use a later date."))
    if not learned.strip():
        raise refuse("comment-empty", _("It doesn’t say what was learned."), _("Enter it without names."))
    current.followed_up_on, current.followed_up_by = followed_up_on, account_of(by)
    current.learned, current.tone_after = learned.strip(), tone_after
    current.revision += 1
    current.save()
    facts = {"site": current.site.name, "received_on": current.received_on, "on": followed_up_on}
    append(partnership.stream, "comment-followed-up", by=by, facts=facts)
    return current


@act(system=SYSTEM)
def forget_comments(*, by: Actor) -> int:
    """Erase contact, words and what was learned of comments older than a year; returns how many. Dates and tones stay."""
    oldest = months_after(timezone.localdate(), -KEPT_MONTHS)
    rows = ClientComment.objects.filter(received_on__lt=oldest).exclude(text="", contact="", learned="", missed="")
    erased = rows.update(text="", contact="", learned="", missed="", consent=False)
    if erased:
        append(lab_stream(), "comments-forgotten", by=by, facts={"rows": erased})
    return erased

"""Reminders of the end of a site’s lease, and of a safety assessment that is due, and what they say (PB-23, PB-38, EL-60).

They go to the partners' coordinators and the lead, as those of endings do.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, MessageKind, Place, Template, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from
from outbox.reminders.schedule import Schedule, Step
from partnerships.choices import SiteState
from partnerships.endings.mail import PAGE
from partnerships.endings.reminders import concerned, places
from partnerships.models import SafetyAssessment, Site, SiteChange

SITE = Place("site", _("the site"), "Town hall, Picton", needed=True)

LEASE_MAIL = MessageKind(
    "partnership-lease-ends",
    _("A site’s lease is about to end"),
    (
        Template(
            _("Lease ends on {day}: {site}"),
            _(
                """Hello {name},

The lease at {site} ends on {day}. It is a site of {about}.

Agree with the partners whether to renew it, move, or look for a place to share. Once that is settled, enter the new date or the last day of the arrangement:
{link}

{lab}"""
            ),
        ),
    ),
    places=(SITE, Place("day", _("the last day of the lease"), "28 November 2026", needed=True), PAGE),
    optional=True,
    may_wait=True,
)

ASSESSMENT_MAIL = MessageKind(
    "partnership-assessment-due",
    _("A site’s safety assessment is due"),
    (
        Template(
            _("Safety assessment due: {site}"),
            _(
                """Hello {name},

Something changed at {site} on {day}, and its safety hasn’t been assessed since: {change}.

Have people, access control and layout assessed, then record the result:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        SITE,
        Place("day", _("the day of the change"), "28 November 2026", needed=True),
        Place("change", _("what changed"), "New counters", needed=True),
        PAGE,
    ),
    optional=True,
    may_wait=True,
)


def leased_sites() -> QuerySet[Site]:
    return Site.objects.filter(state=SiteState.CHOSEN, lease_ends_on__isnull=False)


def unassessed_changes() -> QuerySet[SiteChange]:
    """Return the latest change of each site that has no assessment since: made on its day or later, and recorded after it."""
    later = SiteChange.objects.filter(site=OuterRef("site")).filter(
        Q(made_at__gt=OuterRef("made_at")) | Q(made_at=OuterRef("made_at"), pk__gt=OuterRef("pk"))
    )
    since = SafetyAssessment.objects.filter(site=OuterRef("site"), made_at__gt=OuterRef("made_at"), on__gte=LocalDate(OuterRef("made_at")))
    return SiteChange.objects.filter(~Exists(later), ~Exists(since)).exclude(site__state=SiteState.NOT_CHOSEN)


def lease_letter(message: Message) -> MailParams:
    row = Site.objects.select_related("partnership").get(pk=message.facts["row"])
    return MailParams(
        {"site": _called(row), "day": date_format(row.lease_ends_on, "j F Y") if row.lease_ends_on else "", "link": _link(row)}
    )


def assessment_letter(message: Message) -> MailParams:
    row = SiteChange.objects.select_related("site__partnership").get(pk=message.facts["row"])
    day = date_format(row.site.day_of(row.made_at), "j F Y")
    link = address_of("site-assess", row.site.partnership.reference, row.site_id)
    return MailParams({"site": _called(row.site), "day": day, "change": row.note, "link": link})


def _called(site: Site) -> str:
    return f"{site.name}, {site.community}"


def _link(site: Site) -> str:
    return address_of("site", site.partnership.reference, site.pk)


LEASE_ENDS = Reminder(
    LEASE_MAIL,
    schedule=Schedule(steps=(Step(months=-12), Step(months=-6), Step(months=-3), Step(months=-1)), counts_down=True),
    counted=lambda: counted_from(leased_sites(), stream="partnership__stream", anchor="lease_ends_on"),
    concerned=concerned(leased_sites, "partnership__", part="lease", anchor="lease_ends_on", since=LocalDate("partnership__made_at")),
    letter=lease_letter,
    counts_from=_("the last day of the lease"),
    places=places,
)
ASSESSMENT_DUE = Reminder(
    ASSESSMENT_MAIL,
    schedule=Schedule(steps=(Step(days=7), Step(days=21)), every_days=14, most=6),
    counted=lambda: counted_from(unassessed_changes(), stream="site__partnership__stream", anchor=LocalDate("made_at")),
    concerned=concerned(
        unassessed_changes, "site__partnership__", part="assessment", anchor=LocalDate("made_at"), since=LocalDate("made_at")
    ),
    letter=assessment_letter,
    counts_from=_("the day of the change"),
    places=places,
)

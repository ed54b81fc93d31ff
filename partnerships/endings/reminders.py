"""Reminders of the dates on which a partnership or a site's lease may end, and of decisions, safety assessments and tests of emergency
plans that wait (SP-06, PB-23, PB-27, PB-28, PB-38, PB-39, EL-60).

Those of a test go to the person who answers for the plan. The others go to the partners' coordinators and to the lead, or to lab
operations if there is no lead. A coordinator gets them at 8 a.m. in the time zone of the partner, on a day that is no holiday there.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agreements.models import PARTNERSHIP, AgreementVersion
from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, place_of, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.recipients import to_all, to_lead
from partnerships.choices import ENDED, CriterionKind, SiteState, Stage
from partnerships.endings import mail
from partnerships.models import Decision, EmergencyPlan, Partnership, PilotEvaluation, SafetyAssessment, Site, SiteChange, SunsetCriterion
from people.models import Organization

Rows = Callable[[], QuerySet[Any]]


def sunset_dates() -> QuerySet[SunsetCriterion]:
    rows = SunsetCriterion.objects.filter(kind=CriterionKind.DATE, removed_on=None, decisions=None)
    return rows.filter(partnership__state=Stage.OPERATING)


def reviews() -> QuerySet[Partnership]:
    return Partnership.objects.filter(state=Stage.OPERATING, review_on__isnull=False)


def agreements() -> QuerySet[AgreementVersion]:
    """Return the agreements in force of partnerships that operate, with their last day (`ends_on`), if they name one."""
    rows = AgreementVersion.objects.filter(
        agreement__purpose=PARTNERSHIP, agreement__voided_at=None, agreement__stream__service_partnership__state=Stage.OPERATING,
        in_force_at__isnull=False, superseded_at=None,
    )  # fmt: skip
    # A header holds text: only what reads as a day is made one.
    day = When(header__until__regex=r"^20\d\d-[01]\d-[0-3]\d$", then=Cast(KT("header__until"), DateField()))
    return rows.annotate(ends_on=Case(day, output_field=DateField())).filter(ends_on__isnull=False)


def open_decisions() -> QuerySet[Decision]:
    return Decision.objects.filter(choice="")


def concerned(rows: Rows, partnership: str, *, part: str, anchor: Any, since: Any) -> list[Callable[[], QuerySet[Any]]]:
    """Return who gets a reminder about `rows`; `partnership` is the lookup from them to their partnership, with its `__`, or empty."""

    def of_row(selected: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
        key = Concat(Value(f"{part}:"), Cast("pk", CharField()), Value(":"))
        return to_tell(
            selected, stream=f"{partnership}stream", part=key, anchor=anchor, since=since, facts=JSONObject(row=F("pk")), **whom
        )  # fmt: skip

    def to_coordinators() -> QuerySet[Any]:
        partner = f"{partnership}partners"
        current = {f"{partner}__left_on": None, f"{partner}__coordinator__isnull": False}
        works = place_of(f"{partner}__organization__time_zone", f"{partner}__organization__holidays")
        return of_row(rows().filter(**current), person=f"{partner}__coordinator", place=works)

    return [*(partial(who, rows, of_row, "", f"{partnership}stream") for who in (to_lead, to_all)), to_coordinators]


def places() -> list[str]:
    """Return where the organizations of today's partners work; one query."""
    rows = Organization.objects.filter(partnerships__left_on=None, partnerships__isnull=False)
    return sorted(set(rows.values_list(place_of("time_zone", "holidays"), flat=True)))


def sunset_letter(message: Message) -> MailParams:
    row = SunsetCriterion.objects.select_related("partnership").get(pk=message.facts["row"])
    return MailParams({"criterion": row.text, "day": _day(row.on), "link": _link(row.partnership)})


def review_letter(message: Message) -> MailParams:
    row = Partnership.objects.get(pk=message.facts["row"])
    return MailParams({"day": _day(row.review_on), "link": _link(row)})


def agreement_letter(message: Message) -> MailParams:
    version = AgreementVersion.objects.select_related("agreement").get(pk=message.facts["row"])
    return MailParams(
        {
            "agreement": version.agreement.reference,
            "day": _day(parse_date(version.header["until"])),
            "link": address_of("agreement", version.agreement.reference),
        }
    )


def open_evaluations() -> QuerySet[PilotEvaluation]:
    return PilotEvaluation.objects.filter(given_on=None, arrangement__partnership__state=Stage.OPERATING)


def evaluation_letter(message: Message) -> MailParams:
    row = PilotEvaluation.objects.select_related("arrangement__partnership", "arrangement__site").get(pk=message.facts["row"])
    return MailParams(
        {
            "evaluation": row.get_kind_display(),
            "arrangement": str(row.arrangement),
            "due": date_format(row.due_on, "j F Y"),
            "link": address_of("pilot-evaluation", row.partnership.reference, row.pk),
        }
    )


def decision_letter(message: Message) -> MailParams:
    row = Decision.objects.select_related("partnership").get(pk=message.facts["row"])
    link = address_of("partnership-answer", row.partnership.reference, row.pk)
    return MailParams({"occasion": row.occasion, "due": date_format(row.due_on, "j F Y"), "link": link})


def _day(day: datetime.date | None) -> str:
    return date_format(day, "j F Y") if day else ""


def _link(partnership: Partnership) -> str:
    return address_of("partnership-ending", partnership.reference)


# ── Sites ────────────────────────────────────────────────────────────────────────────────────────


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
        {"site": _site_called(row), "day": date_format(row.lease_ends_on, "j F Y") if row.lease_ends_on else "", "link": _site_link(row)}
    )


def assessment_letter(message: Message) -> MailParams:
    row = SiteChange.objects.select_related("site__partnership").get(pk=message.facts["row"])
    day = date_format(row.site.day_of(row.made_at), "j F Y")
    link = address_of("site-assess", row.site.partnership.reference, row.site_id)
    return MailParams({"site": _site_called(row.site), "day": day, "change": row.note, "link": link})


def emergency_plans() -> QuerySet[EmergencyPlan]:
    """Return the emergency plans of sites in use."""
    return EmergencyPlan.objects.exclude(site__state=SiteState.NOT_CHOSEN).exclude(site__partnership__state__in=ENDED)


def to_keeper() -> QuerySet[Any]:
    return to_tell(
        emergency_plans(),
        stream="site__partnership__stream",
        part=Concat(Value("emergency:"), Cast("pk", CharField()), Value(":")),
        anchor="reminds_on",
        since=LocalDate("made_at"),
        person="keeper",
        facts=JSONObject(row=F("pk")),
    )


def emergency_letter(message: Message) -> MailParams:
    row = EmergencyPlan.objects.select_related("site__partnership").get(pk=message.facts["row"])
    link = address_of("emergency-plan", row.site.partnership.reference, row.site_id)
    return MailParams({"site": _site_called(row.site), "day": date_format(row.test_due_on, "j F Y"), "link": link})


def _site_called(site: Site) -> str:
    return f"{site.name}, {site.community}"


def _site_link(site: Site) -> str:
    return address_of("site", site.partnership.reference, site.pk)


SUNSET_AHEAD = Reminder(
    mail.SUNSET_AHEAD,
    schedule=Schedule(steps=(Step(days=-180), Step(days=-90), Step(days=-30)), counts_down=True),
    counted=lambda: counted_from(sunset_dates(), stream="partnership__stream", anchor="on"),
    concerned=concerned(sunset_dates, "partnership__", part="sunset", anchor="on", since="added_on"),
    letter=sunset_letter,
    counts_from=_("the sunset date"),
    places=places,
)
REVIEW_AHEAD = Reminder(
    mail.REVIEW_AHEAD,
    schedule=Schedule(steps=(Step(days=-30), Step(days=-7)), counts_down=True),
    counted=lambda: counted_from(reviews(), stream="stream", anchor="review_on"),
    concerned=concerned(reviews, "", part="review", anchor="review_on", since="started_on"),
    letter=review_letter,
    counts_from=_("the review date"),
    places=places,
)
AGREEMENT_ENDS = Reminder(
    mail.AGREEMENT_ENDS,
    schedule=Schedule(steps=(Step(days=-180), Step(days=-90), Step(days=-60), Step(days=-30)), counts_down=True),
    counted=lambda: counted_from(agreements(), stream="agreement__stream", anchor="ends_on"),
    concerned=concerned(
        agreements, "agreement__stream__service_partnership__", part="agreement", anchor="ends_on", since=LocalDate("in_force_at")
    ),
    letter=agreement_letter,
    counts_from=_("the last day of the agreement"),
    places=places,
)
DECISION_OPEN = Reminder(
    mail.DECISION_OPEN,
    schedule=Schedule(steps=(Step(days=-7), Step(), Step(days=7)), every_days=14, most=8),
    counted=lambda: counted_from(open_decisions(), stream="partnership__stream", anchor="due_on"),
    concerned=concerned(open_decisions, "partnership__", part="decision", anchor="due_on", since="met_on"),
    letter=decision_letter,
    counts_from=_("the day the decision is due"),
    places=places,
)
EVALUATION_DUE = Reminder(
    mail.EVALUATION_DUE,
    schedule=Schedule(steps=(Step(days=-30), Step(days=-7), Step()), every_days=14, most=8),
    counted=lambda: counted_from(open_evaluations(), stream="arrangement__partnership__stream", anchor="due_on"),
    concerned=concerned(
        open_evaluations, "arrangement__partnership__", part="evaluation", anchor="due_on", since="arrangement__partnership__started_on"
    ),
    letter=evaluation_letter,
    counts_from=_("the day the evaluation is due"),
    places=places,
)
LEASE_ENDS = Reminder(
    mail.LEASE_ENDS,
    schedule=Schedule(steps=(Step(months=-12), Step(months=-6), Step(months=-3), Step(months=-1)), counts_down=True),
    counted=lambda: counted_from(leased_sites(), stream="partnership__stream", anchor="lease_ends_on"),
    concerned=concerned(leased_sites, "partnership__", part="lease", anchor="lease_ends_on", since=LocalDate("partnership__made_at")),
    letter=lease_letter,
    counts_from=_("the last day of the lease"),
    places=places,
)
ASSESSMENT_DUE = Reminder(
    mail.ASSESSMENT_DUE,
    schedule=Schedule(steps=(Step(days=7), Step(days=21)), every_days=14, most=6),
    counted=lambda: counted_from(unassessed_changes(), stream="site__partnership__stream", anchor=LocalDate("made_at")),
    concerned=concerned(
        unassessed_changes, "site__partnership__", part="assessment", anchor=LocalDate("made_at"), since=LocalDate("made_at")
    ),
    letter=assessment_letter,
    counts_from=_("the day of the change"),
    places=places,
)
EMERGENCY_TEST_DUE = Reminder(
    mail.EMERGENCY_TEST_DUE,
    schedule=Schedule(steps=(Step(days=-30), Step(), Step(days=14))),
    counted=lambda: counted_from(emergency_plans(), stream="site__partnership__stream", anchor="reminds_on"),
    concerned=[to_keeper],
    letter=emergency_letter,
    counts_from=_("the day the test is due"),
)

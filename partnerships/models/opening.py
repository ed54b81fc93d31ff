"""When a site is open, for all who work there or for one partner (PB-35, C47 to C50)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left, Right
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.revisions import Revised
from findings import Finding, blocking
from partnerships.models.partnership import Partner
from partnerships.models.sites import Site
from people.fields import LineField
from people.models import Organization

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"


def _hours(label: Any) -> Any:
    """Return the column of a weekday: "08:30-16:30", or empty if closed."""
    return models.CharField(label, max_length=11, blank=True)


def _constraints() -> Iterator[models.CheckConstraint]:
    """Yield that the hours of each weekday are two times of day, the second later."""
    for weekday in WEEKDAYS:
        later = GreaterThan(Right(F(weekday), 5), Left(F(weekday), 5))
        hours = Q(**{f"{weekday}__regex": HOURS}) & Q(later)
        yield models.CheckConstraint(condition=Q(**{weekday: ""}) | hours, name=f"partnerships_{weekday}")


class OpeningCalendar(Revised):
    """The opening calendar of a site or, with `partner`, of that partner's counter there: hours by weekday and whose holidays count."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="calendars")
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="calendars", verbose_name=_("partner")
    )
    holidays = models.CharField(_("statutory holidays of"), max_length=2, choices=Organization.Holidays)
    monday = _hours(_("Monday"))
    tuesday = _hours(_("Tuesday"))
    wednesday = _hours(_("Wednesday"))
    thursday = _hours(_("Thursday"))
    friday = _hours(_("Friday"))
    saturday = _hours(_("Saturday"))
    sunday = _hours(_("Sunday"))

    class Meta:
        ordering = ["site", "pk"]
        verbose_name = _("opening calendar")
        verbose_name_plural = _("opening calendars")
        constraints = [
            models.UniqueConstraint(fields=["site"], condition=Q(partner=None), name="partnerships_site_calendar"),
            models.UniqueConstraint(fields=["site", "partner"], name="partnerships_partner_calendar"),
            models.CheckConstraint(condition=Q(holidays__in=Organization.Holidays.values), name="partnerships_calendar_holidays"),
            *_constraints(),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.partner.organization}" if self.partner else str(self.site)


def _known() -> Finding:
    message = gettext("These opening hours have already been entered.")
    return blocking("calendar-known", message, gettext("Reload the page, then change them."))


declare("partnerships_site_calendar", _known)
declare("partnerships_partner_calendar", _known)


class Closure(models.Model):
    """Days on which a site is closed, for everyone or for one partner, beside holidays: both days included."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="closures")
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="closures", verbose_name=_("partner")
    )
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"))
    reason = LineField(_("reason"), max_length=200)

    class Meta:
        ordering = ["site", "from_on", "pk"]
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="partnerships_closure_dates")]

    def __str__(self) -> str:
        return f"{self.site}: {self.reason}"

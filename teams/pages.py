"""A form that does one act on a team, the same for every page; and which month, or which week, a calendar is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from dates.months import day_asked, month_asked, months_after, weeks_of
from ledger.subjects import Subject
from web.acts import run
from web.forms import ActForm


def acted(
    request: HttpRequest,
    subject: Subject,
    form: ActForm,
    act: Callable[[], Any],
    *,
    heading: str,
    done: str,
    after: str = "",
    tab: str = "sprints",
    template: str = "teams/act.html",
    **more: Any,
) -> HttpResponse:
    """Show `form`; when it is sent and good, `act`, say that it is `done` and lead on to `after`, else to the tab."""
    after = after or reverse(tab, args=[subject.reference])
    return run(request, form, act, done=done, to=after, page=template, residency=subject, tab=tab, heading=heading, **more)


MONTH, WEEK, LIST = "month", "week", "list"


def asked_month(request: HttpRequest) -> dict[str, Any]:
    """The `month` asked for, the ones `before` and `after`, `today`, and `from_on`, where the list begins."""
    today = timezone.localdate()
    month = month_asked(request.GET.get("month", ""), today)
    from_on = today if (month.year, month.month) == (today.year, today.month) else month
    return {"month": month, "today": today, "before": months_after(month, -1), "after": months_after(month, 1), "from_on": from_on}


A_DAY, A_WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """What a calendar shows: a month as a table or as a list, or a week, from `start` through `end`.

    `first` and `last` are the days that are read: the weeks of a month begin and end with days of its neighbours.
    """

    view: str
    start: datetime.date
    end: datetime.date
    first: datetime.date
    last: datetime.date

    @property
    def asked(self) -> dict[str, str]:
        """What asks for this period in an address."""
        return self.at(self.start)

    @property
    def before(self) -> dict[str, str]:
        return self.at(self.start - A_DAY)

    @property
    def after(self) -> dict[str, str]:
        return self.at(self.end + A_DAY)

    def as_view(self, view: str, today: datetime.date) -> dict[str, str]:
        """What asks for the same days in another view: for a week of the month that is shown, today's if it is in it."""
        day = today if self.start <= today <= self.end else self.start
        return replace(self, view=view).at(day)

    def at(self, day: datetime.date) -> dict[str, str]:
        """What asks in an address for the period around `day` in this view."""
        return {"view": self.view, "day": f"{day:%Y-%m-%d}"} if self.view == WEEK else {"view": self.view, "month": f"{day:%Y-%m}"}


def asked_period(query: QueryDict, today: datetime.date) -> Period:
    """The week or the month in the address; today's for anything that can't be read."""
    view = query.get("view", MONTH)
    if view == WEEK:
        day = day_asked(query.get("day", ""), today)
        monday = day - day.weekday() * A_DAY
        return Period(WEEK, monday, monday + A_WEEK - A_DAY, monday, monday + A_WEEK - A_DAY)
    month = month_asked(query.get("month", ""), today)
    end, weeks = months_after(month, 1) - A_DAY, weeks_of(month)
    if view == LIST:
        return Period(LIST, month, end, month, end)
    return Period(MONTH, month, end, weeks[0][0], weeks[-1][-1])

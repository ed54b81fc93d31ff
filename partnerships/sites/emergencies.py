"""Emergency plans of sites: six scenarios, each tested every year, and who answers for the plan (PB-39). No event says who."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import refuse_if_stale
from dates.months import months_after
from dates.plausible import not_happened
from findings import Finding, Refused, Severity, blocking, refuse
from ledger import subjects
from ledger.actions import append
from partnerships.choices import Scenario
from partnerships.models import EmergencyPlan, EmergencyTest, Partnership, Site
from people.actions import chosen_or_new
from people.models import Person
from spelling.clean import unsafe_link

PLACE = "sites"
TEST_MONTHS = 12


# ── The rule ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tested:
    """A scenario: the day of its last test, if there was one, what was learned, and the day by which to test it again."""

    scenario: Scenario
    last_on: datetime.date | None
    learned: str
    due_on: datetime.date


def scenarios_of(tests: Iterable[tuple[str, datetime.date, str]], *, since: datetime.date) -> list[Tested]:
    """Return all six scenarios; `tests` are (scenario, day, what was learned), and one never tested is due a year after `since`."""
    latest: dict[str, tuple[datetime.date, str]] = {}
    for scenario, on, learned in tests:
        if scenario not in latest or on >= latest[scenario][0]:
            latest[scenario] = (on, learned)
    return [_tested(scenario, latest, since) for scenario in Scenario]


def _tested(scenario: Scenario, latest: Mapping[str, tuple[datetime.date, str]], since: datetime.date) -> Tested:
    last_on, learned = latest.get(scenario, (None, ""))
    return Tested(scenario, last_on, learned, months_after(last_on or since, TEST_MONTHS))


def tests_of(plan: EmergencyPlan) -> list[Tested]:
    """Return the scenarios of a plan; one query."""
    rows = EmergencyTest.objects.filter(plan=plan).order_by("on", "pk").values_list("scenario", "on", "learned")
    return scenarios_of(rows, since=plan.site.day_of(plan.made_at))


def warnings(partnership: Partnership) -> Iterator[Finding]:
    """Warn of each site at which a scenario wasn't tested in time; one query."""
    for plan in EmergencyPlan.objects.filter(site__partnership=partnership).select_related("site").order_by("pk"):
        if plan.test_due_on < plan.site.today:
            message = _("A test of the emergency plan of %(site)s is overdue.") % {"site": plan.site}
            yield Finding("emergency-test-due", Severity.WARNS, message, _("Test it, then record what you learned."), PLACE)


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_partnership", on="site.partnership")
def keep_plan(
    site: Site, *, url: str, by: Actor, shown_revision: int = 0, person: Person | None = None, name: str = "", email: str = ""
) -> EmergencyPlan:
    """Record the emergency plan of a site, or change who answers for it or where it is; `name` and `email` are for someone new.

    Raises `Stale`, and `Refused`: `emergency-keeper`, `unsafe-link`, `emergency-plan-known` if someone recorded one meanwhile.
    """
    partnership = subjects.lock(site.partnership.stream)
    if fault := unsafe_link(url):
        raise Refused([fault])
    keeper = chosen_or_new(person, name=name, email=email, by=by)
    if keeper is None:
        message = _("Who answers for the plan is missing.")
        raise refuse("emergency-keeper", message, _("Choose a person, or enter their name."), PLACE)
    plan = EmergencyPlan.objects.filter(site=site).first()
    if plan is None:
        now = timezone.now()
        due = months_after(site.day_of(now), TEST_MONTHS)
        plan = EmergencyPlan.objects.create(site=site, keeper=keeper, url=url.strip(), made_at=now, test_due_on=due, reminds_on=due)
        append(partnership.stream, "emergency-plan-recorded", by=by, facts={"site": site.name})
        return plan
    if not shown_revision:
        message = _("An emergency plan of this site has already been recorded.")
        raise Refused([blocking("emergency-plan-known", message, _("Reload the page, then change it."), PLACE)])
    refuse_if_stale(plan, shown_revision, {"url": url.strip(), "keeper": keeper})
    if keeper.pk != plan.keeper_id:
        plan.reminds_on = max(plan.test_due_on, site.today)
    plan.url, plan.keeper = url.strip(), keeper
    plan.revision += 1
    plan.save(update_fields=["url", "keeper", "revision", "reminds_on"])
    append(partnership.stream, "emergency-plan-changed", by=by, facts={"site": site.name})
    return plan


@act("partnerships.keep_partnership", on="plan.site.partnership")
def record_test(plan: EmergencyPlan, *, scenario: str, on: datetime.date, learned: str, by: Actor) -> EmergencyTest:
    """Record a test of one scenario. Raises `Refused`: `no-reason` without what was learned, `day-to-come`."""
    site = plan.site
    partnership = subjects.lock(site.partnership.stream)
    if not learned.strip():
        raise refuse("no-reason", _("There’s no description of what you learned."), _("Say what worked and what didn’t."), PLACE)
    if faults := list(not_happened(on, site.today, since=None)):
        raise Refused(faults)
    row = EmergencyTest.objects.create(
        plan=plan, scenario=Scenario(scenario), on=on, learned=learned.strip(), recorded_by=account_of(by)
    )  # fmt: skip
    plan.refresh_from_db(fields=["test_due_on", "reminds_on"])
    due = min(each.due_on for each in tests_of(plan))
    if due != plan.test_due_on:
        plan.test_due_on, plan.reminds_on = due, max(due, site.today)
        plan.save(update_fields=["test_due_on", "reminds_on"])
    facts = {"site": site.name, "scenario": row.scenario, "tested_on": on}
    append(partnership.stream, "emergency-plan-tested", by=by, facts=facts)
    return row

"""Partnerships as subjects: what every other app needs to know of them (ledger/subjects.py), and what search offers."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger import subjects
from ledger.subjects import Section, SubjectKind, Tab
from partnerships.choices import ENDED, Stage
from partnerships.lifecycle.moves import LIFECYCLE
from partnerships.models import Partnership
from web.search import MOST_HITS, Hit, Query, link, page, source

TABS = (
    Tab(_("Overview"), (
        Section("overview", _("Overview"), "partnership"), Section("partners", _("Partners"), "partners"),
        Section("relationship", _("Relationship"), "relationship"),
        Section("meetings", _("Meetings"), "meetings"),
        Section("incidents", _("Rapid response"), "incidents"),
    )),
    Tab(_("Sites"), (
        Section("sites", _("Sites and arrangements"), "sites"), Section("partnership-services", _("Services"), "partnership-services"), Section("waits", _("Waits"), "waits"),
        Section("comments", _("Comments"), "comments"),
    )),
    Tab(_("Agreement"), (Section("agreement", _("Agreement"), "agreement"), Section("ending", _("Sunset and review"), "partnership-ending"))),
    Tab(_("Tasks"), (Section("tasks", _("Tasks"), "tasks", "oversight.view_tasks"),)),
    Tab(_("Money and risk"), (
        Section("money", _("Money"), "money", "oversight.view_money"),
        Section("barriers", _("Barriers"), "barriers", "oversight.view_barriers"),
    )),
    Tab(_("Status"), (Section("status", _("Status"), "status", "oversight.view_status"),)),
    Tab(_("Value"), (Section("value", _("Metrics"), "value", "metrics.view_metrics"),)),
    Tab(_("History"), (
        Section("history", _("What happened"), "partnership-history"),
        Section("documents", _("Documents"), "documents", "oversight.view_documents"),
    )),
)  # fmt: skip


subjects.register(
    SubjectKind(
        name="partnership",
        related_name="service_partnership",
        view_permission="partnerships.view_partnership",
        prefix="partnerships",
        letters="SP",
        base="partnerships/workspace.html",
        tabs=TABS,
        listed=("reference", "name", "state"),
        members=lambda partnership: Q(person__coordinated__partnership=partnership, person__coordinated__left_on=None),
        gates={
            "prepare_agreement": ("partnerships.lifecycle.gates.feasible",),
            "circulate_agreement": ("partnerships.lifecycle.gates.ending_stated",),
        },
        contact="lead",
        visible_to=lambda user: Partnership.objects.visible_to(user),
        ended=lambda: Partnership.objects.filter(state__in=ENDED),
        lifecycle=LIFECYCLE,
        after_signing=_("Once everyone has signed, the partners prepare the service. You’ll get an email with the sealed agreement."),
        reporting=lambda: Partnership.objects.filter(state=Stage.OPERATING),
    )
)


# ── Search ────────────────────────────────────────────────────────────────────────────────────────


page(_("Partnerships"), "partnership-list", keywords=_("service partnerships jurisdictions"))
page(_("Audit of agreements"), "agreement-audit", keywords=_("auditor findings expired unsigned topics review"))
page(_("Start a partnership"), "partnership-start", keywords=_("new partnership"))
page(_("Organizations"), "organizations", keywords=_("directory governments partners contacts by role"))
page(_("Contacts of organizations"), "contacts", keywords=_("security lead leases privacy emergency phone who to ask"))
page(_("Add an organization"), "organization-add", keywords=_("new partner municipality"))
link(
    "partnership", _("Relationship of the partners of %(name)s"), "relationship", "partnerships.view_partnership",
    keywords=_("ratings rounds trust work together criteria"),
)  # fmt: skip


@source(_("Partnerships"), order=15, as_typed=True)
def partnerships(query: Query) -> Iterator[Hit]:
    """Find partnerships as their list does, newest first; one query."""
    if not query.text.strip():
        return
    for row in Partnership.objects.visible_to(query.user).matching(query.text, query.meant).order_by("-pk")[:MOST_HITS]:
        yield Hit(row.name, row.get_absolute_url(), f"{row.reference}, {row.get_state_display()}")

"""What search offers of residencies: themselves by name or reference, and the pages and acts about one."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from residencies.models import Residency
from web.search import MOST_HITS, Hit, Query, link, page, source, subjects

MOST_READ = 20
MOST_NAMED = 3


def _found(query: Query) -> list[Residency]:
    """Return the newest of those with the words in their reference, product, program area or ministry, the ones under way first.

    One query. It reads more than are shown also for the few that a name stands for: asked for very few, PostgreSQL reads along
    all residencies until it has met them.
    """
    rows = Residency.objects.visible_to(query.user).filter(query.words_in("search_text")).for_list().select_related("stream")
    return sorted(query.once("residencies", lambda: list(rows.order_by("-pk")[:MOST_READ])), key=lambda row: not row.is_under_way)


@source(_("Residencies"), order=10)
def residencies(query: Query) -> Iterator[Hit]:
    """Residencies by their words, first those whose product begins with what was typed; one query."""
    typed = query.text.casefold()
    rows = sorted(_found(query), key=lambda row: not row.product.casefold().startswith(typed))
    for row in rows[:MOST_HITS]:
        note = f"{row.reference} · {row.get_state_display()} · {row.ministry.short_name or row.ministry.name}"
        yield Hit(row.product, row.get_absolute_url(), note)
    if len(rows) > MOST_HITS and query.user.has_perm("residencies.list_residencies") and not query.near:
        yield Hit(
            _t("All residencies with “%(text)s”") % {"text": query.text}, f"{reverse('residency-list')}?{urlencode({'q': query.text})}"
        )


@subjects("residency", name=lambda residency: residency.product)
def named(query: Query) -> list[Residency]:
    """The residencies that a name may stand for, those under way first, because most acts are about one; one query."""
    return _found(query)[:MOST_NAMED]


page(_("Residencies"), "residency-list", keywords=_("list products pipeline"))
page(_("Intake review"), "review-queue", keywords=_("queue qualification conditions submitted"))
page(_("Start an intake"), "intake-start", keywords=_("new residency apply application"))
page(_("Ministries and program areas"), "ministries", keywords=_("branches rename import set-up"))
page(_("Add a ministry"), "ministry-add", keywords=_("new"))

VIEW = "residencies.view_residency"
link("residency", _("Application of %(name)s"), "intake", VIEW, keywords=_("intake qualification conditions brief"))
link("residency", _("Review of %(name)s"), "review", "residencies.view_review", keywords=_("conditions findings qualify"))
link("residency", _("Phases of %(name)s"), "residency-phases", VIEW, keywords=_("coaching journey"))
link("residency", _("Graduation of %(name)s"), "graduation", VIEW, keywords=_("plan clock release"), order=14)
link("residency", _("Tasks of %(name)s"), "tasks", "oversight.view_tasks", keywords=_("checklist privacy security assessments pia stra"))
link("residency", _("Conversations about %(name)s"), "conversations", VIEW)
link("residency", _("History of %(name)s"), "residency-history", VIEW, keywords=_("ledger changes who"), order=15)
link("residency", _("Messages about %(name)s"), "residency-mail", VIEW, keywords=_("mail email outbox"))
link(
    "residency",
    _("Edit %(name)s"),
    "residency-edit",
    "residencies.edit_residency",
    keywords=_("change rename product problem"),
    is_act=True,
)
link("residency", _("Assign a lab lead to %(name)s"), "residency-assign", "residencies.assign", keywords=_("owner"), is_act=True)
link(
    "residency",
    _("Open a conversation about %(name)s"),
    "conversation-open",
    "residencies.hold_conversation",
    keywords=_("new"),
    is_act=True,
)

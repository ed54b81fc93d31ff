"""What search offers of residencies: themselves by name or reference, and the pages and acts about one."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from residencies.models import Residency
from residencies.models.residency import ResidencyQuerySet
from web.search import MOST_HITS, Hit, Query, link, page, source, subjects

MOST_READ = 20


def _visible(query: Query) -> ResidencyQuerySet:
    return Residency.objects.visible_to(query.user).filter(query.words_in("search_text"))


@source(_("Residencies"), order=10)
def residencies(query: Query) -> Iterator[Hit]:
    """Those with the words in their reference, product, program area or ministry; one query, the newest of many."""
    rows = list(_visible(query).for_list().order_by("-pk")[:MOST_READ])
    typed = query.text.casefold()
    rows.sort(key=lambda row: (not row.product.casefold().startswith(typed), not row.is_under_way))
    for row in rows[:MOST_HITS]:
        note = f"{row.reference} · {row.get_state_display()} · {row.ministry.short_name or row.ministry.name}"
        yield Hit(row.product, row.get_absolute_url(), note)
    if len(rows) > MOST_HITS and query.user.has_perm("residencies.list_residencies") and not query.near:
        yield Hit(
            _t("All residencies with “%(text)s”") % {"text": query.text}, f"{reverse('residency-list')}?{urlencode({'q': query.text})}"
        )


@subjects("residency", name=lambda residency: residency.product)
def named(query: Query) -> list[Residency]:
    """The residencies that a name may stand for, the newest first; one query."""
    return list(_visible(query).for_list().select_related("stream").order_by("-pk")[:3])


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

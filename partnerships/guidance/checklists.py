"""Practices as a partnership's tasks: one list for each theme, from the models of its arrangements (SP-05, PB-32).

Practices are only ever added: a task keeps its state, its evidence and the words it was given, whatever happens to the guidance.
"""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from acts.act import Actor, part
from oversight.checklists.actions import make_checklists
from oversight.checklists.library import ChecklistTemplate, TemplateItem, register
from oversight.models import Blocks, ChecklistItem
from partnerships.guidance.rules import PracticeFacts, applicable, to_add
from partnerships.models import Arrangement, OnlyIf, Partner, Partnership, PartnershipModel, Practice, PracticeKind, StartingPoint, Theme
from people.models import Organization

INTRO = _("Good practices for the models of this partnership. Mark those that don’t apply as not applicable, with the reason.")


def template_of(theme: Theme, items: tuple[TemplateItem, ...] = ()) -> ChecklistTemplate:
    """Return the template of a theme's list."""
    return ChecklistTemplate(f"practices-{theme.value}", format_lazy(_("Good practices: {theme}"), theme=theme.label), INTRO, items)


register(*(template_of(theme) for theme in Theme))


@part
def add_practices(partnership: Partnership, *, by: Actor) -> int:
    """Give a partnership the practices of its arrangements, and of what it was started like, that it doesn't have yet; returns how many.

    The caller holds the partnership's lock. Eight queries, and none of them if the guidance isn't loaded but the first.
    """
    practices = list(Practice.objects.filter(retired_on=None).prefetch_related("applies_to"))
    if not practices:
        return 0
    facts = [PracticeFacts(row.code, frozenset(model.code for model in row.applies_to.all()), row.only_if) for row in practices]
    leaves = set(Arrangement.objects.filter(partnership=partnership).values_list("leaf", flat=True))
    for planned in StartingPoint.objects.filter(partnership=partnership).values_list("leaves", flat=True):
        leaves |= set(planned.split())
    parents = dict(PartnershipModel.objects.exclude(parent=None).values_list("code", "parent__code"))
    wanted = applicable(facts, leaves, parents, _conditions(partnership))
    known = set(ChecklistItem.objects.filter(checklist__stream=partnership.stream, code__in=wanted).values_list("code", flat=True))
    new = set(to_add(wanted, known))
    for_each = [template_of(theme, tuple(_item(row) for row in practices if row.theme == theme and row.code in new)) for theme in Theme]
    make_lists = [template for template in for_each if template.items]
    if make_lists:
        make_checklists(partnership, *make_lists, by=by)
    return len(new)


def _conditions(partnership: Partnership) -> set[str]:
    partners = Partner.objects.filter(partnership=partnership, organization__level=Organization.Level.INDIGENOUS)
    return {OnlyIf.INDIGENOUS.value} if partners.exists() else set()


def _item(practice: Practice) -> TemplateItem:
    notes = [practice.get_kind_display() if practice.kind != PracticeKind.DO else "", practice.get_only_if_display()]
    return TemplateItem(
        practice.code,
        practice.text,
        ". ".join(str(note) for note in notes if note),
        blocks=Blocks.START if practice.blocking else "",
        evidence_needed=practice.evidence_needed,
    )

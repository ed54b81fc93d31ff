"""What is expected of champions, as a checklist: each champion has the items of their role (EL-44)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from ledger.subjects import Subject
from oversight.checklists.library import ChecklistTemplate, TemplateItem, register
from teams.choices import Expected
from teams.models import Champion, Expectation


def expected_of(champions: Iterable[Champion], expectations: Iterable[Expectation]) -> Iterator[TemplateItem]:
    """Yield what is expected of each champion now. An item's code starts with its champion's (`code_of`)."""
    current = [expectation for expectation in expectations if expectation.is_current]
    for champion in champions:
        roles = {champion.role, Expected.LEAD} if champion.is_lead else {champion.role}
        for expectation in current:
            if expectation.role in roles:
                yield TemplateItem(f"{code_of(champion)}{expectation.pk}", expectation.text, owner=champion.person)


def code_of(champion: Champion) -> str:
    """Return the beginning of the codes of a champion's items."""
    return f"champion-{champion.pk}-"


def _items(subject: Subject) -> Iterator[TemplateItem]:
    return expected_of(Champion.objects.filter(team__stream=subject.stream_id).select_related("person"), Expectation.objects.all())


EXPECTATIONS = ChecklistTemplate(
    "expectations",
    _("Expectations of champions"),
    _("What leaders do for the team in their role."),
    page="champions",
    events="expectation-",
    ticked=True,
    make_items=_items,
)

register(EXPECTATIONS)

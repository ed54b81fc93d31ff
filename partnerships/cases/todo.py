"""Home lines for case studies: ask the partners, wait for their answers, or publish (people/todo.py; SP-08)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.cases.queries import text_sha256
from partnerships.models import CaseConsent, CaseStudy, Partner
from people.todo import MOST, TODO, About, Line, about


@TODO.add
def cases_under_way(today: datetime.date) -> Iterator[Line]:
    """Yield the case studies about which partners were asked and that aren't published, the longest waiting first; three queries."""
    asked = (
        CaseStudy.objects.filter(state=CaseStudy.State.DRAFT, partnership__isnull=False, consents__isnull=False).order_by("pk").distinct()
    )
    rows = list(asked.select_related("partnership__stream", "partnership__lead")[:MOST])
    consents = list(CaseConsent.objects.filter(case__in=rows).order_by("asked_at", "pk"))
    partners = list(Partner.objects.filter(partnership__in=[row.partnership_id for row in rows], left_on=None))
    for row in rows:
        sha256 = text_sha256(row)
        current = {each.partner_id: each for each in consents if each.case_id == row.pk and each.text_sha256 == sha256}
        wanted = [partner.pk for partner in partners if partner.partnership_id == row.partnership_id]
        yield _line(row, [current.get(partner) for partner in wanted], [each for each in consents if each.case_id == row.pk][-1])


def _line(case: CaseStudy, answers: list[CaseConsent | None], last: CaseConsent) -> Line:
    waits = False
    if all(each and each.answer == CaseConsent.Answer.AGREED for each in answers):
        title, verb = _("Every partner agreed to the case study “%(title)s”"), _("Publish")
    elif any(each and each.answer == CaseConsent.Answer.CHANGES for each in answers):
        title, verb = _("A partner asked for changes to the case study “%(title)s”"), _("Change the text")
    elif any(each is None for each in answers):
        title, verb = _("The case study “%(title)s” has changed since partners were asked"), _("Ask again")
    else:
        title, verb, waits = _("Partners haven’t answered about the case study “%(title)s”"), _("Follow up"), True
    return Line(
        key=f"case-study/{case.pk}",
        title=title % {"title": case.title},
        verb=verb,
        url=case.get_absolute_url(),
        since=timezone.localdate(last.answered_at or last.asked_at),
        waits=waits,
        about=about(case.partnership) if case.partnership else About(),
    )

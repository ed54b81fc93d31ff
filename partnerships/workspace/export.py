"""The list of partnerships as a file: what the list shows for the same address, all of it (SP-01)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.choices import SiteState
from partnerships.models import Arrangement, Site
from partnerships.workspace.views import PartnershipTable, filtered, with_partners
from web.access import needs
from web.exports import export
from web.paging import in_order

WORKBOOK_ROWS = 10_000
HEADER = (
    gettext_lazy("Reference"), gettext_lazy("Partnership"), gettext_lazy("Stage"), gettext_lazy("Since"), gettext_lazy("Partners"),
    gettext_lazy("Models"), gettext_lazy("Communities"), gettext_lazy("Client groups"), gettext_lazy("Lead"), gettext_lazy("Review"),
    gettext_lazy("Operating since"), gettext_lazy("Ended on"), gettext_lazy("Problem or opportunity"), gettext_lazy("Purpose"),
)  # fmt: skip


@needs("partnerships.list_partnerships")
def export_partnerships(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the list, filtered and ordered as the address asks; nothing for a filter that can’t be read.

    A workbook that would be too long is refused rather than cut.
    """
    chosen = filtered(request)
    rows = in_order(request, PartnershipTable(chosen.qs if chosen.is_valid() else chosen.qs.none()))
    if file_format == "xlsx" and (count := rows.count()) > WORKBOOK_ROWS:
        params = {"count": count, "most": WORKBOOK_ROWS}
        messages.warning(
            request,
            _("An Excel file can hold at most %(most)d rows here, and this list has %(count)d. Filter the list, or export it to CSV.")
            % params,
        )
        return redirect(f"{reverse('partnership-list')}?{request.GET.urlencode()}")
    today = timezone.localdate()
    with_parts = with_partners(rows).prefetch_related(
        Prefetch("sites", queryset=Site.objects.order_by("pk"), to_attr="places"),
        Prefetch("arrangements", queryset=Arrangement.objects.order_by("from_on", "pk"), to_attr="planned"),
    )
    return export(f"partnerships-{today:%Y-%m-%d}", file_format, HEADER, _cells(with_parts.iterator(chunk_size=500), today))


def _cells(rows: Iterable[Any], today: datetime.date) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of each row; a model counts while its arrangement isn't over, and a site unless it was decided against."""
    for row in rows:
        yield (
            row.reference, row.name, row.get_state_display(), timezone.localdate(row.state_since),
            _listed(partner.organization.name for partner in row.current),
            _listed(each.get_leaf_display() for each in row.planned if each.to_on is None or each.to_on >= today),
            _listed(site.community for site in row.places if site.state != SiteState.NOT_CHOSEN),
            row.client_groups, str(row.lead or ""), row.review_on, row.started_on, row.ended_on, row.problem, row.purpose,
        )  # fmt: skip


def _listed(names: Iterable[Any]) -> str:
    """Return names, each once, in one cell."""
    return "; ".join(dict.fromkeys(str(name) for name in names))

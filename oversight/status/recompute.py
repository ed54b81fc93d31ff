"""A sent report's figures, worked out again from the rows that were kept with it (EL-97)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.canonical import canonical_json, sha256_of
from oversight.documents.queries import of_document_called
from oversight.models import StatusReport
from oversight.status.facts import Gathered, count, rows_from
from oversight.status.sources import Period


class RowsNotKept(Exception):
    """The report was sent before the portal kept the rows behind its figures."""


@dataclass(frozen=True)
class Recomputed:
    """The hashes of a report's figures and of their rows: those in the sealed document, and those of now."""

    calculation: int
    sealed: str
    now: str
    sealed_rows: str
    rows: str

    @property
    def is_same(self) -> bool:
        return (self.sealed, self.sealed_rows) == (self.now, self.rows)


def sealed_content(report: StatusReport) -> dict[str, Any]:
    """Return what the sealed document of a report says. Raises `RowsNotKept` if it has no hash of rows."""
    content: dict[str, Any] = report.document.facts["content"] if report.document else {}
    if "rows_sha256" not in content:
        raise RowsNotKept
    return content


def recompute(report: StatusReport) -> Recomputed:
    """Work out a sent report's figures again from its rows, by the calculation it was sent with.

    The sealed hashes are those in the document, so a changed row of another table proves nothing. Raises `RowsNotKept`.
    """
    content, rows = sealed_content(report), report.counted_rows.rows
    sealed, now = sha256_of(canonical_json(content["numbers"])), sha256_of(counted_then(report).numbers)
    return Recomputed(content["calculation"], sealed, now, content["rows_sha256"], sha256_of(rows.encode()))


def counted_then(report: StatusReport) -> Gathered:
    """Count the rows that were kept with a report, as of its last day, by the calculation it was sent with. Raises `RowsNotKept`."""
    calculation = sealed_content(report)["calculation"]
    return count(rows_from(report.counted_rows.rows), Period(report.from_on, report.to_on), calculation)


def report_called(name: str) -> StatusReport | None:
    """Return the sent report whose document has this reference, such as "XL-2026-014-D3"; one query. It checks no permission."""
    return of_document_called(StatusReport.objects.sent().select_related("counted_rows"), name)

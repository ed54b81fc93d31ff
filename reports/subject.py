"""The portfolio as a subject: it has sealed reports, and nothing else (ledger/subjects.py)."""

from ledger import subjects
from ledger.subjects import SubjectKind
from reports.models.reports import PORTFOLIO

subjects.register(
    SubjectKind(
        name="portfolio",
        related_name="portfolio",
        view_permission="reports.view_portfolio",
        prefix="reports",
        letters=PORTFOLIO,
        only_documents=True,
    )
)

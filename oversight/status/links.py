"""Links in mail with which a person answers a report's question without an account. They are issued at sending; only hashes are stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.subjects import with_subject
from outbox.catalogue.messages import address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from oversight.models import LineLink, ReportLine
from people.identity import Presenter
from web.token_pages import digest, new_token


@recipe("oversight.links.issue_line")
@transaction.atomic
def issue_line_link(line: int) -> str:
    """Return a new link for answering a question, for a mail that is being sent.

    Raises `NoLongerHolds` if the question was withdrawn or the report was sent meanwhile.
    """
    row = ReportLine.objects.select_related("report").select_for_update(of=("self",)).filter(pk=line).first()
    if row is None or not row.report.is_draft:
        raise NoLongerHolds(_("The report no longer needs this answer."))
    token = new_token()
    LineLink.objects.create(line=row, sha256=digest(token))
    return address_of("status-answer", token)


@dataclass(frozen=True)
class LineLinkHolder(Presenter):
    """A person who came by the link in a mail. It answers one question only."""

    link: LineLink

    def __str__(self) -> str:
        return str(self.link.line.contributor)

    def may_answer_line(self, line: ReportLine) -> bool:
        """Return whether the link is on record and is for this question."""
        return LineLink.objects.filter(pk=self.link.pk, sha256=self.link.sha256, line=line.pk).exists()


def line_link(token: str) -> LineLink | None:
    """Return the link with this token, with everything its page shows."""
    rows = LineLink.objects.select_related("line__contributor", "line__report__stream", *with_subject("line__report__stream"))
    return rows.filter(sha256=digest(token)).first()

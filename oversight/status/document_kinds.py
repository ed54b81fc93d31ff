"""A status report as a sealed document: what it says, and how it is printed (EL-96, EL-97)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.canonical import sha256_of
from oversight.choices import Dimension, Health
from oversight.documents.kinds import DocumentKind, register
from oversight.models import DecisionWanted, HealthRating, ReportLine, StatusReport
from oversight.status.facts import Gathered
from sealing.blocks import Bullets, Facts, Heading, Paragraph, Part, Table
from web.templatetags.portal import day

KIND = "status-report"


def content_of(
    report: StatusReport,
    gathered: Gathered,
    *,
    ratings: Iterable[HealthRating],
    bodies: Iterable[str],
    lines: Iterable[ReportLine],
    decisions: Iterable[DecisionWanted],
) -> dict[str, Any]:
    """Return what the sealed document says of a report that is being sent.

    `numbers` and the hash of the rows they were counted from let anyone work the figures out again (oversight/status/recompute.py).
    """
    numbers = gathered.numbers
    return {
        "number": report.number,
        "from": report.from_on,
        "to": gathered.period.today,
        "bodies": list(bodies),
        "summary": report.summary,
        "done": report.done_lines,
        "upcoming": report.upcoming_lines,
        "health": [
            {
                "dimension": rating.dimension,
                "colour": str(rating.shown),
                "proposed": rating.proposed,
                "because": rating.because_lines,
                "reason": rating.reason,
                "decided_by": str(rating.decided_by) if rating.decided_by else "",
            }
            for rating in ratings
        ],
        "questions": [
            {"who": line.contributor.name, "question": line.question, "due": line.due_on, "answer": line.answer} for line in lines
        ],
        "decisions": [{"text": row.text, "body": row.body.name, "due": row.due_on} for row in decisions],
        "figures": [{"label": row.label, "text": row.text} for part in gathered.parts for row in part.figures],
        "calculation": gathered.calculation,
        "numbers": json.loads(numbers),
        "numbers_sha256": sha256_of(numbers),
        "rows_sha256": sha256_of(gathered.kept_rows),
    }


def parts(content: Mapping[str, Any]) -> Iterator[Part]:
    """Yield the parts of the PDF."""
    period = _("%(first)s to %(last)s") % {"first": _day(content["from"]), "last": _day(content["to"])}
    yield Facts(((_("Period"), period), (_("For"), ", ".join(content["bodies"]))))
    if content["summary"]:
        yield Paragraph(content["summary"])
    health = tuple((Dimension(row["dimension"]).label, Health(row["colour"]).label, _why(row)) for row in content["health"])
    yield Table(_("Health"), (_("Part"), _("Health"), _("Why")), tuple(tuple(map(str, row)) for row in health))
    if content["decisions"]:
        yield Heading(_("Decisions needed"))
        wanted = _("%(text)s (%(body)s, due %(due)s)")
        yield Bullets(tuple(wanted % {**row, "due": _day(row["due"])} for row in content["decisions"]))
    for heading, lines in ((_("Done"), content["done"]), (_("Next"), content["upcoming"])):
        if lines:
            yield Heading(heading)
            yield Bullets(tuple(lines))
    if content["questions"]:
        yield Heading(_("From others"))
        yield Bullets(tuple(map(_answer, content["questions"])))
    if content["figures"]:
        yield Heading(_("Figures"))
        yield Facts(tuple((row["label"], row["text"]) for row in content["figures"]))
    params = {"sha256": content["numbers_sha256"], "calculation": content["calculation"]}
    yield Paragraph(_("Fingerprint of the figures: %(sha256)s (calculation %(calculation)s).") % params)


def _why(row: Mapping[str, Any]) -> str:
    because = " ".join(row["because"])
    if row["colour"] == row["proposed"]:
        return because
    params = {**row, "proposed": str(Health(row["proposed"]).label).lower(), "because": because}
    return _("%(reason)s Chosen by %(decided_by)s. The facts propose %(proposed)s: %(because)s") % params


def _answer(row: Mapping[str, Any]) -> str:
    if row["answer"]:
        return _("%(who)s, asked “%(question)s”: %(answer)s") % row
    return _("%(who)s, asked “%(question)s”: no answer; it was due %(due)s") % {**row, "due": _day(row["due"])}


def _day(text: str) -> str:
    return day(datetime.date.fromisoformat(text))


register(DocumentKind(KIND, gettext_lazy("Status report"), parts=parts))

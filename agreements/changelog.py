"""Every version of the agreements about a subject, and how each came to be (EL-25, EL-26, EL-33)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from agreements.changes import ClauseChange, changes_between, clauses_of
from agreements.models import Agreement, AgreementVersion, Amendment, Clause, Section
from ledger.models import Stream


@dataclass(frozen=True)
class LoggedChange:
    """A clause that changed, and the amendment that changed it."""

    change: ClauseChange
    amendment: Amendment | None


@dataclass(frozen=True)
class LoggedVersion:
    version: AgreementVersion
    changes: list[LoggedChange]


@dataclass(frozen=True)
class LoggedAgreement:
    """An agreement with its versions, the newest first; `is_standing` unless it is void."""

    agreement: Agreement
    versions: list[LoggedVersion]

    @property
    def is_standing(self) -> bool:
        return self.agreement.voided_at is None


def changelog(stream: Stream) -> list[LoggedAgreement]:
    """The agreements about a subject, the newest first; a fixed number of queries."""
    agreements = Agreement.objects.filter(stream=stream).select_related("template_version", "voided_by", "replaces").order_by("-number")
    logged = _logged(AgreementVersion.objects.filter(agreement__stream=stream))
    return [LoggedAgreement(agreement, logged[agreement.pk]) for agreement in agreements]


def versions_of(agreement: Agreement) -> list[LoggedVersion]:
    """Every version of one agreement, the newest first; a fixed number of queries."""
    return _logged(AgreementVersion.objects.filter(agreement=agreement))[agreement.pk]


def _logged(rows: QuerySet[AgreementVersion]) -> dict[int, list[LoggedVersion]]:
    """Versions by agreement, the newest first, each with what it changed and through which amendments."""
    versions = list(rows.select_related("circulated_by", "agreement__template_version").defer("canonical").order_by("-number"))
    clauses = clauses_of([version.pk for version in versions])
    taken_up: dict[int, list[Amendment]] = defaultdict(list)
    for amendment in Amendment.objects.with_everything().filter(made__in=versions, state=Amendment.State.ACCEPTED):
        taken_up[amendment.made_id or 0].append(amendment)
    versions_by_agreement: dict[int, list[LoggedVersion]] = defaultdict(list)
    for version in versions:
        changed = changes_between(clauses[version.previous_id], clauses[version.pk]) if version.previous_id else []
        logged = [LoggedChange(change, _cause(change, taken_up[version.pk])) for change in changed]
        versions_by_agreement[version.agreement_id].append(LoggedVersion(version, logged))
    return versions_by_agreement


def _cause(change: ClauseChange, taken_up: list[Amendment]) -> Amendment | None:
    for amendment in taken_up:
        if (
            amendment.clause.number == change.number
            if amendment.clause
            else (amendment.heading, amendment.text) == (change.heading, change.text)
        ):
            return amendment
    return None


def places(version: AgreementVersion) -> list[tuple[Section, list[Clause]]]:
    """Every section with its clauses, for choosing where to change something."""
    clauses: dict[int, list[Clause]] = defaultdict(list)
    for clause in version.clauses.order_by("section__number", "position"):
        clauses[clause.section_id].append(clause)
    return [(section, clauses[section.pk]) for section in version.sections.order_by("number")]

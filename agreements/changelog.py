"""Every version of the agreements about a subject, and how each came to be (EL-25, EL-26, EL-33)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from agreements.changes import ClauseChange, changes
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
    """The agreements about a subject, the newest first; queries grow with the versions, not with the clauses."""
    agreements = Agreement.objects.filter(stream=stream).select_related("template_version", "voided_by", "replaces").order_by("-number")
    return [LoggedAgreement(agreement, versions_of(agreement)) for agreement in agreements]


def versions_of(agreement: Agreement) -> list[LoggedVersion]:
    """Every version of one agreement, the newest first."""
    taken_up: dict[int, list[Amendment]] = defaultdict(list)
    rows = Amendment.objects.with_everything().filter(version__agreement=agreement, state=Amendment.State.ACCEPTED)
    for amendment in rows:
        taken_up[amendment.made_id or 0].append(amendment)
    versions = agreement.versions.select_related("circulated_by", "agreement__template_version").defer("canonical").order_by("-number")
    return [LoggedVersion(version, logged(version, taken_up[version.pk])) for version in versions]


def logged(version: AgreementVersion, taken_up: list[Amendment] | None = None) -> list[LoggedChange]:
    """What `version` changed of the one before, each with its amendment."""
    if taken_up is None:
        taken_up = list(Amendment.objects.with_everything().filter(made=version, state=Amendment.State.ACCEPTED))
    return [LoggedChange(change, _cause(change, taken_up)) for change in changes(version)]


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

"""Every version of the agreements about a subject, and how each came to be (EL-25, EL-26, EL-33)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.models import Agreement, AgreementVersion, Amendment, Clause, Party, Section, Signature
from agreements.versions.diff import ClauseChange, changes, changes_between, clauses_of
from agreements.versions.lookups import Place


@dataclass(frozen=True)
class LoggedChange:
    """A clause that changed, and the amendment that changed it."""

    change: ClauseChange
    amendment: Amendment | None


@dataclass(frozen=True)
class LoggedVersion:
    """A version, the clauses that it changed, and what else: `beside` are amendments of the header and of the parties."""

    version: AgreementVersion
    changes: list[LoggedChange]
    beside: list[Amendment]


@dataclass(frozen=True)
class LoggedAgreement:
    """An agreement with its versions, the newest first; `is_standing` unless it is void."""

    agreement: Agreement
    versions: list[LoggedVersion]

    @property
    def is_standing(self) -> bool:
        return self.agreement.voided_at is None


def changelog(place: Place) -> list[LoggedAgreement]:
    """The agreements at a place, the newest first: all partnerships of a subject, or one other; a fixed number of queries."""
    agreements = Agreement.objects.filter(place.about()).select_related("template_version", "voided_by", "replaces").order_by("-number")
    logged = _logged(AgreementVersion.objects.filter(place.about("agreement__")))
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
        versions_by_agreement[version.agreement_id].append(
            LoggedVersion(version, logged, [each for each in taken_up[version.pk] if each.section_id is None])
        )
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


def what_changed(version: AgreementVersion) -> str:
    """Each changed clause with its old and new words, and why; empty for a first version.

    Written once for all who are told by one act: the words of a version that went out never change.
    """
    if "told_changes" not in version.__dict__:
        version.__dict__["told_changes"] = _notes(version)
    return version.__dict__["told_changes"]


def _notes(version: AgreementVersion) -> str:
    taken_up = Amendment.objects.filter(made=version, state=Amendment.State.ACCEPTED).select_related("clause", "person")
    why = {a.clause.number if a.clause else a.heading: a for a in taken_up}
    notes = [_note(change, why.get(change.number) or why.get(change.heading)) for change in changes(version)]
    return "\n\n".join([*notes, *(_note_beside(amendment) for amendment in taken_up if amendment.section_id is None)])


def _note_beside(amendment: Amendment) -> str:
    """A change of the header, or a new party."""
    params = {"place": amendment.place, "was": amendment.was_text or "–", "now": amendment.text, "reason": amendment.decision_reason}
    if amendment.person:
        head = _("%(name)s joined as a new party: %(role)s.") % {"role": amendment.heading, "name": amendment.person}
    else:
        head = _("%(place)s changed from “%(was)s” to “%(now)s”.") % params
    return "\n".join([head, _("Why: %(reason)s") % params])


def _note(change: ClauseChange, amendment: Amendment | None) -> str:
    params = {"number": change.number, "title": change.title}
    heads = {
        "change": _("%(number)s %(title)s changed."),
        "add": _("%(number)s %(title)s is new."),
        "remove": _("%(number)s %(title)s was removed."),
    }
    parts = [heads[change.kind] % params]
    if change.was_text:
        parts.append(_("Before:") + "\n" + _quoted(change.was_heading, change.was_text))
    if change.text:
        parts.append(_("Now:") + "\n" + _quoted(change.heading, change.text))
    if amendment:
        parts.append(_("Why: %(reason)s") % {"reason": amendment.decision_reason})
    return "\n".join(parts)


def _quoted(heading: str, text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in f"{heading}\n{text}".split("\n"))


def what_became_of_signature(version: AgreementVersion, party: Party) -> str:
    """For somebody who signed the version before: that it stays on record there and does not count here; else empty."""
    if version.previous is None:
        return ""
    given = Signature.objects.filter(version=version.previous, party=party).first()
    if given is None:
        return ""
    params = {
        **version.agreement.template_version.words.params,
        "before": version.previous.number,
        "number": version.number,
        "day": date_format(timezone.localtime(given.signed_at), "j F Y"),
    }
    return (
        _(
            "You %(signed)s version %(before)d on %(day)s. Your %(signature)s stays with version %(before)d and doesn’t count for version "
            "%(number)d. Please %(sign)s again."
        )
        % params
    )


def what_holds_meanwhile(version: AgreementVersion) -> str:
    """Which version holds until everybody has signed this one; empty when none is in force."""
    standing = version.agreement.in_force()
    if standing is None or standing.pk == version.pk:
        return ""
    params = {"standing": standing.number, "number": version.number, "signed": version.agreement.template_version.words.done}
    return _("Version %(standing)d stays in force until everyone has %(signed)s version %(number)d.") % params

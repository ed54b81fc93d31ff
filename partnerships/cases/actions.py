"""Acts on case studies: write one, draft it from a partnership, ask the partners, publish it and take it back (SP-08, PB-43, PB-44).

Acts on a case of a partnership are recorded with that partnership, and those on others with the lab.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, account_of, act
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append, revise
from partnerships.cases import mail, rules
from partnerships.cases.drafting import figures_of, record_of, texts_of
from partnerships.cases.links import LASTS
from partnerships.cases.queries import answers_to, fields_of, labels_of, missing_of, text_sha256
from partnerships.models import CaseConsent, CaseStudy, CaseVersion, Partnership
from partnerships.models.cases import Tagged, coded
from spelling.clean import unsafe_link

LIBRARY = Path(__file__).with_name("cases.toml")
TAGS = tuple(Tagged.TAGS)
Answer = CaseConsent.Answer


def _locked(case: CaseStudy) -> CaseStudy:
    """Return a case as it is now, under its partnership's lock and its own."""
    if case.partnership is not None:
        subjects.lock(case.partnership.stream)
    rows = CaseStudy.objects.select_for_update(of=("self",)).select_related("partnership__stream", "partnership__lead")
    return rows.get(pk=case.pk)


def _code_for(title: str) -> str:
    """Return an address for a title that no case has."""
    plain = slugify(title)[:50].strip("-") or "case"
    known = set(CaseStudy.objects.filter(code__startswith=plain).values_list("code", flat=True))
    return next(code for code in (plain, *(f"{plain}-{number}" for number in range(2, len(known) + 3))) if code not in known)


# ── Writing ──────────────────────────────────────────────────────────────────────────────────


@act("partnerships.add_case")
def add_case(*, title: str, by: Actor, kind: str = CaseStudy.Kind.CASE, **texts: Any) -> CaseStudy:
    """Add a case study or an example that has no partnership here. Raises `Refused` (`case-no-title`, `case-step-day`)."""
    _refuse_texts(title=title, **texts)
    tags = {name: coded(texts.pop(name, ())) for name in TAGS}
    stripped = {name: value.strip() for name, value in texts.items()}
    row = CaseStudy.objects.create(code=_code_for(title), title=title, kind=kind, by_hand=True, **tags, **stripped)
    append(row.stream, "case-added", by=by, facts={"title": row.title})
    return row


@act("partnerships.keep_partnership")
def draft_case(partnership: Partnership, *, by: Actor) -> CaseStudy:
    """Draft a case study from what a partnership has on record, with its latest figures and where each is from (PB-43).

    Results are left to be written. Raises `Refused` (`case-drafted`) if there is a case of this partnership that isn't published yet.
    """
    partnership = subjects.lock(partnership.stream)
    if CaseStudy.objects.filter(partnership=partnership, state=CaseStudy.State.DRAFT).exists():
        raise refuse("case-drafted", _("There is already a draft of a case study about this partnership."), _("Continue with that one."))
    record = record_of(partnership)
    row = CaseStudy.objects.create(
        code=_code_for(partnership.name), partnership=partnership, figures=figures_of(record), by_hand=True, **texts_of(record)
    )
    append(partnership.stream, "case-drafted", by=by, facts={"title": row.title, "figures": len(row.figures)})
    return row


@act("partnerships.keep_case")
def edit_case(case: CaseStudy, *, shown_revision: int, by: Actor, **changes: Any) -> CaseStudy:
    """Change the text, or what it is found by. Partners who agreed to the text as it was are asked again.

    What is published stays as it is until it is published again. Raises `Stale`, `Refused` (`case-no-title`, `case-step-day`).
    """
    current = _locked(case)
    _refuse_texts(**changes)
    tags = {name: coded(changes.pop(name)) for name in TAGS if name in changes}
    texts = {name: value.strip() for name, value in changes.items()}
    facts = {"title": current.title}
    current = revise(current, shown_revision=shown_revision, changes=texts, act="case-edited", by=by, stream=current.stream, facts=facts)
    if any(getattr(current, name) != value for name, value in tags.items()):
        for name, value in tags.items():
            setattr(current, name, value)
        current.revision += current.revision == shown_revision
        current.save(update_fields=[*tags, "revision"])
        append(current.stream, "case-edited", by=by, facts={"title": current.title, "found_by": ", ".join(labels_of(current))})
    if current.revision != shown_revision and not current.by_hand:
        current.by_hand = True
        current.save(update_fields=["by_hand"])
    return current


def _refuse_texts(**texts: Any) -> None:
    if "title" in texts and not texts["title"].strip():
        raise refuse("case-no-title", _("The title is missing."), _("Enter the place and what the partners do there."))
    for day in rules.wrong_days(texts.get("next_steps", "")):
        message = _("“%(day)s” isn’t a valid date.") % {"day": day}
        raise refuse("case-step-day", message, _("Use YYYY-MM-DD, for example 2026-03-31, then the step."))


@act("partnerships.keep_case")
def add_figure(case: CaseStudy, *, label: str, value: str, source: str, by: Actor, unit: str = "", url: str = "") -> CaseStudy:
    """Add a figure with its source. Raises `Refused` (`case-figure-incomplete`, `unsafe-link`)."""
    current = _locked(case)
    figure = {"label": label.strip(), "value": value.strip(), "unit": unit.strip(), "source": source.strip(), "url": url.strip()}
    if not (figure["label"] and figure["value"] and figure["source"]):
        message = _("A figure needs a label, a value and a source.")
        raise refuse("case-figure-incomplete", message, _("Say where the figure is from, for example “Annual report 2025”."))
    if fault := unsafe_link(figure["url"]) if figure["url"] else None:
        raise Refused([fault])
    return _with_figures(current, [*current.figures, figure], by, figure["label"])


@act("partnerships.keep_case")
def remove_figure(case: CaseStudy, *, number: int, shown_sha256: str, by: Actor) -> CaseStudy:
    """Remove the figure with this place in the list, counted from 1. Raises `Refused`: `case-text-changed` if the list isn't what was
    shown, `case-no-figure`.
    """
    current = _locked(case)
    if text_sha256(current) != shown_sha256:
        raise _text_changed()
    if not 1 <= number <= len(current.figures):
        raise refuse("case-no-figure", _("This figure was removed."), _("Reload the page to see the current figures."))
    label = current.figures[number - 1]["label"]
    return _with_figures(current, [*current.figures[: number - 1], *current.figures[number:]], by, label)


def _text_changed() -> Refused:
    message = _("Something in this text was changed in the meantime.")
    return refuse("case-text-changed", message, _("Go back to the case study and read it again."))


@act("partnerships.keep_case")
def update_figures(case: CaseStudy, *, by: Actor) -> CaseStudy:
    """Take the latest figures from the partnership, in place of those taken before. Figures added by hand stay.

    Raises `Refused` (`case-no-partnership`).
    """
    current = _locked(case)
    if current.partnership is None:
        raise refuse("case-no-partnership", _("This case has no partnership here."), _("Add its figures yourself."))
    taken = figures_of(record_of(current.partnership))
    figures = [*taken, *(figure for figure in current.figures if not figure["url"].startswith("/"))]
    return current if figures == current.figures else _with_figures(current, figures, by, _("latest figures"))


def _with_figures(case: CaseStudy, figures: list[dict[str, str]], by: Actor, what: str) -> CaseStudy:
    case.figures, case.by_hand = figures, True
    case.revision += 1
    case.save(update_fields=["figures", "by_hand", "revision"])
    append(case.stream, "case-figures-changed", by=by, facts={"title": case.title, "figure": what})
    return case


# ── The partners' answers ────────────────────────────────────────────────────────────────────


@act("partnerships.keep_case")
def ask_partners(case: CaseStudy, *, by: Actor) -> list[CaseConsent]:
    """Ask each partner that hasn't agreed to the text as it is, by email to its coordinator. Asking again sends a new email.

    Raises `Refused`: `case-no-partnership`, `case-all-agreed`, `case-no-coordinator` for partners that nobody can be asked for, and what
    the text itself lacks.
    """
    current = _locked(case)
    answers = [each for each in answers_to(current) if not each.has_agreed]
    publish = _("Publish it when you’re ready.")
    if not answers and current.partnership is None:
        raise refuse("case-no-partnership", _("This case has no partnership here, so there are no partners to ask."), publish)
    if not answers:
        raise refuse("case-all-agreed", _("Every partner has agreed to this text."), publish)
    if faults := [*rules.missing(fields_of(current)), *_nobody_to_ask(answers)]:
        raise Refused(faults)
    moment = timezone.now()
    consents = []
    for each in answers:
        consent: Any = each.consent or CaseConsent(text_sha256=text_sha256(current))
        consent.case, consent.partner, consent.person, consent.asked_at = current, each.partner, each.partner.coordinator, moment
        consent.partner.partnership = current.partnership  # in memory, for the evidence and the email
        consent.save()
        facts = {"title": current.title, "organization": each.partner.organization.name}
        append(current.stream, "case-consent-asked", by=by, facts=facts)
        mail.ask(consent, attempt=moment.isoformat(), days=LASTS.days)
        consents.append(consent)
    return consents


def _nobody_to_ask(answers: Any) -> list[Finding]:
    findings = []
    for each in answers:
        if each.partner.coordinator is None or not (each.partner.coordinator.email or each.partner.coordinator.user_id):
            message = _("%(partner)s has no coordinator with an email address.") % {"partner": each.partner.organization.name}
            findings.append(blocking("case-no-coordinator", message, _("Name its coordinator first."), "partners"))
    return findings


@act("partnerships.answer_case")
def answer_case(consent: CaseConsent, *, answer: str, shown_sha256: str, by: Actor, comment: str = "") -> CaseConsent:
    """Agree to the text for a partner, or ask for changes, which are told to staff.

    An answer can be changed until the case is published. Raises `Refused`: `case-text-changed` if the text isn't what was shown or
    asked about, `case-no-answer`, `case-changes-missing`, `partner-left`.
    """
    case = _locked(consent.case)
    current = CaseConsent.objects.select_for_update(of=("self",)).select_related("partner__organization").get(pk=consent.pk)
    if not current.text_sha256 == shown_sha256 == text_sha256(case):
        raise refuse("case-text-changed", _("The text has changed since you were asked."), _("You’ll get a new email with the new text."))
    if current.partner.left_on is not None:
        raise refuse("partner-left", _("This organization has left the partnership."), _("You don’t need to answer."))
    if answer not in Answer.values:
        raise refuse("case-no-answer", _("The answer is missing."), _("Choose whether you agree."))
    if answer == Answer.CHANGES and not comment.strip():
        raise refuse("case-changes-missing", _("What to change is missing."), _("Say which part should be different, and how."))
    current.answer, current.comment = answer, comment.strip() if answer == Answer.CHANGES else ""
    current.answered_at, current.answered_by, current.answered_name = timezone.now(), account_of(by), str(by)[:150]
    current.save()
    facts = {"title": case.title, "organization": current.partner.organization.name, "answer": answer}
    append(case.stream, "case-answered", by=by, facts={**facts, **({"comment": current.comment} if current.comment else {})})
    return current


# ── Publishing ───────────────────────────────────────────────────────────────────────────────


@act("partnerships.publish_case")
def publish_case(case: CaseStudy, *, shown_sha256: str, by: Actor) -> CaseVersion:
    """Publish the text as it is, in place of the version before. Raises `Refused`: `case-text-changed` if it isn't what was shown,
    `case-unchanged`, and everything that is missing (partnerships/cases/rules.py), with the partners that haven't agreed.
    """
    current = _locked(case)
    if text_sha256(current) != shown_sha256:
        raise _text_changed()
    return _publish(current, by)


def _publish(case: CaseStudy, by: Actor) -> CaseVersion:
    if faults := missing_of(case, answers_to(case)):
        raise Refused(faults)
    fields, moment = fields_of(case), timezone.now()
    before = CaseVersion.objects.select_for_update().published().filter(case=case).first()
    if before and before.fields == fields:
        message = _("Nothing has changed since version %(number)d.") % {"number": before.number}
        raise refuse("case-unchanged", message, _("Change something first."))
    if before:
        _end(before, by, _("Replaced by version %(number)d.") % {"number": before.number + 1}, moment)
    number = (CaseVersion.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0) + 1
    version = CaseVersion.objects.create(
        stream=case.stream, case=case, number=number, fields=fields, fields_sha256=text_sha256(case), code=case.code, title=case.title,
        search_text=rules.search_text(fields, labels_of(case)), from_at=moment, published_by=account_of(by),
        **{name: getattr(case, name) for name in TAGS},
    )  # fmt: skip
    _set_state(case, CaseStudy.State.PUBLISHED)
    append(version.stream, "case-published", by=by, facts={"title": case.title, "number": number, "sha256": version.fields_sha256})
    return version


def _set_state(case: CaseStudy, state: str) -> None:
    case.state = state
    case.save(update_fields=["state"])


@act("partnerships.publish_case")
def withdraw_case(case: CaseStudy, *, reason: str, by: Actor) -> CaseStudy:
    """Take a published case off the showcase and the guidance at once. Raises `Refused` (`no-reason`, `case-not-published`)."""
    current = _locked(case)
    version = CaseVersion.objects.select_for_update().published().filter(case=current).first()
    if version is None:
        raise refuse("case-not-published", _("This case isn’t published."), _("Reload the page to see its status."))
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why it shouldn’t be public."))
    _end(version, by, reason.strip(), timezone.now())
    _set_state(current, CaseStudy.State.WITHDRAWN)
    append(version.stream, "case-withdrawn", by=by, facts={"title": current.title, "number": version.number, "reason": reason.strip()})
    return current


def _end(version: CaseVersion, by: Actor, reason: str, at: Any) -> None:
    version.to_at, version.ended_by, version.reason = at, account_of(by), reason
    version.save(update_fields=["to_at", "ended_by", "reason"])


# ── Loading ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class LoadedCases:
    """How many cases were added and changed, how many that were changed by hand were left, and how many aren't complete enough to publish."""

    added: int = 0
    changed: int = 0
    left: int = 0
    unpublished: int = 0


@act(system=SYSTEM)
def load_cases(*, by: Actor) -> LoadedCases:
    """Load the cases of cases.toml, and publish those that are complete. Cases changed by hand stay; loading again does nothing."""
    entries = tomllib.loads(LIBRARY.read_text(encoding="utf-8"))["case"]
    known = {row.code: row for row in CaseStudy.objects.select_for_update(of=("self",)).filter(partnership=None)}
    loaded = LoadedCases()
    for entry in entries:
        _load(known.get(entry["code"]) or CaseStudy(code=entry["code"]), entry, loaded, by)
    return loaded


def _load(case: CaseStudy, entry: dict[str, Any], loaded: LoadedCases, by: Actor) -> None:
    values = _values(entry)
    is_new = case.pk is None
    differs = is_new or any(getattr(case, name) != value for name, value in values.items())
    if differs and case.by_hand:
        loaded.left += 1
    elif differs:
        for name, value in values.items():
            setattr(case, name, value)
        case.revision += not is_new
        case.save()
        loaded.added += is_new
        loaded.changed += not is_new
        append(case.stream, "case-added" if is_new else "case-edited", by=by, facts={"title": case.title})
        if is_new or case.state == CaseStudy.State.PUBLISHED:
            if missing_of(case, []):
                loaded.unpublished += 1
            else:
                _publish(case, by)


def _values(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of the file in a case's columns."""
    values: dict[str, Any] = {name: entry.get(name, "") for name in ("title", "place", "started", "background", "status", "results")}
    values["kind"] = entry.get("kind", CaseStudy.Kind.CASE.value)
    values |= {name: "\n".join(entry.get(name, [])) for name in ("partners", "objectives", "next_steps")}
    values |= {name: coded(entry.get(name, ())) for name in TAGS}
    values["figures"] = [{"unit": "", "url": "", **figure} for figure in entry.get("figures", [])]
    return values

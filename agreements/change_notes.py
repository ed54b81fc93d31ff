"""What a version changed, written for mail: where the words stood and where they stand, in full (EL-25)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.changes import ClauseChange, changes
from agreements.models import AgreementVersion, Amendment, Party, Signature


def what_changed(version: AgreementVersion) -> str:
    """Each changed clause with its old and new words, and why; empty for a first version.

    Written once for all who are told by one act: the words of a version that went out never change.
    """
    if "told_changes" not in version.__dict__:
        version.__dict__["told_changes"] = _notes(version)
    return version.__dict__["told_changes"]


def _notes(version: AgreementVersion) -> str:
    taken_up = Amendment.objects.filter(made=version, state=Amendment.State.ACCEPTED).select_related("clause")
    why = {a.clause.number if a.clause else a.heading: a for a in taken_up}
    return "\n\n".join(_note(change, why.get(change.number) or why.get(change.heading)) for change in changes(version))


def _note(change: ClauseChange, amendment: Amendment | None) -> str:
    params = {"number": change.number, "title": change.title}
    heads = {
        "change": _("%(number)s %(title)s was changed."),
        "add": _("%(number)s %(title)s is new."),
        "remove": _("%(number)s %(title)s was taken out."),
    }
    parts = [heads[change.kind] % params]
    if change.was_text:
        parts.append(_("It said:") + "\n" + _quoted(change.was_heading, change.was_text))
    if change.text:
        parts.append(_("It says now:") + "\n" + _quoted(change.heading, change.text))
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
    params = {"before": version.previous.number, "number": version.number, "day": date_format(timezone.localtime(given.signed_at), "j F Y")}
    return (
        _(
            "You signed version %(before)d on %(day)s. That stays on record for version %(before)d. It does not count for version "
            "%(number)d: please sign again."
        )
        % params
    )


def what_holds_meanwhile(version: AgreementVersion) -> str:
    """Which version holds until everybody has signed this one; empty when none is in force."""
    standing = version.agreement.in_force()
    if standing is None or standing.pk == version.pk:
        return ""
    params = {"standing": standing.number, "number": version.number}
    return _("Version %(standing)d stays in force until everyone has signed version %(number)d.") % params

"""What a document is made from, read from the rows: frozen ones for a sealed document, today's for a copy before that."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agreements.models import AgreementVersion, Amendment, State
from agreements.models.templates import VerbWords
from agreements.versions.canonical_text import canonical
from agreements.versions.progress import SigningProgress, how_far, signing_progress
from sealing.contents import Contents, Evidence


def facts_in_force(version: AgreementVersion) -> dict[str, Any]:
    """What a document says beside the words and the evidence, as it is when `version` comes into force.

    Kept with the wish for a seal, for names and places may change before the document is made: `lab`,
    `prepared_by`, `in_force_at` and `at` (the date of the attached files), `verify_url`, `opened` (when
    the link was, by invitation) and `opened_after` (so many seconds), `amendments` (what was changed to make this version), `informed` (role and name), `product` and
    `between` (the program's side, the lab).
    """
    rows = signing_progress(version)
    return {
        **_who(version),
        "prepared_by": str(version.agreement.made_by),
        "in_force_at": version.in_force_at,
        "at": version.in_force_at,
        "verify_url": f"{settings.SITE_URL.rstrip('/')}/verify/?sha256={version.content_sha256}",
        "opened": {str(row.invitation.pk): row.opened_at for row in rows if row.invitation and row.opened_at},
        "opened_after": {str(row.invitation.pk): row.opened_after for row in rows if row.invitation and row.opened_after is not None},
        "amendments": [_change(amendment) for amendment in _accepted(version)],
        "informed": [{"role": row.role.label, "name": row.person.name} for row in rows if row.person and not row.role.must_sign],
    }


def _who(version: AgreementVersion) -> dict[str, Any]:
    """What stands under the title: for which product, between whom; nothing where a template's header doesn't say."""
    program = ", ".join(filter(None, (version.header.get(key) for key in ("business_area", "ministry"))))
    between = [program, settings.LAB_NAME] if program else []
    return {"lab": settings.LAB_NAME, "product": version.header.get("product", ""), "between": between}


def _accepted(version: AgreementVersion) -> Any:
    """The changes that made this version out of the one before."""
    rows = version.decided_amendments.filter(state=Amendment.State.ACCEPTED).select_related("clause", "section")
    return rows.order_by("section__number", "pk")


def _change(amendment: Amendment) -> str:
    params = {
        "kind": amendment.get_kind_display(),
        "place": str(amendment.clause or amendment.heading),
        "day": date_format(timezone.localdate(amendment.decided_at), "j F Y"),
    }
    return _("%(kind)s: %(place)s, accepted on %(day)s") % params


def contents_in_force(version: AgreementVersion, document_details: dict[str, Any]) -> Contents:
    """What the document of a version in force is made from, `document_details` being what was kept then."""
    return Contents(bytes(version.canonical or b""), str(version.content_sha256), _evidence(version), document_details)


def _evidence(version: AgreementVersion) -> tuple[Evidence, ...]:
    rows = version.signatures.order_by("signed_at", "pk").values_list("evidence_sha256", "evidence")
    return tuple((sha256, bytes(evidence)) for sha256, evidence in rows)


def contents_so_far(version: AgreementVersion) -> Contents:
    """What a copy of a version is made from that is not sealed: it says on every page how the version stands."""
    rows = signing_progress(version)
    must = [row for row in rows if row.role.must_sign]
    document_details = {
        **_who(version),
        "at": (version.circulated_at or version.made_at).isoformat(),
        "parties": [_party(row, version.agreement.template_version.words) for row in rows if row.party or row.role.must_sign],
    }
    words = canonical(version) if version.is_draft else bytes(version.canonical or b"")
    standing = _status_note(version, sum(row.signature is not None for row in must), len(must))
    return Contents(words, version.content_sha256 or "", (), document_details, standing)


def _status_note(version: AgreementVersion, signed: int, wanted: int) -> str:
    """How a version stands, in words that nobody overlooks."""
    words = version.agreement.template_version.words
    if version.state == State.CIRCULATED:
        return how_far(signed, wanted, words)
    return {
        State.DRAFT: _("DRAFT: not sent for %(signature)s") % words.params,
        State.IN_FORCE: _("NOT SEALED: a copy of an agreement in force"),
        State.SUPERSEDED: _("NO LONGER IN FORCE: replaced by a later version")
        if version.in_force_at
        else _("NEVER IN FORCE: replaced by a later version"),
        State.VOID: _("VOID"),
    }[State(version.state)]


def _party(row: SigningProgress, words: VerbWords) -> dict[str, str]:
    """Who fills a role, and what that person did so far, as sealing/layout.py prints it."""
    person, signature = row.person, row.signature
    before = row.party.delegated_from if row.party else None
    return {
        "role": row.role.label,
        "name": person.name if person else _("Not named yet"),
        "detail": ", ".join(filter(None, (person.title, person.organisation))) if person else "",
        "on_behalf": before.person.name if before else "",
        "signature": signature.typed_name if signature else "",
        "when": date_format(timezone.localdate(signature.signed_at), "j F Y") if signature else _not_signed(row, words),
    }


def _not_signed(row: SigningProgress, words: VerbWords) -> str:
    return _("Not %(signed)s yet") % words.params if row.role.must_sign else _("Kept informed")

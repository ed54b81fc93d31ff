"""Mail about sealed documents: to lab operations when sealing is on hold, to administrators when a record was altered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from ledger.actions import lab_stream
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from oversight.models import DocumentSeal
from people.actions import person_of
from people.lab import administrators, lab_operations

WAITS = MessageKind(
    "document-seal-waits",
    _("Sealing of a document on hold"),
    (
        Template(
            _("Sealing on hold: {title} for {about}"),
            _(
                """Hello {name},

The document “{title}” for {about} is on record, but we can’t make its sealed PDF yet. Nothing is lost, and we’ll keep trying.

Why:
{why}

Resolve the sealing problem:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("title", _("the title of the document"), _("Status report, October 2026")),
        Place("why", _("the reason it can’t be sealed"), "No certificate of the lab is installed."),
        Place("link", _("the page of the seal"), "https://portal.example.org/residencies/XL-2026-014/documents/3/seal/", needed=True),
    ),
    may_wait=True,
)


def ask(seal: DocumentSeal) -> None:
    """Tell lab operations that a document couldn't be sealed, and why."""
    document = seal.document
    link = address_of("document-seal", document.subject.reference, document.number)
    for account in lab_operations():
        queue(
            WAITS,
            to=person_of(account, by=SYSTEM),
            about=document.stream,
            key=f"{seal.pk}|{seal.attempts}|{seal.unsealed_sha256[:12]}",
            params={"title": document.title, "why": seal.last_error, "link": link},
        )


# ── Records (EL-07, EL-26) ──────────────────────────────────────────────────────────────────────

RECORDS_ALTERED = MessageKind(
    "records-altered",
    _("Record that doesn't match the ledger"),
    (
        Template(
            _("ALARM: a record of {agreement} doesn't match the ledger"),
            _(
                """Hello {name},

A record of {agreement} was changed, added or removed outside the portal, in its database. Until that’s resolved, the portal doesn’t show or seal it.

What doesn't match:
{mismatch}

What to do now:
1. Tell your security contact. Don’t correct the row, because it’s evidence.
2. Find out who could write to the database since the last backup.
3. Run “manage.py verify_ledger --against” with the last exported heads, and “manage.py verify_records”.
4. Restore the row from the backup. The record can be read again as soon as it matches.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("agreement", _("the reference of the agreement or document"), "XL-2026-014-A1", needed=True),
        Place(
            "mismatch",
            _("which row doesn't match, and how"),
            "XL-2026-014, stream 14, agreements.signature 31: the row isn't what event 22 recorded",
            needed=True,
        ),
    ),
)


def records_altered(reference: str, mismatch: str, *, key: str) -> None:
    """Tell every administrator that a row of an agreement or a document isn't what the ledger recorded; once a `key`."""
    params = {"agreement": reference, "mismatch": mismatch}
    for account in administrators():
        queue(RECORDS_ALTERED, to=person_of(account, by=SYSTEM), about=lab_stream(), key=key, params=params)

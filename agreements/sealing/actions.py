"""The seal of a version in force: wished for with the last signature, recorded once, and what people decide meanwhile (EL-31)."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from acts.act import SYSTEM, Actor, account_of, act, part
from agreements.models import AgreementVersion, Seal, SealedDocument
from agreements.sealing import mail
from agreements.sealing.gathering import facts_in_force
from agreements.versions.locks import version_facts
from ledger.actions import append
from ledger.canonical import plain
from outbox.queue import wake
from sealing import actions as requests
from sealing.making import SealedFile

PLACE = "agreement"


@part
def request_seal(version: AgreementVersion) -> Seal:
    """Wish for the seal of a version that comes into force now. Part of that act, so that no crash forgets it."""
    # What is printed is taken down now: a person who is renamed before the worker comes must not change the document.
    seal = Seal.objects.create(version=version, told=plain(facts_in_force(version)))
    # After the commit, or the worker would wake before there is anything to see; robust, as a dead broker fails no act.
    transaction.on_commit(_nudge, robust=True)
    return seal


@act(system=SYSTEM)
def record_sealed(seal: Seal, sealed_file: SealedFile, *, worker: str, by: Actor) -> bool:
    """The sealed file is on record, and every party is sent its copy (EL-31); once, whoever else tries.

    False when this worker's claim is gone: then another one sealed it or is at it, and nothing is written.
    """
    seal = _locked(seal)
    if not requests.is_claimed_by(seal, worker):
        return False
    document = SealedDocument.objects.create(version=seal.version, sealed_at=timezone.now(), **vars(sealed_file))
    requests.close(seal)
    append(
        seal.version.agreement.stream, "agreement-sealed", by="system", at=document.sealed_at,
        facts={
            **version_facts(seal.version), "sha256": seal.version.content_sha256, "file_sha256": sealed_file.sha256, "level": sealed_file.level,
            "certificate_sha256": sealed_file.certificate_sha256, "development": sealed_file.development,
        },
    )  # fmt: skip
    mail.send(document)
    return True


@act(system=SYSTEM)
def put_seal_off(seal: Seal, *, worker: str, reason: str, stuck: bool = False, by: Actor) -> bool:
    """Keep why an attempt failed and try again after a growing pause, for ever; after the third a person is asked.

    A `stuck` one waits for a person at once. False when this worker's claim is gone: nothing is written then.
    """
    seal = _locked(seal)
    if not requests.is_claimed_by(seal, worker):
        return False
    if requests.put_off(seal, reason, stuck=stuck):
        append(seal.version.agreement.stream, "seal-waits", by="system", facts={**version_facts(seal.version), "reason": reason})
        mail.ask(seal)
    return True


@act("agreements.keep_seal")
def seal_without_timestamp(seal: Seal, *, reason: str, by: Actor) -> Seal:
    """Lab operations give up the time stamp for one document, saying why: never done quietly.

    Raises `Refused` when the document does not wait, when no time stamp was asked for, or without a reason.
    """
    seal = _locked(seal)
    requests.give_up_timestamp(seal, reason, PLACE)
    return _once_more(seal, "seal-without-timestamp", by)


@act("agreements.keep_seal")
def print_again(seal: Seal, *, reason: str, by: Actor) -> Seal:
    """Lab operations accept that a stuck document is printed as it comes out now, saying why.

    Raises `Refused` when it is not stuck, or without a reason.
    """
    seal = _locked(seal)
    requests.accept_print(seal, reason, PLACE)
    return _once_more(seal, "seal-printed-again", by)


def _locked(seal: Seal) -> Seal:
    rows = Seal.objects.select_for_update(of=("self",)).select_related(
        "version__agreement__stream", "version__agreement__template_version"
    )  # fmt: skip
    return rows.get(pk=seal.pk)


def _once_more(seal: Seal, act: str, by: Actor) -> Seal:
    append(seal.version.agreement.stream, act, by=by, facts={**version_facts(seal.version), "reason": seal.choice_reason})
    transaction.on_commit(_nudge, robust=True)
    return seal


APART = datetime.timedelta(hours=1)


@act("agreements.take_evidence")
def record_evidence_taken(version: AgreementVersion, *, by: Actor) -> bool:
    """Record that an account took the annexes, with the signers' email and network addresses: who, of what, when.

    Once an hour for an account and a version, however often the file is fetched. Returns whether it was recorded now.
    """
    stream, facts = version.agreement.stream, version_facts(version)
    recent = stream.events.filter(act="evidence-taken", actor=account_of(by), at__gt=timezone.now() - APART).values_list("facts", flat=True)
    if any(each.get("version") == facts["version"] and each.get("agreement") == facts["agreement"] for each in recent):
        return False
    append(stream, "evidence-taken", by=by, facts=facts)
    return True


def _nudge() -> None:
    wake("agreements.tasks.seal")

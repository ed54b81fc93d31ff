"""Who looked at what is kept of signatures and doesn't circulate (OP-04)."""

from __future__ import annotations

import datetime

from django.utils import timezone

from acts.act import Actor, account_of, act
from agreements.actions.sending import named
from agreements.models import AgreementVersion
from ledger.actions import append

APART = datetime.timedelta(hours=1)


@act("agreements.take_evidence")
def record_evidence_taken(version: AgreementVersion, *, by: Actor) -> bool:
    """Record that an account took the annexes, with the signers' email and network addresses: who, of what, when.

    Once an hour for an account and a version, however often the file is fetched. Returns whether it was recorded now.
    """
    stream, facts = version.agreement.stream, named(version)
    recent = stream.events.filter(act="evidence-taken", actor=account_of(by), at__gt=timezone.now() - APART).values_list("facts", flat=True)
    if any(each.get("version") == facts["version"] and each.get("agreement") == facts["agreement"] for each in recent):
        return False
    append(stream, "evidence-taken", by=by, facts=facts)
    return True

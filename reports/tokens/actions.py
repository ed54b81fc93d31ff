"""Creating and revoking API tokens; both are on the lab's ledger (EL-91)."""

from __future__ import annotations

import datetime
import secrets

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from dates.months import months_after
from findings import refuse
from ledger.actions import append, lab_stream
from ledger.subjects import Subject, kind_of_subject
from reports.models import ApiToken
from web.token_pages import digest, new_token

LONGEST_MONTHS = 12
MOST_TOKENS = 20


@act("reports.create_token", on=None)
def create_token(*, name: str, scope: str, expires_on: datetime.date, by: Actor, subject: Subject | None = None) -> tuple[ApiToken, str]:
    """Create a token for the actor's own account and return it with its text, which can't be shown again.

    Raises `Refused`: `token-days` for a last day in the past or more than a year away, `token-too-many` at 20 working tokens, and
    `token-subject` for a subject that the account can't see.
    """
    today = timezone.localdate()
    latest = months_after(today, LONGEST_MONTHS)
    if not today <= expires_on <= latest:
        remedy = _("Choose a date up to %(day)s.") % {"day": date_format(latest)}
        raise refuse("token-days", _("A token can be valid for one year at most, starting today."), remedy)
    account = account_of(by)
    if account.api_tokens.working(today).count() >= MOST_TOKENS:
        raise refuse("token-too-many", _("You already have %(count)d tokens.") % {"count": MOST_TOKENS}, _("Revoke one you don’t use."))
    if subject is not None and not by.has_perm(kind_of_subject(subject).view_permission, subject):
        raise refuse("token-subject", _("You can’t see this residency."), _("Choose another one."))
    prefix = f"lab_{secrets.token_hex(4)}"
    text = f"{prefix}_{new_token()}"
    token = ApiToken.objects.create(
        account=account, name=name.strip(), prefix=prefix, sha256=digest(text), scope=scope, expires_on=expires_on,
        stream=subject.stream if subject else None,
    )  # fmt: skip
    append(lab_stream(), "api-token-created", by=by, facts=_facts(token) | {"scope": scope, "expires_on": expires_on})
    return token, text


@act("reports.revoke_token")
def revoke_token(token: ApiToken, *, by: Actor) -> ApiToken:
    """Revoke a token: the next request with it is refused. Revoking it again changes nothing."""
    current = ApiToken.objects.select_for_update(of=("self",)).select_related("account", "stream").get(pk=token.pk)
    if current.revoked_at is None:
        current.revoked_at = timezone.now()
        current.save(update_fields=["revoked_at"])
        append(lab_stream(), "api-token-revoked", by=by, facts=_facts(current))
    return current


def _facts(token: ApiToken) -> dict[str, object]:
    return {"token": token.pk, "name": token.name, "prefix": token.prefix, "account": str(token.account)}

"""Who acts through the API: a token, with the permissions of its account within the token's scope."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from people.models import User
from reports.models import ApiToken, Scope
from web.token_pages import digest

USE_NOTED_EVERY = datetime.timedelta(minutes=1)
READS = frozenset(
    {"residencies.view_residency", "teams.view_team", "metrics.view_metrics", "metrics.view_metric", "reports.view_sealed_report"}
)
ALLOWED = {Scope.READ: READS, Scope.OBSERVATIONS: READS | {"metrics.record_reading"}}


@dataclass(frozen=True)
class TokenActor:
    """An actor (acts/act.py): holds a permission if the token's scope, its subject and its account all allow it."""

    token: ApiToken

    def __str__(self) -> str:
        return f"{self.account} (API token {self.token.prefix})"

    @property
    def account(self) -> User:
        return self.token.account

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return perm in ALLOWED[Scope(self.token.scope)] and self.covers(obj) and self.account.has_perm(perm, obj)

    def covers(self, obj: Any) -> bool:
        """Return whether the token works for the subject that `obj` is or belongs to."""
        if self.token.stream_id is None:
            return True
        stream = getattr(obj, "stream_id", None) or getattr(getattr(obj, "subject", None), "stream_id", None)
        return bool(stream == self.token.stream_id)


class Bearer(HttpBearer):
    """Accepts a working token in the Authorization header and nothing else: cookies are never read here."""

    def authenticate(self, request: HttpRequest, token: str) -> TokenActor | None:
        """Return who acts, or None. At most once a minute it stores that the token was used; two queries then, otherwise one."""
        now = timezone.now()
        row = ApiToken.objects.working(timezone.localdate(now)).filter(sha256=digest(token)).select_related("account").first()
        if row is None:
            return None
        if row.last_used_at is None or now - row.last_used_at > USE_NOTED_EVERY:
            ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
        return TokenActor(row)

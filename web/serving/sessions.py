"""Sessions in the database under the hash of their key, so that reading the table doesn't let anyone take one over (EL-28)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InClear
from django.contrib.sessions.models import Session
from django.utils import timezone

LENGTH = Session._meta.get_field("session_key").max_length


def digest(session_key: str | None) -> str:
    """Return what is stored of a session's key: as many hex digits of its SHA-256 as the column can hold (160 bits)."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:LENGTH]


class SessionStore(InClear):
    """Django's session store, except that only the browser's cookie has the key."""

    def _get_session_from_db(self) -> Any:
        row = self.model.objects.filter(session_key=digest(self.session_key), expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        # The key itself stays in the cookie and in memory; only the stored row has the hash instead.
        row = super().create_model_instance(data)
        row.session_key = digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=digest(key)).delete()

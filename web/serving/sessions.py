"""Sessions in the database, each under the hash of its key: whoever reads the table can't take one over (EL-28)."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InClear
from django.contrib.sessions.models import Session
from django.utils import timezone

LENGTH = Session._meta.get_field("session_key").max_length


def digest(session_key: str | None) -> str:
    """What is kept of a session's key: as many hex digits of its SHA-256 as the column holds (160 bits)."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()[:LENGTH]


class SessionStore(InClear):
    """As Django's, but the browser's cookie is the only place where the key stands."""

    def _get_session_from_db(self) -> Any:
        row = self.model.objects.filter(session_key=digest(self.session_key), expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=digest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        # The key itself stays in the cookie and in memory; only what is written has the hash in its place.
        row = super().create_model_instance(data)
        row.session_key = digest(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=digest(key)).delete()

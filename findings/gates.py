"""Gates are named by dotted path, so that a lower floor never imports a higher one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils.module_loading import import_string

from findings import Finding


def ask(paths: Iterable[str], subject: Any, on: datetime.date) -> list[Finding]:
    """Every finding of every gate in `paths` about `subject` on the date `on`, in order.

    A gate is `gate(subject, on) -> list[Finding]`; it reads and never writes. Raises ImportError for a
    path that does not resolve (the system check `labportal.E001` finds it at start-up).
    """
    return [finding for path in paths for finding in import_string(path)(subject, on)]

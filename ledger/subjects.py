"""What a stream is about, told by the app that owns it, so that agreements and messages need not know."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

from findings import Finding
from findings.gates import ask
from ledger.models import Stream


@dataclass(frozen=True)
class SubjectKind:
    """A kind of thing that owns streams.

    `related_name` leads from a stream to it. `gates` name, per act of a higher floor, what must hold of
    the subject first; `hooks` what the subject does when such an act has happened, in its transaction.
    `contact` is the name of its link to the account at the lab that looks after it: replies to mail go there.
    The subject itself answers `reference`, `get_absolute_url()` and `str()`.
    """

    name: str
    related_name: str
    view_permission: str
    gates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hooks: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""


_kinds: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> None:
    """Make a kind known; called from its app's `ready()`."""
    _kinds[kind.name] = kind


def kinds() -> list[SubjectKind]:
    return list(_kinds.values())


def kind_of(stream: Stream) -> SubjectKind:
    return _kinds[stream.kind]


def subject_of(stream: Stream) -> Any:
    """The thing `stream` is about, such as a residency."""
    return getattr(stream, kind_of(stream).related_name)


def findings_before(act: str, stream: Stream, on: datetime.date) -> list[Finding]:
    """What stands in the way, on the subject's side, of `act` (EL-13)."""
    return ask(kind_of(stream).gates.get(act, ()), subject_of(stream), on)


def tell(act: str, stream: Stream, *, by: object, **facts: Any) -> None:
    """Let the subject follow `act`, in the same transaction."""
    hook = kind_of(stream).hooks.get(act)
    if hook:
        import_string(hook)(subject_of(stream), by=by, **facts)

"""Finding what an address names, for those who may know of it."""

from __future__ import annotations

from functools import reduce
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from people.models import User
from residencies.models import Condition, Evidence, Membership, Need, Question, Residency

Part = TypeVar("Part", bound=Model)


def residency_or_404(user: User, reference: str) -> Residency:
    """The residency called `reference`, with its program area, ministry, owner, stream and reapplication, in one query.

    Raises Http404 for one that is not there and, alike, for one that `user` may not know of.
    """
    residency = (
        Residency.objects.visible_to(user)
        .for_list()
        .at_heads()
        .select_related("stream", "reapplication")
        .filter(reference=reference)
        .first()
    )
    if residency is None:
        raise Http404(_("Residency %(reference)s doesn’t exist, or your account doesn’t have access to it.") % {"reference": reference})
    return residency


def part_or_404(parts: QuerySet[Part], user: User, reference: str, *, missing: Any, path: str = "residency", **which: Any) -> Part:
    """The one of `parts` that `which` names, of a residency that `user` may know of; `path` leads from a part to its residency, or its stream.

    The part holds that very residency. Raises Http404, with the sentence `missing` for a part that is not there.
    """
    residency = residency_or_404(user, reference)
    *between, last = path.split("__")
    owner = residency.stream if last == "stream" else residency
    part = parts.filter(**{path: owner}, **which).first()
    if part is None:
        raise Http404(missing)
    setattr(reduce(getattr, between, part), last, owner)
    return part


def condition_or_404(user: User, reference: str, number: int) -> Condition:
    """One of the six conditions of a residency that `user` may know of."""
    return get_object_or_404(_parts(Condition, "residency", user), residency__reference=reference, number=number)


def need_or_404(user: User, reference: str, pk: int) -> Need:
    return get_object_or_404(_parts(Need, "intake__residency", user), intake__residency__reference=reference, pk=pk)


def evidence_or_404(user: User, reference: str, pk: int) -> Evidence:
    return get_object_or_404(_parts(Evidence, "condition__residency", user), condition__residency__reference=reference, pk=pk)


def question_or_404(user: User, reference: str, pk: int) -> Question:
    return get_object_or_404(_parts(Question, "review__residency", user), review__residency__reference=reference, pk=pk)


def membership_or_404(user: User, reference: str, pk: int) -> Membership:
    return get_object_or_404(_parts(Membership, "residency", user), residency__reference=reference, pk=pk, to_at=None)


def _parts(model: Any, path: str, user: User) -> Any:
    """Rows of `model` that belong, by `path`, to a residency that `user` may know of."""
    visible = Residency.objects.visible_to(user).values("pk")
    return model.objects.select_related(f"{path}__stream", f"{path}__program_area__ministry", f"{path}__owner").filter(
        **{f"{path}__in": visible}
    )

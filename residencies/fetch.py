"""Finding what an address names, for those who may know of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from residencies.models import Residency


def residency_or_404(user: Any, reference: str) -> Residency:
    """The residency called `reference`, with its program area, ministry, owner and stream, in one query.

    Raises Http404 for one that is not there and, alike, for one that `user` may not know of.
    """
    found = Residency.objects.visible_to(user).for_list().select_related("stream").filter(reference=reference).first()
    if found is None:
        raise Http404(_("There is no residency %(reference)s, or your account may not see it.") % {"reference": reference})
    return found

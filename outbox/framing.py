"""Showing a mail's HTML within a page: in a frame that runs nothing, loads nothing and may keep its styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.views.decorators.clickjacking import xframe_options_sameorigin

POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [""],
}


def framed(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view's answer is shown in a frame of our own pages, and is no more than words with their styles."""
    return csp(POLICY)(xframe_options_sameorigin(view))

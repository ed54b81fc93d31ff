"""Files that people put in, given out."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _


def as_download(stored: Any, name: str, content_type: str) -> HttpResponse:
    """A stored file, always as a download and never as a page of ours (ASVS 3.2.1). Raises Http404 when it is not there."""
    if not stored:
        raise Http404(_("There is no file here."))
    try:
        opened = stored.open("rb")
    except FileNotFoundError as gone:
        raise Http404(_("The file is no longer there. Tell the lab.")) from gone
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]

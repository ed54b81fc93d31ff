"""Files on this host's disk: written whole or not at all, readable by the portal's account alone, and given out as downloads."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _

from findings import refuse

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WholeFiles(FileSystemStorage):
    """Django's storage writes a file with the process's default mode and leaves what it wrote when the disk is full; this one doesn't.

    Raises `Refused` (`file-no-room`) when there is no room; nothing is left then.
    """

    def _save(self, name: str, content: Any) -> str:
        while True:
            path = self.path(name)
            self._make_folders(os.path.dirname(path))
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                break
            except FileExistsError:
                name = self.get_available_name(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(path)
            if isinstance(error, OSError) and error.errno in FULL:
                raise _no_room() from error
            raise
        return str(name).replace("\\", "/")

    def _make_folders(self, folder: str) -> None:
        """Each folder that is missing, for our account alone."""
        if os.path.isdir(folder):
            return
        self._make_folders(os.path.dirname(folder))
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            pass
        except OSError as error:
            if error.errno in FULL:
                raise _no_room() from error
            raise


def _no_room() -> Exception:
    return refuse(
        "file-no-room",
        _("There isn’t room to store the file right now. Nothing was saved."),
        _("Please try again later. If it happens again, tell the lab."),
    )


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

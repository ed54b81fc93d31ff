"""Files on this host's disk: written completely or not at all, readable only by the portal's account, and served as downloads."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _

from findings import refuse
from web.uploads.kinds import inspect, safe_name

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WholeFiles(FileSystemStorage):
    """File storage that never leaves part of a file behind and gives only the portal's account access.

    Django's own uses the process's default mode, and leaves what it has written if the disk is full. This one raises
    `Refused` (`file-no-room`) and leaves nothing.
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
        """Create the missing folders, with access only for our account."""
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
    """Serve a stored file, always as a download and never as a page (ASVS 3.2.1). Raises Http404 if it doesn't exist."""
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


def attach(row: Any, content: bytes, name: str) -> None:
    """Store an uploaded file for `row`, and set its name, type, size and SHA-256 there. The caller saves the row.

    Raises `Refused` if the file is too large or its content isn't a kind that can be uploaded (web/uploads/kinds.py).
    """
    kind = inspect(content, name)
    row.file_name, row.content_type = safe_name(name, kind), kind.content_type
    row.size_bytes, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
    row.file.save(row.file_name, ContentFile(content), save=False)

"""Where tests keep files: on the disk, each with the time of the test's clock and not of the machine's, which the disk goes by."""

import os
import time
from typing import Any

from django.core.files.storage import FileSystemStorage


class StampedStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        name = super()._save(name, content)
        os.utime(self.path(name), (time.time(), time.time()))
        return name

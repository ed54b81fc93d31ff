"""A file is stored whole or not at all, and for the portal's own account alone (K16)."""

import errno
import os
import stat

import pytest
from django.core.files.base import ContentFile

from findings import Refused
from labportal import settings as product
from web.uploads.storage import WholeFiles


class Breaks(ContentFile):
    """Content that breaks off: the disk is full, or something else goes wrong, after the first part."""

    def __init__(self, error):
        super().__init__(b"x" * 10)
        self.error = error

    def chunks(self, chunk_size=None):
        yield b"the first part"
        raise self.error


@pytest.fixture
def storage(tmp_path):
    return WholeFiles(location=tmp_path / "files")


def files(storage):
    return [path for path, _folders, names in os.walk(storage.location) for name in names]


def test_the_portal_stores_its_files_in_it():
    assert product.STORAGES["default"]["BACKEND"] == "web.uploads.storage.WholeFiles"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_no_part_of_a_file_stays(storage, number):
    with pytest.raises(Refused) as refused:
        storage.save("a/b.pdf", Breaks(OSError(number, "full")))
    assert refused.value.codes == {"file-no-room"}
    assert "There isn’t room to store the file right now." in str(refused.value)
    assert files(storage) == []


@pytest.mark.parametrize("error", [OSError(errno.EIO, "broken"), KeyboardInterrupt(), ValueError()])
def test_whatever_breaks_off_leaves_nothing(storage, error):
    with pytest.raises(type(error)):
        storage.save("a/b.pdf", Breaks(error))
    assert files(storage) == []


def test_files_and_folders_are_for_our_account_alone_whatever_the_process_allows(storage):
    before = os.umask(0)
    try:
        name = storage.save("a/b/c.pdf", ContentFile(b"x"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(storage.path(name)).st_mode) == 0o600
    assert {stat.S_IMODE(os.stat(storage.path(folder)).st_mode) for folder in ("a", "a/b")} == {0o700}


def test_a_name_that_is_taken_gets_another(storage):
    first, second = storage.save("a.pdf", ContentFile(b"1")), storage.save("a.pdf", ContentFile(b"2"))
    assert first != second
    assert storage.open(first).read() + storage.open(second).read() == b"12"

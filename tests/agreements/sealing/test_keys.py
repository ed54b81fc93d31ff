"""Which key seals, and that the development key is made once, kept to ourselves and taken for no more."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from sealing.keys import DEVELOPMENT_NAME, KeyUnusable, current_key, development_file, roots
from tests.agreements.sealing.papers import key_file


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "data"


def test_a_public_place_without_a_key_does_not_seal(settings):
    """Signing.md 4.10: never with the development key unless that is asked for."""
    with pytest.raises(KeyUnusable, match="SEAL_PKCS12"):
        current_key()
    assert not settings.VAR_DIR.exists()


def test_the_development_key_is_made_once_and_nobody_else_reads_it(settings):
    settings.SEAL_ALLOW_DEVELOPMENT = True
    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda _n: development_file(), range(8)))
    data = {path.read_bytes() for path in paths}
    assert len(paths) == len(data) == 1
    assert [path.name for path in (settings.VAR_DIR / "seal").iterdir()] == ["development.p12"]
    assert stat.S_IMODE(next(iter(paths)).stat().st_mode) == 0o600
    assert stat.S_IMODE((settings.VAR_DIR / "seal").stat().st_mode) == 0o700
    key = current_key()
    assert key.is_development
    assert DEVELOPMENT_NAME in key.signer().signing_cert.subject.human_friendly
    assert ["DEVELOPMENT ONLY" in root.subject.rfc4514_string() for root in roots()] == [True]


def test_a_named_key_is_taken_with_the_passphrase_from_its_file(settings, tmp_path):
    settings.SEAL_PKCS12 = str(key_file(tmp_path))
    settings.SEAL_PKCS12_PASSPHRASE_FILE = str(tmp_path / "passphrase")
    settings.SEAL_ROOTS = [str(tmp_path / "issuer.pem")]
    key = current_key()
    assert not key.is_development
    assert key.signer().signing_cert
    assert len(roots()) == 1


def test_the_key_s_own_certificate_is_never_a_root(settings, tmp_path):
    """Signing.md, 7: or expiry and key usage would not be looked at."""
    settings.SEAL_ALLOW_DEVELOPMENT = True
    own = current_key().signer().signing_cert
    assert own.serial_number not in {root.serial_number for root in roots()}


def test_files_that_cannot_be_read_are_named(settings, tmp_path):
    settings.SEAL_PKCS12 = str(key_file(tmp_path))
    settings.SEAL_PKCS12_PASSPHRASE_FILE = str(tmp_path / "nowhere")
    with pytest.raises(KeyUnusable, match="passphrase"):
        current_key()
    settings.SEAL_ROOTS = [str(tmp_path / "passphrase")]
    with pytest.raises(KeyUnusable, match="root certificates"):
        roots()

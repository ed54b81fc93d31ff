"""The seal: whole, by our issuer, and nothing after it."""

import datetime

import pytest
from pyhanko.sign.general import SigningError

from sealing.keys import KeyUnusable, Pkcs12Key
from sealing.pades import faults_of, seal
from sealing.rendering import render
from tests.agreements.sealing.papers import contents, issuer, key, key_file, time_stamper

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture(scope="module")
def pdf():
    return render(contents())


def test_a_sealed_file_begins_with_the_unsealed_one_and_is_whole(pdf, tmp_path):
    """EL-31"""
    sealed = seal(pdf, key(tmp_path).signer(), lab="Exchange Lab")
    assert sealed.startswith(pdf)
    assert faults_of(sealed, issuer(tmp_path)) == []


def test_what_is_added_altered_or_foreign_is_found(pdf, tmp_path):
    """EL-31: pyHanko's own verdict would let the first pass."""
    sealed = seal(pdf, key(tmp_path).signer(), lab="Exchange Lab")
    trusted = issuer(tmp_path)
    assert "whole-file" in faults_of(sealed + b"\n", trusted)
    middle = len(pdf) // 2
    assert faults_of(sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :], trusted)
    assert faults_of(pdf, trusted) == ["one-seal"]
    assert faults_of(b"no pdf", trusted)[0].startswith("unreadable")
    (tmp_path / "foreign").mkdir()
    key_file(tmp_path / "foreign")
    assert "trusted" in faults_of(sealed, issuer(tmp_path / "foreign"))


def test_a_sealed_file_takes_no_second_seal(pdf, tmp_path):
    """EL-31: certified, no changes."""
    sealed = seal(pdf, key(tmp_path).signer(), lab="Exchange Lab")
    with pytest.raises(SigningError):
        seal(sealed, key(tmp_path).signer(), lab="Exchange Lab")


def test_a_seal_with_a_timestamp_holds(pdf, tmp_path):
    """EL-31: PAdES B-T."""
    stamper, authority = time_stamper()
    sealed = seal(pdf, key(tmp_path).signer(), lab="Exchange Lab", timestamper=stamper)
    assert faults_of(sealed, issuer(tmp_path), [authority]) == []
    assert "bottom-line" in faults_of(sealed, issuer(tmp_path), issuer(tmp_path))


@pytest.mark.parametrize(
    ("key_fields", "message"),
    [
        ({"begun": NOW - datetime.timedelta(days=900)}, "expired"),
        ({"begun": NOW + datetime.timedelta(days=1)}, "n't valid before"),
        ({"content_commitment": False}, "content commitment"),
    ],
)
def test_a_certificate_that_may_not_seal_does_not(key_fields, message, tmp_path):
    """Signing.md 4.10: expired, not yet valid, not made for sealing."""
    with pytest.raises(KeyUnusable, match=message):
        key(tmp_path, **key_fields).signer()


def test_a_wrong_passphrase_a_file_that_is_none_and_no_file_are_said_in_words(tmp_path):
    """Signing.md 4.10: pyHanko answers None and goes on."""
    path = key_file(tmp_path)
    with pytest.raises(KeyUnusable, match="passphrase"):
        Pkcs12Key(path, b"wrong").signer()
    with pytest.raises(KeyUnusable, match="passphrase"):
        Pkcs12Key(path).signer()
    with pytest.raises(KeyUnusable, match="Can't read"):
        Pkcs12Key(tmp_path / "nowhere.p12").signer()

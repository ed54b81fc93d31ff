from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import override_settings

from agreements.models import AgreementVersion, SealedDocument
from agreements.sealing import pipeline
from sealing import files
from tests.agreements.factories import in_force
from tests.worlds import mine, there_first


@pytest.fixture
def sealing(settings, tmp_path):
    """A place that seals with a development key of its own."""
    return _seals_in(settings, tmp_path)


def _seals_in(settings: Any, folder: Path) -> Any:
    settings.VAR_DIR = folder / "data"
    settings.SEAL_ALLOW_DEVELOPMENT = True
    return settings


@pytest.fixture(scope="module")
def sealed_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sealed")


@pytest.fixture(scope="module")
def sealed_once(sealed_place: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """An agreement in force, sealed: its version, the document's row and its bytes. Files stay in `sealed_place`."""
    with there_first(lambda: _sealed(sealed_place), django_db_blocker) as shared:
        yield shared


def _sealed(folder: Path) -> SimpleNamespace:
    with override_settings(VAR_DIR=folder / "data", SEAL_ALLOW_DEVELOPMENT=True, MEDIA_ROOT=folder / "files"):
        version = in_force(informed=True)
        assert pipeline.seal_due() == 1
        document = SealedDocument.objects.get(version=version)
        return SimpleNamespace(version=AgreementVersion.objects.get(pk=version.pk), document=document, data=files.sealed_bytes(document))


@pytest.fixture
def agreed(sealed_once: SimpleNamespace, sealed_place: Path, settings: Any) -> SimpleNamespace:
    """The agreement that the module's tests share, with the place that sealed it."""
    settings.MEDIA_ROOT = sealed_place / "files"
    _seals_in(settings, sealed_place)
    return mine(sealed_once)

import pytest


@pytest.fixture
def sealing(settings, tmp_path):
    """A place that seals with a development key of its own."""
    settings.VAR_DIR = tmp_path / "data"
    settings.SEAL_ALLOW_DEVELOPMENT = True
    return settings

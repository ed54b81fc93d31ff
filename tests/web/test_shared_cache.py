import time

import pytest

from web.serving.shared_cache import SharedCache

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _redis_not_yet_tried(monkeypatch):
    monkeypatch.setattr(SharedCache, "away_until", 0.0)


def test_without_redis_counts_are_kept_here_and_no_page_waits():
    """R3: a dead Redis must not fail or slow a page."""
    cache = SharedCache(NOBODY, {})
    started = time.monotonic()
    assert cache.add("tries", [1.5], 60)
    assert cache.get("tries") == [1.5]
    assert not cache.add("tries", [2.5], 60)
    cache.delete("tries")
    assert cache.get("tries", "none") == "none"
    assert time.monotonic() - started < 2


@pytest.mark.redis
def test_processes_count_together(redis_url):
    first, second = SharedCache(redis_url, {"KEY_PREFIX": "test"}), SharedCache(redis_url, {"KEY_PREFIX": "test"})
    first.set("tries", [1.5, 2.5], 60)
    assert second.get("tries") == [1.5, 2.5]
    first.delete("tries")
    assert second.get("tries") is None


@pytest.mark.redis
def test_nothing_but_json_is_kept(redis_url):
    """D3-8: no pickle anywhere."""
    cache = SharedCache(redis_url, {"KEY_PREFIX": "test"})
    with pytest.raises(TypeError):
        cache.set("thing", object(), 60)


@pytest.mark.redis
def test_many_values_are_remembered_together(redis_url):
    first, second = SharedCache(redis_url, {"KEY_PREFIX": "test"}), SharedCache(redis_url, {"KEY_PREFIX": "test"})
    first.set_many({"a": ["The intake hasn’t been sent yet.", 2], "b": []}, 60)
    assert second.get_many(["a", "b", "c"]) == {"a": ["The intake hasn’t been sent yet.", 2], "b": []}
    first.delete_many(["a", "b"])
    assert second.get_many(["a", "b"]) == {}

"""A cache shared by all processes: in Redis while it answers, otherwise in each process separately."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1
RETURN_SECONDS = 30


class PlainValues:
    """Serializes values as JSON, so that nothing stored in Redis is ever executed here (ASVS 1.5.2)."""

    def dumps(self, value: Any) -> Any:
        return value if type(value) is int else json.dumps(value)

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class OwnCache(LocMemCache):
    """The cache of a single process, without Redis. It accepts only values that Redis would accept."""

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        return super().add(key, json.loads(json.dumps(value)), *args, **kwargs)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        super().set(key, json.loads(json.dumps(value)), *args, **kwargs)


class OneClient(RedisCacheClient):
    """Keeps its client. Django's own makes one for each call, which took longer than Redis's answer."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self.client

    @cached_property
    def client(self) -> Any:
        return super().get_client(write=True)


def _in_redis_or_here(name: str) -> Callable[..., Any]:
    def call(self: SharedCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= SharedCache.away_until:
            try:
                return getattr(RedisCache, name)(self, *args, **kwargs)
            except RedisError as error:
                SharedCache.away_until = time.monotonic() + RETURN_SECONDS
                log.warning("cache_unreachable", error=type(error).__name__)
        return getattr(self.here, name)(*args, **kwargs)

    return call


class SharedCache(RedisCache):
    """A Redis cache without outages: if Redis is gone, pages wait a second at most and don't fail, and limits apply per process."""

    away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "serializer": PlainValues,
            "socket_timeout": PATIENCE_SECONDS,
            "socket_connect_timeout": PATIENCE_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, {**params, "OPTIONS": options})
        self._class = OneClient
        self.here = OwnCache(f"while-redis-is-away/{self.key_prefix}", params)

    add = _in_redis_or_here("add")
    get = _in_redis_or_here("get")
    set = _in_redis_or_here("set")
    touch = _in_redis_or_here("touch")
    delete = _in_redis_or_here("delete")
    incr = _in_redis_or_here("incr")
    has_key = _in_redis_or_here("has_key")
    get_many = _in_redis_or_here("get_many")
    set_many = _in_redis_or_here("set_many")
    delete_many = _in_redis_or_here("delete_many")
    clear = _in_redis_or_here("clear")

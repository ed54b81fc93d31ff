"""Asks public addresses whether they still answer, in a way that can't be turned against the lab's own network (EL-95).

A link is text that people typed, so the server must not be made to ask on their behalf what they can't reach themselves. Only http and
https, only on their usual ports, and only at addresses of the public internet: names are resolved once, every address is checked, and
the connection goes to the addresses that were checked. Redirects are followed here, each checked like the first. Bodies aren't read.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings

SECONDS = 15  # for one link, with all its redirects
MOST_REDIRECTS = 5
AT_ONCE = 10
PORTS = {"http": 80, "https": 443}
# Networks through which an address of another network is reached. Python counts some of them as global.
TRANSLATED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))


class NotPublic(OSError):
    """The link leads to something else than a public web address."""


@dataclass(frozen=True)
class Answer:
    """What a link answered: a status, or why there was none, as a code (reports/links/rules.py)."""

    code: str
    status: int = 0


def is_public(address: str) -> bool:
    """Return whether an address is on the public internet, or in a network that a test allows."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if is_allowed(ip):
        return True
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in network for network in TRANSLATED)


def is_allowed(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(ip in ipaddress.ip_network(network) for network in settings.LINK_CHECK_ALLOWED_NETWORKS)


class PublicResolver(AbstractResolver):
    """Resolves names, and raises `NotPublic` if any of a name's addresses isn't public. The connection goes to what it returns."""

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        infos = await asyncio.get_running_loop().getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        addresses = [(str(info[4][0]), info[0]) for info in infos]
        if not all(is_public(address) for address, _family in addresses):
            raise NotPublic(host)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
            for address, family in addresses
        ]

    async def close(self) -> None:
        """Do nothing: it holds nothing open."""


def require_web_address(url: str) -> None:
    """Raise `NotPublic` for what isn't a plain web address. An address in numbers never reaches the resolver, so it is checked here."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotPublic(url) from None
    host = parts.hostname or ""
    if parts.scheme not in PORTS or not host or parts.username is not None or parts.password is not None:
        raise NotPublic(url)
    is_number = ":" in host or host.replace(".", "").isdigit()
    if is_number and not is_public(host):
        raise NotPublic(url)
    if port not in (None, PORTS[parts.scheme]) and not settings.LINK_CHECK_ALLOWED_NETWORKS:
        raise NotPublic(url)


def ask(urls: Iterable[str]) -> dict[str, Answer]:
    """Ask each link, a few at once; each takes at most 15 seconds."""
    return asyncio.run(_ask_all(list(dict.fromkeys(urls))))


async def _ask_all(urls: Sequence[str]) -> dict[str, Answer]:
    limit = asyncio.Semaphore(AT_ONCE)
    # No cookies, no proxy from the environment, no connection kept open, and no answer larger than its head.
    connector = aiohttp.TCPConnector(resolver=PublicResolver(), use_dns_cache=False, force_close=True)
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    headers = {"User-Agent": f"{settings.PRODUCT_NAME} link check (+{settings.SITE_URL}; {settings.LAB_EMAIL})", "Accept": "*/*"}
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, headers=headers, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
    ) as session:

        async def limited(url: str) -> Answer:
            async with limit:
                return await _answer(session, url)

        return dict(zip(urls, await asyncio.gather(*map(limited, urls)), strict=True))


async def _answer(session: aiohttp.ClientSession, url: str) -> Answer:
    try:
        async with asyncio.timeout(SECONDS):
            return await _follow(session, url)
    except TimeoutError:
        return Answer("timeout")
    except NotPublic:
        return Answer("not-public")
    except aiohttp.ClientConnectorDNSError as fault:
        return Answer("not-public" if isinstance(fault.os_error, NotPublic) else "no-address")
    except (aiohttp.ClientSSLError, ssl.SSLError):
        return Answer("certificate")
    except (aiohttp.ClientError, OSError, ValueError):
        return Answer("no-answer")


async def _follow(session: aiohttp.ClientSession, url: str) -> Answer:
    for _redirect in range(MOST_REDIRECTS + 1):
        require_web_address(url)
        status, location = await _status(session, "HEAD", url)
        if status >= 400:  # some servers answer HEAD wrongly, or not at all
            status, location = await _status(session, "GET", url)
        if not (300 <= status < 400 and location):
            return Answer("status", status)
        url = urljoin(url, location)
    return Answer("redirects")


async def _status(session: aiohttp.ClientSession, method: str, url: str) -> tuple[int, str]:
    async with session.request(method, url, allow_redirects=False) as response:
        response.close()  # without reading the body
        return response.status, response.headers.get("Location", "")

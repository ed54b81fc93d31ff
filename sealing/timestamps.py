"""Asking a time stamping authority (RFC 3161) over HTTP. No Django here."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

SECONDS = 10
MOST_BYTES = 1_000_000


class NoTimestamp(Exception):
    """No authority gave a time stamp; nothing else may stand in its place."""


class Authorities(TimeStamper):
    """The first of `urls` that answers as it should."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()
        self.urls = urls

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Raises `NoTimestamp` with what each of them said."""
        errors = []
        for url in self.urls:
            try:
                return _request_timestamp(url, req.dump())
            except (OSError, ValueError) as error:
                errors.append(f"{url}: {error}")
        raise NoTimestamp("No time stamping service answered. " + "; ".join(errors))


def _request_timestamp(url: str, question: bytes) -> tsp.TimeStampResp:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    request = urllib.request.Request(url, question, headers)  # noqa: S310 - from the operator's settings
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        if answer.headers.get_content_type() != "application/timestamp-reply":
            raise ValueError("answered something that is no time stamp")
        response = tsp.TimeStampResp.load(answer.read(MOST_BYTES))
    status = response["status"]["status"].native
    if status not in ("granted", "granted_with_mods"):
        raise ValueError(f"refused ({status})")
    return response

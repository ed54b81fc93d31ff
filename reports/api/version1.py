"""Version 1 of the API: what it is made of, and its addresses."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI

from reports.api import metrics, problems, residencies, showcase
from reports.tokens.bearer import Bearer
from web.access import Access, open_to_anyone

DESCRIPTION = """What the lab's residencies are doing, for programs. Each request needs a token (`Authorization: Bearer …`), which has
the permissions of the account that made it, within the access chosen for it. Lists come in pages: pass `next` as `after`. Errors are
problem documents (RFC 9457). Anything may be added to an answer without notice; nothing is removed or renamed within version 1."""

api = NinjaAPI(
    title="Lab Portal API",
    version="1",
    description=DESCRIPTION,
    auth=Bearer(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-1",
)
problems.install(api)
api.add_router("", residencies.router)
api.add_router("", metrics.router)
api.add_router("", showcase.router)


def schema() -> dict[str, Any]:
    """Return the OpenAPI document, as docs/openapi.json has it."""
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))  # with text for keys
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    response["content"] = {problems.CONTENT_TYPE: response["content"]["application/json"]}
    return document


@open_to_anyone("The description of the API holds no data.")
def openapi(request: HttpRequest) -> HttpResponse:
    """Show the OpenAPI document."""
    response = HttpResponse(problems.as_json(schema()), content_type="application/json")
    response["Cache-Control"] = "public, max-age=300"
    return response


def addresses() -> list[URLPattern]:
    """Return the API's addresses, each open only to a token."""
    patterns = [path("openapi.json", openapi, name="openapi")]
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            view: Any = pattern.callback
            view.access = Access("token", why="A program calls it with an API token; cookies are never read.")
            patterns.append(pattern)
    return patterns

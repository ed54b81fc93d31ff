"""The baseline: the least code that lists 50 rows with two joins in Django, behind the same middleware and sign-in."""

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines

from residencies.models import Residency
from web.access import open_to_anyone, signed_in
from web.models import Submission

TEMPLATE = engines["django"].from_string(
    "<!doctype html><title>Bare</title><table>{% for r in rows %}<tr><td>{{ r.reference }}<td>{{ r.product }}<td>{{ r.state }}"
    "<td>{{ r.program_area.name }}<td>{{ r.program_area.ministry.name }}</tr>{% endfor %}</table>"
)


@signed_in
def bare(request: HttpRequest) -> HttpResponse:
    rows = Residency.objects.select_related("program_area__ministry").order_by("-id")[:50]
    return HttpResponse(TEMPLATE.render({"rows": rows}, request))


@open_to_anyone("For benchmarks only. Inserts a meaningless row.")
def bare_insert(request: HttpRequest) -> HttpResponse:
    """Insert one row: the least that a form costs."""
    Submission.objects.create(pk=uuid.uuid4(), path=request.path, who="bare")
    return HttpResponseRedirect("/bare/")

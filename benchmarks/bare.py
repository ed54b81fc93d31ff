"""The yardstick: the least that Django needs to list 50 rows with two joins, behind the same middleware and sign-in."""

from django.http import HttpRequest, HttpResponse
from django.template import engines

from residencies.models import Residency
from web.access import signed_in

TEMPLATE = engines["django"].from_string(
    "<!doctype html><title>Bare</title><table>{% for r in rows %}<tr><td>{{ r.reference }}<td>{{ r.product }}<td>{{ r.state }}"
    "<td>{{ r.program_area.name }}<td>{{ r.program_area.ministry.name }}</tr>{% endfor %}</table>"
)


@signed_in
def bare(request: HttpRequest) -> HttpResponse:
    rows = Residency.objects.select_related("program_area__ministry").order_by("-id")[:50]
    return HttpResponse(TEMPLATE.render({"rows": rows}, request))

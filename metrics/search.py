"""Search entries for metrics: each subject's value page."""

from django.utils.translation import gettext_lazy as _

from web.search import link

link("residency", _("Metrics for %(name)s"), "value", "metrics.view_metrics", keywords=_("value north star baseline target readings"))

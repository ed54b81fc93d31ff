"""History sentences for acts on metrics, readings and savings."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from metrics.choices import MetricKind, SavingKind

READINGS = {
    "reading-recorded": _("%(by)s recorded a reading of “%(metric)s”: %(figure)s"),
    "reading-corrected": _("%(by)s corrected a reading of “%(metric)s” from %(before)s to %(figure)s"),
    "reading-removed": _("%(by)s removed a reading of “%(metric)s” that was entered by mistake: %(figure)s"),
}

history_text.register(
    sentences={
        "metric-defined": _("%(by)s defined a metric: “%(metric)s”"),
        "metric-changed": _("%(by)s changed the metric “%(metric)s”"),
        "metric-retired": _("%(by)s retired the metric “%(metric)s”"),
        "metric-restored": _("%(by)s restored the metric “%(metric)s”"),
        "north-star-chosen": _("%(by)s chose “%(metric)s” as the north star"),
        "baseline-set": _("%(by)s set the baseline of “%(metric)s”: %(figure)s"),
        "baseline-changed": _("%(by)s changed the baseline of “%(metric)s” from %(before)s to %(figure)s"),
        "baseline-removed": _("%(by)s removed the baseline of “%(metric)s”"),
        "target-set": _("%(by)s set the target of “%(metric)s”: %(figure)s"),
        "target-changed": _("%(by)s changed the target of “%(metric)s” from %(before)s to %(figure)s"),
        "target-removed": _("%(by)s removed the target of “%(metric)s”"),
        **READINGS,
        **{f"benefit-{name}": sentence for name, sentence in READINGS.items()},
        "benefit-metric-defined": _("%(by)s defined the metric %(metric)s for the benefit owner"),
        "readings-imported": _("%(by)s imported readings from a spreadsheet: %(rows)s new"),
        "reuse-recorded": _("%(by)s recorded that %(taker)s reuses “%(component)s” from %(giver)s"),
        "reuse-noted": _("%(by)s recorded that %(taker)s reuses “%(component)s” from %(giver)s"),
        "reuse-removed": _("%(by)s removed the reuse of “%(component)s”, which was recorded by mistake"),
        "saving-recorded": _("%(by)s added a saving: “%(name)s”"),
        "saving-corrected": _("%(by)s corrected the saving “%(name)s”"),
        "saving-removed": _("%(by)s removed the saving “%(name)s”"),
        "saving-part-set": _("%(by)s set the share of the saving “%(name)s” that counts in %(to)s: %(share)s"),
        "saving-part-received": _("%(by)s set the share of %(giver)s’s saving “%(name)s” that counts here: %(share)s"),
    },
    facts={
        "metric": _("Metric"),
        "metric_id": None,
        "metric_kind": _("Kind"),
        "reading": None,
        "figure": _("Figure"),
        "baseline": _("Baseline"),
        "target": _("Target"),
        "decided_on": _("Decided on"),
        "north_star": _("North star"),
        "numerator": _("Numerator"),
        "denominator": _("Denominator"),
        "metrics_read": _("Metrics"),
        "saving": None,
        "reuse": None,
        "component": _("Component"),
        "taker": _("Reused by"),
        "saving_kind": _("Kind"),
        "method": _("How it’s calculated"),
        "is_reuse": _("Reuse of a component"),
        "giver": _("Recorded by"),
        "share": _("Part"),
    },
    words=dict(MetricKind.choices) | dict(SavingKind.choices),
)

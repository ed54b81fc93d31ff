"""URLs of a subject's metrics, readings and savings, and of the link in a reminder."""

from django.urls import URLPattern, URLResolver, include, path

from metrics.definition import views as definition
from metrics.pages import views as pages
from metrics.readings import views as readings
from metrics.savings import views as savings

METRIC: list[URLPattern] = [
    path("", pages.metric, name="metric"),
    path("edit/", definition.edit, name="metric-edit"),
    path("baseline/", definition.baseline, name="metric-baseline"),
    path("target/", definition.target, name="metric-target"),
    path("north-star/", definition.north_star, name="metric-star"),
    path("retire/", definition.retire, name="metric-retire"),
    path("restore/", definition.restore, name="metric-restore"),
    path("import/", readings.import_one, name="metric-import"),
    path("readings/add/", readings.add, name="reading-add"),
    path("readings/<int:observation>/correct/", readings.correct, name="reading-correct"),
    path("readings/<int:observation>/remove/", readings.remove, name="reading-remove"),
]
SAVING: list[URLPattern] = [
    path("", savings.saving, name="saving"),
    path("part/", savings.part, name="saving-part"),
    path("<int:revision>/correct/", savings.correct, name="saving-correct"),
    path("<int:revision>/remove/", savings.remove, name="saving-remove"),
    path("<int:revision>/file/", savings.file, name="saving-file"),
]
VALUE: list[URLPattern | URLResolver] = [
    path("", pages.value, name="value"),
    path("examples/", definition.examples, name="metric-examples"),
    path("import/", readings.import_all, name="readings-import"),
    path("readings.<str:file_format>", readings.export_readings, name="readings-export"),
    path("metrics/add/", definition.add, name="metric-add"),
    path("metrics/<int:metric>/", include(METRIC)),
    path("savings/", savings.savings, name="savings"),
    path("savings/add/", savings.add, name="saving-add"),
    path("savings/reuse/", savings.reuse, name="reuse-add"),
    path("savings/reuse/<int:link>/remove/", savings.remove_reuse, name="reuse-remove"),
    path("savings/<int:saving>/", include(SAVING)),
]

urlpatterns = [
    path("<subject:reference>/value/", include(VALUE)),
    path("v/<str:token>/", readings.by_link, name="reading-by-link"),
    path("v/<str:token>/done/", readings.by_link_done, name="reading-by-link-done"),
]

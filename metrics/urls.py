"""URLs of a subject's metrics and readings, and of the link in a reminder."""

from django.urls import URLPattern, URLResolver, include, path

from metrics.definition import views as definition
from metrics.pages import views as pages
from metrics.readings import views as readings

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
VALUE: list[URLPattern | URLResolver] = [
    path("", pages.value, name="value"),
    path("examples/", definition.examples, name="metric-examples"),
    path("import/", readings.import_all, name="readings-import"),
    path("readings.<str:file_format>", readings.export_readings, name="readings-export"),
    path("metrics/add/", definition.add, name="metric-add"),
    path("metrics/<int:metric>/", include(METRIC)),
]

urlpatterns = [
    path("<subject:reference>/value/", include(VALUE)),
    path("v/<str:token>/", readings.by_link, name="reading-by-link"),
    path("v/<str:token>/done/", readings.by_link_done, name="reading-by-link-done"),
]

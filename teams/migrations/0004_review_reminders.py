"""When to remind of a review was a pair of figures; a lab that changed them keeps its days, as a schedule (EL-60)."""

from django.db import migrations
from django.utils import timezone

FIGURES = {"review_reminder_days": 7, "review_last_reminder_days": 1}
BOTH = ["champions", "team"]


def carry_over(apps, schema_editor):
    rows = apps.get_model("residencies", "Figure").objects.filter(name__in=FIGURES, valid_from__lte=timezone.localdate())
    now = FIGURES | dict(rows.order_by("valid_from").values_list("name", "value"))
    if now == FIGURES:
        return
    steps = [{"months": 0, "days": -days, "to": BOTH} for days in now.values()]
    plan = {"steps": steps, "every_days": 0, "most": 0, "useful_days": 31}
    turn = {"from": timezone.localdate().isoformat(), "plan": plan}
    apps.get_model("outbox", "Timetable").objects.create(occasion="review-reminder", turns=[turn])


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0004_timetables'),
        ('residencies', '0002_search_words'),
        ('teams', '0003_findings_services'),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]

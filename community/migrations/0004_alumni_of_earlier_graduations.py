"""Add the people of residencies that graduated before there was a directory of alumni."""

from django.db import migrations
from django.db.models import Q


def add_alumni(apps, schema_editor):
    Residency, Alumnus = apps.get_model("residencies", "Residency"), apps.get_model("community", "Alumnus")
    for residency in Residency.objects.filter(state="graduated", ended_on__isnull=False).order_by("ended_on", "pk"):
        for person in people_on_the_day(apps, residency):
            dates = {"joined_on": residency.ended_on, "checked_on": residency.ended_on}
            alumnus, _new = Alumnus.objects.get_or_create(person_id=person, defaults=dates)
            alumnus.places.get_or_create(residency=residency)


def people_on_the_day(apps, residency):
    """Return the keys of those who were on the team or champions on the day of graduation."""
    covers = Q(from_on__lte=residency.ended_on) & (Q(to_on=None) | Q(to_on__gte=residency.ended_on))
    seats = apps.get_model("teams", "Seat").objects.filter(covers, team__stream=residency.stream_id, struck_at=None, person__isnull=False)
    champions = apps.get_model("teams", "Champion").objects.filter(covers, team__stream=residency.stream_id)
    return sorted({*seats.values_list("person", flat=True), *champions.values_list("person", flat=True)})


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0003_alumni_and_mentors"),
        ("teams", "0004_revision"),
        ("residencies", "0005_assessments_to_checklists"),
    ]
    operations = [migrations.RunPython(add_alumni, migrations.RunPython.noop)]

"""Names and addresses in the one form in which they are kept from now on, and what people are found by."""

from django.db import migrations

import people.models
from spelling.clean import clean_address, clean_line
from spelling.compare import search_words

LINES = {"Person": ("name", "title", "organisation", "phone"), "User": ("name",)}


def tidy(apps, schema_editor):
    """An address that would become another row's stays as it is: which of the two is right is for people to say."""
    for label, lines in LINES.items():
        model = apps.get_model("people", label)
        taken = set(model.objects.values_list("email", flat=True))
        changed = []
        for row in model.objects.order_by("pk").iterator(chunk_size=2000):
            for name in lines:
                setattr(row, name, clean_line(getattr(row, name)))
            address = clean_address(row.email)
            if address != row.email and address not in taken:
                taken.add(address)
                row.email = address
            if label == "Person":
                row.search_text = " ".join(search_words(" ".join((row.name, row.title, row.organisation, row.email))))
            changed.append(row)
        fields = [*lines, "email", *(["search_text"] if label == "Person" else [])]
        model.objects.bulk_update(changed, fields, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_unreached")]

    operations = [
        migrations.AddField("person", "search_text", people.models.SearchText(default="", editable=False)),
        migrations.RunPython(tidy, migrations.RunPython.noop),
    ]

from django.db import migrations

from web.search_words import learn_rows


class Migration(migrations.Migration):
    dependencies = [("people", "0007_federal_holidays"), ("web", "0002_search_words")]
    operations = [learn_rows("people", {"Organization": "name"})]

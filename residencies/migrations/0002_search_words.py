from django.db import migrations

from web.search_words import LearnWords


class Migration(migrations.Migration):

    dependencies = [("residencies", "0001_initial"), ("web", "0002_search_words")]

    operations = [
        LearnWords("residencies_residency"),
    ]

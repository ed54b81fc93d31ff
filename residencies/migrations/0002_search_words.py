from django.db import migrations

import residencies.models.search


class Migration(migrations.Migration):
    """PostgreSQL keeps the words that a residency is found by, rather than make them anew for each row it looks at."""

    dependencies = [("residencies", "0001_initial")]

    operations = [residencies.models.search.SearchWords("residencies_residency", "search_text")]

from django.db import migrations

from web.search_words import LearnWords


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_showcase"), ("web", "0002_search_words")]
    operations = [LearnWords("reports_lesson")]

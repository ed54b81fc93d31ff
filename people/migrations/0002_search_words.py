from django.db import migrations

from web.search_words import LearnWords, SearchWords


class Migration(migrations.Migration):

    dependencies = [("people", "0001_initial"), ("web", "0002_search_words")]

    operations = [
        SearchWords("people_person", "search_text"),
        LearnWords("people_person"),
    ]

from django.db import migrations

from web.search_words import learn_rows


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0008_counter"), ("web", "0002_search_words")]
    operations = [learn_rows("partnerships", {"Partnership": "name", "PartnershipModel": "name", "Practice": "text", "Resource": "title"})]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("agreements", "0014_handover_proposed_by")]

    operations = [migrations.RenameModel("Seen", "DiscussionBookmark")]

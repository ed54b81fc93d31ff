"""The same model never overlaps at a site: PostgreSQL holds it; on SQLite the act checks under the partnership's lock."""

from django.db import migrations

# Ranges of one number compare numbers and the leaf's hash, so that no extension (btree_gist) is needed.
ADD = """ALTER TABLE partnerships_arrangement ADD CONSTRAINT partnerships_no_overlap EXCLUDE USING gist (
    int8range(coalesce(site_id, -partnership_id), coalesce(site_id, -partnership_id), '[]') WITH &&,
    int8range(hashtext(leaf)::bigint, hashtext(leaf)::bigint, '[]') WITH &&,
    daterange(from_on, to_on, '[]') WITH &&)"""


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(ADD, params=None)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE partnerships_arrangement DROP CONSTRAINT IF EXISTS partnerships_no_overlap", params=None)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial")]
    operations = [migrations.RunPython(add, remove, elidable=False)]

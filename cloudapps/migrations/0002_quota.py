from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def count_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Give each owner of uploads a quota that counts them; only pictures were adopted so far."""
    uploads, quotas = apps.get_model("cloudapps", "Upload").objects, apps.get_model("cloudapps", "Quota")
    uploads.filter(state="ADOPTED").update(adopter="imageproc")
    held = uploads.order_by().values("owner").annotate(held=models.Sum("size_bytes"))
    quotas.objects.bulk_create(quotas(owner_id=row["owner"], used_bytes=row["held"]) for row in held)


class Migration(migrations.Migration):
    dependencies = [
        ("cloudapps", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quota",
            fields=[
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="quota",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("used_bytes", models.PositiveBigIntegerField(default=0)),
                ("own_limit_bytes", models.PositiveBigIntegerField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="upload",
            name="adopter",
            field=models.CharField(blank=True, db_default="", default="", max_length=50),
        ),
        migrations.RunPython(count_what_is_there, migrations.RunPython.noop),
    ]

"""What staff may look at of the pictures: how work goes, never the pictures themselves."""

from django.contrib import admin

from imageproc.models import Job, Picture


@admin.register(Job, Picture)
class WorkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable while running
    """Jobs and pictures, newest first."""

    list_display = ("id", "owner", "status", "progress", "attempts", "error", "created_at", "finished_at")
    list_filter = ("status", "dead_lettered")
    search_fields = ("owner__username",)

    def has_add_permission(self, request: object) -> bool:
        """Work begins with an upload, not here."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """Only workers write."""
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Deleting here would leave the bytes behind."""
        return False

"""What staff may look at under `/admin/`."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from cloudapps.models import ApiToken, Upload, User

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # with its rate limits


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts; deleting one here would leave its bytes behind, so they are made inactive."""

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Nobody, here."""
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable while running
    """Tokens by what they are recognised by; their hashes are nobody's business."""

    list_display = ("prefix", "name", "owner", "created_at", "last_used_at")
    fields = readonly_fields = ("prefix", "name", "owner", "created_at", "last_used_at")
    search_fields = ("prefix", "owner__username")


@admin.register(Upload)
class UploadAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Uploads and how far they are."""

    list_display = ("filename", "owner", "state", "size_bytes", "content_type", "created_at", "expires_at")
    list_filter = ("state",)
    search_fields = ("owner__username",)
    readonly_fields = tuple(field.name for field in Upload._meta.fields)

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Deleting here would leave the bytes behind."""
        return False

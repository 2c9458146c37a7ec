"""What staff may look at under `/admin/`, and the little that they may change."""

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.template.defaultfilters import filesizeformat

from cloudapps.models import ApiToken, Avatar, Mail, Quota, Upload, User

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # with its rate limits
admin.site.unregister([Authenticator, UserSession])  # allauth's pages show secrets, and change what only people may


class QuotaInline(admin.StackedInline):  # type: ignore[type-arg]  # not subscriptable while running
    """How much space a person has, and may have."""

    model = Quota
    can_delete = False
    fields = ("own_limit_bytes", "used_bytes")
    readonly_fields = ("used_bytes",)


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts; deleting one here would leave its bytes behind, so they are made inactive."""

    list_display = ("username", "email", "name", "is_active", "is_staff", "date_joined", "used", "limit")
    list_select_related = ("quota",)
    search_fields = ("username", "name", "email")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("name", "email", "time_zone", "language")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    inlines = (QuotaInline,)

    @admin.display(description="used", ordering="quota__used_bytes")
    def used(self, user: User) -> str:
        """How much space the person uses."""
        return filesizeformat(user.quota.used_bytes) if hasattr(user, "quota") else filesizeformat(0)

    @admin.display(description="limit", ordering="quota__own_limit_bytes")
    def limit(self, user: User) -> str:
        """How much space the person may use."""
        return filesizeformat(user.quota.limit_bytes if hasattr(user, "quota") else Quota().limit_bytes)

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Nobody, here."""
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tokens by what they are recognised by; their hashes are nobody's business."""

    list_display = ("prefix", "name", "owner", "created_at", "last_used_at")
    fields = readonly_fields = ("prefix", "name", "owner", "created_at", "last_used_at")
    search_fields = ("prefix", "owner__username")


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are made and changed elsewhere."""

    def has_add_permission(self, request: object) -> bool:
        """Nobody, here."""
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        """Nobody, here."""
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors without their secrets; one that was lost is deleted here, once the person has shown who it is."""

    list_display = ("user", "type", "created_at", "last_used_at")
    fields = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__username",)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    """Where people are signed in; deleting the row would not sign anybody out."""

    list_display = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    fields = ("user", "ip", "user_agent", "created_at", "last_seen_at")
    search_fields = ("user__username", "ip")

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Nobody, here."""
        return False


@admin.register(Avatar)
class AvatarAdmin(ReadOnlyAdmin):
    """How the making of avatars goes."""

    list_display = ("id", "owner", "status", "attempts", "error", "created_at", "finished_at")
    list_filter = ("status", "dead_lettered")
    search_fields = ("owner__username",)

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Deleting here would leave the bytes behind."""
        return False


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """How the sending of mails goes; what stands in them is between the site and its reader."""

    list_display = ("key", "owner", "status", "attempts", "error", "created_at", "finished_at")
    fields = ("key", "owner", "status", "attempts", "error", "created_at", "started_at", "finished_at")
    list_filter = ("status", "dead_lettered")
    search_fields = ("key", "owner__username")

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        """Deleting here would let the same mail be sent again."""
        return False


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

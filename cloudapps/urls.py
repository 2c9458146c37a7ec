"""Every address of the site; the available apps add their pages under `/<slug>/`."""

from allauth.account import views as account_views
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cloudapps import views
from cloudapps.api import api
from cloudapps.apps import cloud_apps
from cloudapps.storage import views as storage_views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/profile/tokens/<int:token_id>/delete/", views.delete_token, name="token-delete"),
    path("accounts/", include("allauth.account.urls")),
    # After allauth's own, since of two addresses with one name the last is the one that links lead to.
    path("accounts/register/", account_views.signup, name="account_signup"),
    path("accounts/password/", account_views.password_change, name="account_change_password"),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("storage/parts/<str:token>", storage_views.receive_part, name="storage-part"),
    path("storage/<str:token>/<str:filename>", storage_views.serve_object, name="storage-object"),
    *[path(f"{app.slug}/", include(f"{app.name}.urls")) for app in cloud_apps() if app.available],
]
if settings.MAIL_OUTBOX is not None:
    urlpatterns += [
        path("dev/mail/", views.mail_list, name="dev-mail-list"),
        path("dev/mail/<str:mail_id>/", views.mail_detail, name="dev-mail-detail"),
    ]

handler400 = "cloudapps.views.bad_request"
handler404 = "cloudapps.views.not_found"
handler500 = "cloudapps.views.server_error"

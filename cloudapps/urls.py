"""Every address of the site; the available apps add their pages under `/<slug>/`."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cloudapps import views
from cloudapps.api import api
from cloudapps.apps import cloud_apps
from cloudapps.status import views as status_views
from cloudapps.storage import views as storage_views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("cloudapps.accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("status/", status_views.status, name="status"),
    path("storage/parts/<str:token>", storage_views.receive_part, name="storage-part"),
    path("storage/<str:token>/<str:filename>", storage_views.serve_object, name="storage-object"),
    *[path(f"{app.slug}/", include(f"{app.name}.urls")) for app in cloud_apps() if app.available],
]
if settings.MAIL_OUTBOX is not None:
    urlpatterns += [
        path("dev/mail/", views.mail_list, name="dev-mail-list"),
        path("dev/mail/<str:mail_id>/", views.mail_detail, name="dev-mail-detail"),
        path("dev/mail/<str:mail_id>/html/", views.mail_html, name="dev-mail-html"),
    ]

handler400 = "cloudapps.views.bad_request"
handler404 = "cloudapps.views.not_found"
handler429 = "cloudapps.views.too_many"  # asked for by allauth
handler500 = "cloudapps.views.server_error"

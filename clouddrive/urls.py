from django.urls import path

from clouddrive.views import files, folders, links, lists

app_name = "clouddrive"

urlpatterns = [
    path("", folders.root, name="root"),
    path("folders/<uuid:item_id>/", folders.folder, name="folder"),
    path("rows/", folders.rows, name="rows"),
    path("recent/", lists.recent, name="recent"),
    path("starred/", lists.starred, name="starred"),
    path("shared/", lists.shared, name="shared"),
    path("trash/", lists.trash, name="trash"),
    path("activity/", lists.activity, name="activity"),
    path("zip/", files.download_zip, name="zip"),
    path("files/<uuid:item_id>/", files.file, name="file"),
    path("items/<uuid:item_id>/download/", files.download, name="download"),
    path("items/<uuid:item_id>/play/", files.play, name="play"),
    path("items/<uuid:item_id>/versions/<uuid:version_id>/", files.download_version, name="version"),
    path("items/<uuid:item_id>/<str:kind>/", files.image, name="image"),
    path("s/<str:secret>/", links.link, name="link"),
    path("s/<str:secret>/<uuid:item_id>/", links.item, name="link-item"),
    path("s/<str:secret>/<uuid:item_id>/download/", links.download, name="link-download"),
    path("s/<str:secret>/<uuid:item_id>/play/", links.play, name="link-play"),
    path("s/<str:secret>/<uuid:item_id>/<str:kind>/", links.image, name="link-image"),
]

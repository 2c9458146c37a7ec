"""Pages of Social Media Analytics, under `/social/`."""

from django.urls import path

from socialanalytics.views import alerts, comparing, digests, exports, feeds, trackers

app_name = "socialanalytics"

urlpatterns = [
    path("", trackers.tracker_list, name="tracker-list"),
    path("trackers/new/", trackers.new_tracker, name="tracker-new"),
    path("trackers/<uuid:tracker_id>/", trackers.tracker_detail, name="tracker-detail"),
    path("trackers/<uuid:tracker_id>/edit/", trackers.edit_tracker, name="tracker-edit"),
    path("trackers/<uuid:tracker_id>/pause/", trackers.pause_tracker, name="pause-tracker"),
    path("trackers/<uuid:tracker_id>/delete/", trackers.delete_tracker, name="delete-tracker"),
    path("compare/", comparing.compare, name="compare"),
    path("sources/", feeds.feed_list, name="feed-list"),
    path("trackers/<uuid:tracker_id>/alerts/", alerts.alerts, name="alerts"),
    path("trackers/<uuid:tracker_id>/export/", exports.export, name="export"),
    path("digest/", digests.digest, name="digest"),
]

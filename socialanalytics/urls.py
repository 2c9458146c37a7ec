"""Pages of Social Media Analytics, under `/social/`."""

from django.urls import path

from socialanalytics.views import alerts, digests, exports

app_name = "socialanalytics"

urlpatterns = [
    path("trackers/<uuid:tracker_id>/alerts/", alerts.alerts, name="alerts"),
    path("trackers/<uuid:tracker_id>/export/", exports.export, name="export"),
    path("digest/", digests.digest, name="digest"),
]

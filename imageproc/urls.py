from django.urls import path

from imageproc import views

app_name = "imageproc"

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("new/", views.editor, name="editor"),
    path("batches/<uuid:batch_id>/", views.batch_detail, name="batch-detail"),
    path("batches/<uuid:batch_id>/zip/", views.batch_zip, name="batch-zip"),
    path("batches/<uuid:batch_id>/cancel/", views.cancel_batch, name="batch-cancel"),
    path("batches/<uuid:batch_id>/delete/", views.delete_batch, name="batch-delete"),
    path("jobs/<uuid:job_id>/download/", views.download_result, name="job-download"),
    path("jobs/<uuid:job_id>/<str:kind>/", views.job_image, name="job-image"),
    path("pictures/<uuid:picture_id>/<str:kind>/", views.picture_image, name="picture-image"),
]

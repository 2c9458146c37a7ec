from django.urls import path

from clouddrive import views

app_name = "clouddrive"

urlpatterns = [
    path("", views.root, name="root"),
    path("folders/<uuid:item_id>/", views.folder, name="folder"),
    path("files/<uuid:item_id>/", views.file, name="file"),
    path("items/<uuid:item_id>/<str:kind>/", views.image, name="image"),
    path("s/<str:secret>/", views.link, name="link"),
]

"""Addresses below `/accounts/`: ours, and allauth's, of which some have another address here."""

from allauth.account import views as allauth_views
from django.urls import include, path

from cloudapps.accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/tokens/", views.create_token, name="token-create"),
    path("profile/tokens/<int:token_id>/delete/", views.delete_token, name="token-delete"),
    path("profile/avatar/", views.avatar_part, name="avatar-part"),
    path("profile/avatar/set/", views.set_avatar, name="avatar-set"),
    path("profile/avatar/delete/", views.delete_avatar, name="avatar-delete"),
    path("profile/avatar/<uuid:avatar_id>/", views.avatar_image, name="avatar-image"),
    path("export/", views.export_account, name="account-export"),
    path("delete/", views.delete_account, name="account-delete"),
    path("sessions/", include("allauth.usersessions.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("allauth.account.urls")),
    # After allauth's own, since of two addresses with one name the last is the one that links lead to.
    path("register/", allauth_views.signup, name="account_signup"),
    path("password/", allauth_views.password_change, name="account_change_password"),
]

"""The request as the doors know it."""

from django.http import HttpRequest

from cloudapps.models import User


class UserRequest(HttpRequest):
    """A request of somebody who is signed in, by session or by token."""

    user: User

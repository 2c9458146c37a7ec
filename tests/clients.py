"""How tests knock on the doors: as a browser that is signed in, or as a script with a token."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from cloudapps.models import User
from tests.factories import make_token

API = "/api/v1"


def browser_of(user: User | None, **options: Any) -> Client:
    """Give a browser in which the user is signed in, or nobody."""
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    return client


class ApiClient:
    """A script that sends JSON and, if it is anybody's, a bearer token; paths begin below `/api/v1`."""

    def __init__(self, owner: User | None = None, *, token: str = "") -> None:
        token = token or (make_token(owner) if owner else "")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client()

    def get(self, path: str, **headers: str) -> HttpResponse:
        """GET the path."""
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """POST the body as JSON; headers are written like `idempotency_key`."""
        return self.send("POST", path, {} if body is None else body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """DELETE the path."""
        return self.send("DELETE", path, None, **headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> HttpResponse:
        """Send one request."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, API + path, data, content_type="application/json", headers={**self.headers, **named}
        )


def assert_problem(response: HttpResponse, status: int, words: str = "") -> dict[str, Any]:
    """Check that the answer is a problem document with this status and these words, and give it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["title"]
    assert document["type"]
    assert words.lower() in document["detail"].lower()
    return document

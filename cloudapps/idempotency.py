"""`Idempotency-Key`: a POST that is sent twice does its work once, and both get the same answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cloudapps.models import IdempotencyKey
from cloudapps.problems import problem_response

KEPT_FOR = timedelta(hours=24)
KEPT_HEADERS = ("Content-Type", "Location")
NOT_KEPT = {401, 403, 429}


class IdempotencyMiddleware:
    """
    Keeps the answers to POSTs under `/api/` that carry an `Idempotency-Key`.

    The key is written in the transaction that does the work, so either both are there or neither; a twin that comes
    at the same time waits for that transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key, caller = request.headers.get("Idempotency-Key", ""), _caller(request)
        if request.method != "POST" or not key or not caller or not request.path.startswith("/api/"):
            return self.get_response(request)
        if len(key) > 255:
            return problem_response(400, "An Idempotency-Key has at most 255 characters.")
        key = hashlib.sha256(key.encode()).hexdigest()  # MySQL would take "key" and "KEY" for the same
        digest = hashlib.sha256(f"{request.get_full_path()}\n".encode() + request.body).hexdigest()
        try:
            return self._first(request, caller, key, digest)
        except IntegrityError:
            return _again(IdempotencyKey.objects.get(caller=caller, key=key), digest)

    def _first(self, request: HttpRequest, caller: str, key: str, digest: str) -> HttpResponse:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                caller=caller, key=key, request_digest=digest, created_at=timezone.now()
            )
            response = self.get_response(request)
            if response.status_code >= 500 or response.status_code in NOT_KEPT:
                transaction.set_rollback(True)
                return response
            row.status, row.body = response.status_code, response.content
            row.headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            row.save()
        return response


def forget_old(*, now: datetime) -> None:
    """Delete the keys that nobody will send again."""
    IdempotencyKey.objects.filter(created_at__lt=now - KEPT_FOR).delete()


def _caller(request: HttpRequest) -> str:
    identity = request.headers.get("Authorization") or (f"user:{request.user.pk}" if request.user.pk else "")
    return hashlib.sha256(identity.encode()).hexdigest() if identity else ""


def _again(row: IdempotencyKey, digest: str) -> HttpResponse:
    if row.request_digest != digest:
        return problem_response(422, "This Idempotency-Key was used for a different request. Use a new one.")
    return HttpResponse(bytes(row.body), status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})

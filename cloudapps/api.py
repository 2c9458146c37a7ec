"""The REST door: one API under `/api/v1/`, with a router of each available app."""

import threading
from importlib import import_module
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.cache import caches
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Router, Schema, Status
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import HttpBearer, django_auth
from ninja.throttling import SimpleRateThrottle

from cloudapps import uploads
from cloudapps.apps import cloud_apps
from cloudapps.models import User
from cloudapps.problems import CONTENT_TYPE, Problem, csrf_response, problem_response
from cloudapps.requests import UserRequest
from cloudapps.schemas import CompleteIn, UploadIn, UploadOut, upload_out
from cloudapps.status.api import router as status_router
from cloudapps.tokens import token_owner

PROBLEM_REF = "#/components/schemas/ProblemDocument"
log = structlog.get_logger(__name__)

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class TokenAuth(HttpBearer):
    """`Authorization: Bearer TOKEN`, made on the profile page or by `manage.py create_token`."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Give the token's owner, and make the request theirs."""
        owner = token_owner(token, now=timezone.now())
        if owner is not None:
            request.user = owner
        return owner


class PerCaller(SimpleRateThrottle, threading.local):
    """
    So many requests a minute for each user, or each address where there is none.

    Ninja keeps what it knows of the caller on the throttle, of which there is one: so each thread has its own view.
    """

    def __init__(self, rate: str, *, safe: bool, cache: str) -> None:
        super().__init__(rate)
        self.safe = safe
        self.cache = caches[cache]

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Name the counter, or give None where this throttle does not count."""
        if (request.method in SAFE_METHODS) != self.safe:
            return None
        user_id = getattr(request.user, "pk", None)
        ident = f"user-{user_id}" if user_id else f"address-{self.get_ident(request)}"
        return self.cache_format % {"scope": "reads" if self.safe else "writes", "ident": ident}


class ProblemDocument(Schema):
    """RFC 9457; some have further members."""

    type: str
    title: str
    status: int
    detail: str


class DescribedApi(NinjaAPI):
    """A NinjaAPI whose description says of every call that it may be refused by a problem document."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Describe the API, as OpenAPI 3.1."""
        described = super().get_openapi_schema(**options)
        described["components"]["schemas"]["ProblemDocument"] = ProblemDocument.model_json_schema()
        refused = {"description": "Refused", "content": {CONTENT_TYPE: {"schema": {"$ref": PROBLEM_REF}}}}
        for path in described["paths"].values():
            for operation in path.values():
                operation["responses"].setdefault("4XX", refused)
        return described


api = DescribedApi(
    title="cloudapps",
    version="1",
    description="Pictures, files, MapReduce and social media analytics, by script.",
    auth=[TokenAuth(), django_auth],
    throttle=[
        PerCaller(f"{settings.API_READS_PER_MINUTE}/min", safe=True, cache="process"),
        PerCaller(f"{settings.API_WRITES_PER_MINUTE}/min", safe=False, cache="default"),
    ],
    urls_namespace="api",
)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_response(problem.status, str(problem), **problem.extensions)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = [{"where": ".".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors]
    words = "; ".join(f"{e['where']}: {e['what']}" for e in found)
    return problem_response(422, words, title="Invalid request", errors=found)


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem_response(401, "Sign in, or send a token: Authorization: Bearer TOKEN.")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Throttled)
def _too_fast(request: HttpRequest, error: Throttled) -> HttpResponse:
    seconds = max(1, round(error.wait or 60))
    return problem_response(429, f"Too many requests. Wait {seconds} s.", retry_after_seconds=seconds)


@api.exception_handler(OperationalError)
def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """Answer a deadlock, a lock that took too long, or a database that is away: whoever tries again may succeed."""
    log.warning("database_busy", error=str(error))
    return problem_response(503, "The database is busy. Try again in a moment.", retry_after_seconds=1)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_response(404, "There is nothing here for you.")


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return csrf_response() if error.status_code == 403 else problem_response(error.status_code, str(error))


uploads_router = Router(tags=["uploads"])


@uploads_router.post("", response={201: UploadOut}, summary="Begin an upload")
def create_upload(request: UserRequest, body: UploadIn, response: HttpResponse) -> Any:
    """Answers with an address for each part: PUT the bytes there, in any order, several at once, then complete."""
    upload = uploads.upload_create(owner=request.user, **body.dict(), now=timezone.now())
    response["Location"] = request.build_absolute_uri(f"/api/v1/uploads/{upload.pk}")
    return Status(201, upload_out(request, upload))


@uploads_router.get("/{uuid:upload_id}", response=UploadOut, summary="Resume an upload")
def get_upload(request: UserRequest, upload_id: UUID) -> Any:
    """`received` lists the parts that have arrived, `parts` fresh addresses for those that are missing."""
    return upload_out(request, uploads.upload_get(owner=request.user, upload_id=upload_id))


@uploads_router.post("/{uuid:upload_id}/complete", response=UploadOut, summary="Finish an upload")
def complete_upload(request: UserRequest, upload_id: UUID, body: CompleteIn) -> Any:
    """Checks that all promised bytes are there. 409 names the parts to send again."""
    etags = {part.number: part.etag for part in body.parts}
    upload = uploads.upload_complete(owner=request.user, upload_id=upload_id, etags=etags, now=timezone.now())
    return upload_out(request, upload)


@uploads_router.delete("/{uuid:upload_id}", response={204: None}, summary="Give an upload up")
def cancel_upload(request: UserRequest, upload_id: UUID) -> Any:
    """Forgets the upload and its bytes."""
    uploads.upload_cancel(owner=request.user, upload_id=upload_id, now=timezone.now())
    return Status(204, None)


api.add_router("/uploads", uploads_router)
api.add_router("/status", status_router)
for _app in cloud_apps():
    if _app.available:
        api.add_router(f"/{_app.slug}", import_module(f"{_app.name}.api").router)

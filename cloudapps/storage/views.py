"""The browser's door to the embedded storage: the links that S3 would presign."""

from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from whitenoise.responders import NotARegularFileError, StaticFile

from cloudapps.storage import MultipartNotFound, storage
from cloudapps.storage.files import FileStorage, LinkInvalid, read_token


@require_safe
def serve_object(request: HttpRequest, token: str, filename: str) -> HttpResponse | FileResponse:
    """Send an object to whoever holds a valid link, in ranges if asked to, and never as active content."""
    try:
        claims = read_token(token, "storage-object")
        path = _files().path(str(claims["key"]))
        found = StaticFile(str(path), headers=[("Content-Type", str(claims["type"]))])
    except LinkInvalid as error:
        return _plain(str(error), status=403)
    except NotARegularFileError:
        return _plain("This file does not exist any more.", status=404)
    answer = found.get_response(request.method, request.META)
    response: HttpResponse | FileResponse
    if answer.file is None:
        response = HttpResponseNotModified() if answer.status == 304 else HttpResponse(status=answer.status)
    else:
        response = FileResponse(answer.file, status=answer.status)
    for name, value in answer.headers:
        response[name] = value
    disposition = content_disposition_header(as_attachment=not claims["inline"], filename=filename)
    response["Content-Disposition"] = disposition or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response


@csrf_exempt  # the signature in the address is the permission, as it is on S3
@require_http_methods(["PUT"])
def receive_part(request: HttpRequest, token: str) -> HttpResponse:
    """Keep one part of a multipart upload, and answer with its ETag."""
    try:
        claims = read_token(token, "storage-part")
        size, number = int(str(claims["size"])), int(str(claims["number"]))
        if request.headers.get("Content-Length") != str(size):
            raise ValueError(f"This part must have {size} bytes.")
        etag = _files().write_part(str(claims["multipart"]), number, request, size_bytes=size)  # type: ignore[arg-type]
    except LinkInvalid as error:
        return _plain(str(error), status=403)
    except MultipartNotFound:
        return _plain("This upload was finished or given up.", status=404)
    except ValueError as error:
        return _plain(str(error), status=400)
    response = HttpResponse(status=200)
    response["ETag"] = etag
    return response


def _files() -> FileStorage:
    return cast(FileStorage, storage())


def _plain(words: str, *, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain")

"""The platform's pages: home, the local outbox, and what is shown when something is wrong."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cloudapps import mail
from cloudapps.apps import cloud_apps
from cloudapps.problems import csrf_response, problem_response


def site_context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the four apps, and whether mail can be read here."""
    return {
        "apps": [
            {
                "name": app.title,
                "slug": app.slug,
                "icon": app.icon,
                "description": app.description,
                "url": f"/{app.slug}/" if app.available else None,
            }
            for app in cloud_apps()
        ],
        "dev_mail": settings.MAIL_OUTBOX is not None,
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the four applications."""
    return render(request, "home.html")


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Show the mails that the local default wrote instead of sending them."""
    return render(request, "dev/mail_list.html", {"mails": mail.outbox()})


@require_safe
def mail_detail(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Show one of them."""
    return render(request, "dev/mail_detail.html", {"mail": _mail(mail_id)})


@require_safe
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    """Show one as a mail program does: with its own styles, without scripts, and with nothing from elsewhere."""
    response = HttpResponse(_mail(mail_id).body_html)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return response


def _mail(mail_id: str) -> mail.SentMail:
    found = next((item for item in mail.outbox() if item.pk == mail_id), None)
    if found is None:
        raise Http404
    return found


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself refuses as a problem document under `/api/`, as a page elsewhere."""
    if not request.path.startswith("/api/"):
        return render(request, "400.html", status=400)
    if isinstance(exception, RequestDataTooBig):
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        return problem_response(413, f"A request may have {limit:,} bytes. Send files as uploads.")
    return problem_response(400, "This request makes no sense to us. Check its address, headers and body.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 as a problem document under `/api/`, as a page elsewhere."""
    if request.path.startswith("/api/"):
        return problem_response(404, "There is nothing here for you.")
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Answer 429 where somebody signs in, registers or asks for mail too often."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 as a problem document under `/api/`, as a page that needs nothing elsewhere."""
    if request.path.startswith("/api/"):
        return problem_response(500, "Something went wrong on our side. Try again in a minute.")
    return render(None, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a missing CSRF token as a problem document under `/api/`, as a page elsewhere."""
    if request.path.startswith("/api/"):
        return csrf_response()
    return render(request, "403_csrf.html", status=403)

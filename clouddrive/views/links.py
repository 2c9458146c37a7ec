"""Pages for whoever has a link, signed in or not."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from cloudapps.problems import Problem, TooMany
from clouddrive import archive, content, link_access, selectors, services
from clouddrive.forms import LinkPasswordForm
from clouddrive.link_access import PasswordNeeded
from clouddrive.models import Link
from clouddrive.previews import preview_of
from clouddrive.selectors import Linked, LinkNotFound, Right
from clouddrive.views.rows import Row

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]
GONE = (LinkNotFound, services.LinkUsedUp)


def link_page(view: "View[P]") -> "View[P]":
    """
    Answer what goes wrong with a link in the same words, and keep its secret: no cache, no search engine and no other
    site learns the address.
    """

    @wraps(view)
    def guarded(request: HttpRequest, secret: str, *args: P.args, **options: P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, secret, *args, **options)
        except GONE as problem:
            response = render(request, "clouddrive/link_gone.html", status=problem.status)
        except PasswordNeeded:
            response = redirect("clouddrive:link", secret)
        except TooMany as problem:
            response = render(request, "429.html", {"problem": problem}, status=problem.status)
        except Problem as problem:
            response = render(request, "clouddrive/link_refused.html", {"problem": problem}, status=problem.status)
        response.setdefault("Referrer-Policy", "no-referrer")
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return cast("View[P]", never_cache(guarded))


@link_page
@sensitive_variables("secret", "form")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Show what a link leads to, once its password (if it has one) was given."""
    found = link_access.found_by(request, secret)
    if found.link.password and not link_access.is_unlocked(request, found.link):
        return _ask_password(request, secret, found)
    if request.method == "POST":
        return redirect("clouddrive:link", secret)
    if found.link.mode == Link.Mode.UPLOAD:
        return render(request, "clouddrive/link_drop.html", {"secret": secret, "found": found})
    return _show(request, secret, _usable(found))


@link_page
@require_safe
def item(request: HttpRequest, secret: str, item_id: UUID) -> HttpResponseBase:
    """Show a folder or file below what a link leads to."""
    return _show(request, secret, _usable(link_access.downloadable(request, secret, item_id=item_id)))


@link_page
@require_GET  # HEAD, by which programs look at links, is no download
def download(request: HttpRequest, secret: str, item_id: UUID) -> HttpResponseBase:
    """Count a download, and lead to a file's bytes; a folder comes as a zip file."""
    found = link_access.downloadable(request, secret, item_id=item_id)
    address = "" if found.item.is_folder else content.of_file(found.item, for_stranger=True)
    services.link_download(link=found.link, item=found.item, now=timezone.now())
    if found.item.is_folder:
        return archive.response_of([found.item], now=timezone.now(), for_stranger=True)
    return HttpResponseRedirect(address)


@link_page
@require_safe
def play(request: HttpRequest, secret: str, item_id: UUID) -> HttpResponseBase:
    """Lead to the bytes of sound or film, unless downloads are counted: playing would get around that."""
    found = _usable(link_access.downloadable(request, secret, item_id=item_id))
    if not _plays(found):
        raise LinkNotFound("This can only be downloaded.")
    return HttpResponseRedirect(content.of_file(found.item, inline=True, for_stranger=True))


@link_page
@require_safe
def image(request: HttpRequest, secret: str, item_id: UUID, kind: str) -> HttpResponseBase:
    """Lead to the preview or thumbnail of a file, which does not count as a download."""
    found = _usable(link_access.downloadable(request, secret, item_id=item_id))
    return HttpResponseRedirect(content.of_preview(found.item, kind))


def _ask_password(request: HttpRequest, secret: str, found: Linked) -> HttpResponse:
    form = LinkPasswordForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            link_access.unlock(request, found.link, form.cleaned_data["password"])
        except Problem as problem:
            form.add_error("password", str(problem))
            status = problem.status
        else:
            return redirect("clouddrive:link", secret)
    response = render(request, "clouddrive/link_password.html", {"form": form}, status=status)
    # With no-referrer a browser sends the form with `Origin: null`, which Django's CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    return response


def _usable(found: Linked) -> Linked:
    """:raises LinkUsedUp: if nothing more can be downloaded, so that looking is not a way around the limit."""
    limit = found.link.max_downloads
    if limit is not None and found.link.downloads >= limit:
        raise services.LinkUsedUp("This link is used up.")
    return found


def _plays(found: Linked) -> bool:
    return found.link.max_downloads is None


def _show(request: HttpRequest, secret: str, found: Linked) -> HttpResponse:
    context = {
        "secret": secret,
        "found": found,
        "item": found.item,
        "left": found.link.max_downloads and found.link.max_downloads - found.link.downloads,
    }
    if not found.item.is_folder:
        why = content.refused([found.item], for_stranger=True).get(found.item.pk, "")
        preview = None if why else preview_of(found.item, plays=_plays(found))
        context |= {"preview": preview, "refused": f"{why[:1].upper()}{why[1:]}." if why else ""}
        return render(request, "clouddrive/link_file.html", context)
    page = selectors.linked_page(found, cursor=request.GET.get("cursor", ""))
    inspections = selectors.inspections_of(page.items)
    rows = [
        Row(item, Right.VIEW, is_movable=False, inspection=inspections.get(item.upload_id) if item.upload_id else None)
        for item in page.items
    ]
    address = reverse("clouddrive:link-item", args=(secret, found.item.pk))
    context |= {"rows": rows, "next": f"{address}?cursor={page.next_cursor}" if page.next_cursor else ""}
    return render(request, "clouddrive/link_folder.html", context)

"""The account's own pages; signing in and its likes are allauth's."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat, pluralize
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cloudapps import tokens
from cloudapps.accounts import avatars, export, services
from cloudapps.accounts.forms import AvatarForm, DeleteAccountForm, ProfileForm, TokenForm
from cloudapps.accounts.selectors import security_of
from cloudapps.archive import endless_zip_response
from cloudapps.models import ApiToken
from cloudapps.problems import Invalid
from cloudapps.quota import quota_of
from cloudapps.requests import UserRequest

AVATAR_CACHE_SECONDS = 240  # less than a signed link lives
NEARLY_FULL_PERCENT = 90


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    """Show the account in all its parts; POST keeps what the person says of themselves."""
    user = request.user
    if request.method != "POST":
        return _profile_page(request)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, form=form, status=422)
    services.profile_update(owner=user, **form.cleaned_data)
    messages.success(request, "Your profile is saved.")
    return redirect("profile")


@login_required
@never_cache
@sensitive_variables("plain")
@require_POST
def create_token(request: UserRequest) -> HttpResponse:
    """Make an API token, and show it this once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _profile_page(request, token_form=form, status=422)
    _, plain = tokens.token_create(owner=request.user, name=form.cleaned_data["name"], now=timezone.now())
    return _profile_page(request, new_token=plain, status=201)


@login_required
@require_POST
def delete_token(request: UserRequest, token_id: int) -> HttpResponse:
    """Make a token worthless at once."""
    token = get_object_or_404(ApiToken, owner=request.user, pk=token_id)
    token.delete()
    messages.success(request, f"The token {token.name} is revoked.")
    return redirect("profile")


@login_required
@require_POST
def set_avatar(request: UserRequest) -> HttpResponse:
    """Have the avatar made of an upload."""
    form = AvatarForm(request.POST)
    if not form.is_valid():
        raise Invalid("Choose a picture first.")
    avatars.avatar_set(owner=request.user, upload_id=form.cleaned_data["upload_id"], now=timezone.now())
    return redirect("profile")


@login_required
@require_POST
def delete_avatar(request: UserRequest) -> HttpResponse:
    """Go back to initials."""
    avatars.avatar_remove(owner=request.user, now=timezone.now())
    messages.success(request, "Your picture is removed.")
    return redirect("profile")


@login_required
@require_safe
def avatar_image(request: UserRequest, avatar_id: UUID) -> HttpResponse:
    """Lead to one's avatar."""
    response = HttpResponseRedirect(avatars.avatar_link(owner=request.user, avatar_id=avatar_id))
    response["Cache-Control"] = f"private, max-age={AVATAR_CACHE_SECONDS}"
    return response


@login_required
@never_cache
@require_safe
def avatar_part(request: UserRequest) -> HttpResponse:
    """Show how far the avatar is: the part of the profile page that changes meanwhile."""
    context = {"user": request.user, "avatar": avatars.avatar_latest(owner=request.user)}
    return render(request, "accounts/avatar_part.html", context)


@login_required
@never_cache
@require_safe
def export_account(request: UserRequest) -> StreamingHttpResponse:
    """Send everything that the person has here as one zip, made while it is sent."""
    name = f"cloudapps-{request.user.get_username()}-{timezone.localdate():%Y-%m-%d}.zip"
    return endless_zip_response(export.everything_of(request.user), filename=name)


@login_required
@never_cache
@reauthentication_required  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: UserRequest) -> HttpResponse:
    """Ask for the username, then delete the account with everything in it, and sign out."""
    form = DeleteAccountForm(request.POST or None, owner=request.user)
    if request.method == "POST" and form.is_valid():
        deleted = services.account_delete(owner=request.user, now=timezone.now())
        logout(request)
        what = f"{deleted.files} file{pluralize(deleted.files)} ({filesizeformat(deleted.size_bytes)})"
        messages.success(request, f"The account {deleted.username} is deleted, with {what} and everything else in it.")
        return redirect("home")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "quota": quota_of(request.user), "files": request.user.uploads.count()}
    return render(request, "accounts/account_delete.html", context, status=status)


def passkey_context(request: HttpRequest) -> dict[str, Any]:
    """Tell templates what name to use where the page was asked for by an IP address: browsers refuse passkeys there."""
    return {"named_host": lambda: _named_host(request.get_host())}


def _named_host(host: str) -> str:
    address = urlsplit(f"//{host}")
    try:
        ip_address(address.hostname or "")
    except ValueError:
        return ""
    return f"localhost:{address.port}" if address.port else "localhost"


def _profile_page(
    request: UserRequest,
    *,
    form: ProfileForm | None = None,
    token_form: TokenForm | None = None,
    new_token: str = "",
    status: int = 200,
) -> HttpResponse:
    user = request.user
    initial = {"name": user.name, "time_zone": user.time_zone, "language": user.language}
    quota = quota_of(user)
    context = {
        "form": form or ProfileForm(initial=initial),
        "token_form": token_form or TokenForm(auto_id="id_token_%s"),
        "new_token": new_token,
        "tokens": user.api_tokens.all(),
        "avatar": avatars.avatar_latest(owner=user),
        "security": security_of(user),
        "avatar_max_bytes": settings.IMAGE_MAX_BYTES,
        "quota": quota,
        "quota_limit": filesizeformat(quota.limit_bytes),
        "quota_state": "failed" if quota.percent >= NEARLY_FULL_PERCENT else "",
    }
    return render(request, "accounts/profile.html", context, status=status)

"""Pages that show folders, what is found in them, and rows anew."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cloudapps.requests import UserRequest
from clouddrive import selectors, services
from clouddrive.forms import SearchForm, SortForm
from clouddrive.selectors import Right, Seen, Sort
from clouddrive.views.pane import next_url, show, uuid_or_none
from clouddrive.views.rows import children_of, rows_of

COLUMNS = {Sort.NAME: "Name", Sort.SIZE: "Size", Sort.MODIFIED: "Modified"}
SORT_KEY = "drive-sort"
ROWS_AT_ONCE = 100


@login_required
@require_safe
def root(request: UserRequest) -> HttpResponse:
    """Lead to the user's root folder; what is asked for goes along."""
    folder = selectors.root_of(request.user, now=timezone.now())
    asked = request.GET.urlencode()
    return redirect(f"{folder.get_absolute_url()}{f'?{asked}' if asked else ''}")


@login_required
@require_safe
def folder(request: UserRequest, item_id: UUID) -> HttpResponse:
    """Show what lies in a folder or, with `?search=` or a filter, what is found below it."""
    if item_id == selectors.root_of(request.user, now=timezone.now()).pk:
        seen = selectors.item_seen(user=request.user, item_id=item_id)
    else:
        seen = services.folder_seen(user=request.user, item_id=item_id, right=Right.VIEW)
    form = SearchForm(request.GET)
    query = form.query(now=timezone.now())
    listed = _listed(request, seen) if query.is_empty else _found(request, seen, form, query)
    is_own = seen.right == Right.OWN
    context = {
        "seen": seen,
        "folder": seen.item,
        "form": form,
        "title": "My files" if seen.item.is_root else seen.item.name,
        "can_edit": seen.right >= Right.EDIT,
        "is_own": is_own,
        "is_search": not query.is_empty,
        "is_first_page": not request.GET.get("cursor"),
        **listed,
    }
    return show(request, "folder_page.html", "files" if is_own else "shared", context)


@login_required
@require_safe
def rows(request: UserRequest) -> HttpResponse:
    """Show the rows of these items (`?id=…&id=…`) anew, for a page that has them; those that are gone are left out."""
    ids = [found for text in request.GET.getlist("id")[:ROWS_AT_ONCE] if (found := uuid_or_none(text))]
    seen = selectors.items_seen(user=request.user, item_ids=ids)
    shows_path = "paths" in request.GET
    return render(request, "clouddrive/item_rows.html", {"rows": rows_of(list(seen.values()), shows_path=shows_path)})


def _listed(request: UserRequest, seen: Seen) -> dict[str, Any]:
    sort, descending = _sorting(request)
    page = selectors.folder_page(
        folder=seen.item,
        sort=sort,
        descending=descending,
        cursor=request.GET.get("cursor", ""),
        size=_size(request),
    )
    return {
        "rows": rows_of(children_of(seen, page.items)),
        "next": _with_sort(next_url(request, page.next_cursor), sort, descending),
        "columns": [_column(name, sort, descending) for name in COLUMNS],
    }


def _found(request: UserRequest, seen: Seen, form: SearchForm, query: selectors.Query) -> dict[str, Any]:
    here = seen.right < Right.OWN or (form.cleaned_data.get("within") == "here" and not seen.item.is_root)
    cursor = request.GET.get("cursor", "")
    found = selectors.search(
        user=request.user, query=query, folder=seen if here else None, cursor=cursor, size=_size(request)
    )
    return {
        "rows": rows_of(found.items, shows_path=True),
        "next": next_url(request, found.next_cursor),
        "is_here": here,
    }


def _sorting(request: UserRequest) -> tuple[Sort, bool]:
    """Read how to sort; what was chosen last holds for every folder."""
    form = SortForm(request.GET)
    if form.is_valid():
        chosen = (form.cleaned_data["sort"], form.cleaned_data["descending"])
        if request.session.get(SORT_KEY) != list(chosen):
            request.session[SORT_KEY] = list(chosen)
    else:
        chosen = tuple(request.session.get(SORT_KEY, (Sort.NAME, False)))
    return Sort(chosen[0]), bool(chosen[1])


def _column(name: Sort, sort: Sort, descending: bool) -> dict[str, Any]:
    is_current = name == sort
    turned = not descending if is_current else name == Sort.MODIFIED  # the latest first, at the first click
    return {
        "name": name.value,
        "label": COLUMNS[name],
        "url": f"?sort={name.value}{'&descending=on' if turned else ''}",
        "is_current": is_current,
        "is_descending": is_current and descending,
    }


def _with_sort(url: str, sort: Sort, descending: bool) -> str:
    if not url or "sort=" in url:
        return url
    return f"{url}&sort={sort.value}{'&descending=on' if descending else ''}"


def _size(request: UserRequest) -> int:
    """Read how many rows a page that renews itself has already."""
    asked = request.GET.get("limit", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 6 else selectors.PAGE_SIZE
    return max(1, min(selectors.LARGEST_PAGE, wanted))

"""The REST door of Cloud Drive, under `/api/v1/drive/`."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone
from ninja import Field, Query, Router, Status

from cloudapps.models import User
from cloudapps.problems import Problem
from cloudapps.quota import quota_of
from cloudapps.requests import UserRequest
from clouddrive import archive, content, selectors, services
from clouddrive.core.kinds import Category
from clouddrive.link_api import router as links_router
from clouddrive.models import root_id
from clouddrive.schemas import (
    Action,
    BulkIn,
    BulkOut,
    BulkResult,
    CopyIn,
    EmptiedOut,
    EventsOut,
    FiledOut,
    FileIn,
    FolderIn,
    GrantIn,
    GrantOut,
    ItemChange,
    ItemDetail,
    ItemOut,
    ItemsOut,
    LinkChange,
    LinkIn,
    LinkOut,
    SearchOut,
    SharesOut,
    UsageOut,
    VersionsOut,
    event_out,
    found_out,
    grant_out,
    item_detail,
    item_out,
    items_out,
    link_out,
    version_out,
)
from clouddrive.selectors import Right, Sort

router = Router(tags=["drive"])
router.add_router("/links", links_router)

PreviewKind = Literal["preview", "thumbnail"]
PageSize = Annotated[int, Field(ge=1, le=selectors.LARGEST_PAGE)]


@router.get("/items", response=SearchOut | ItemsOut, exclude_unset=True, summary="Browse or search")
def list_items(
    request: UserRequest,
    parent: UUID | None = None,
    search: Annotated[str, Field(max_length=255)] = "",
    category: Category | None = None,
    min_bytes: Annotated[int, Field(ge=0)] | None = None,
    max_bytes: Annotated[int, Field(ge=0)] | None = None,
    modified_after: datetime | None = None,
    modified_before: datetime | None = None,
    sort: Sort = Sort.NAME,
    descending: bool = False,
    cursor: Annotated[str, Field(max_length=4000)] = "",
    limit: PageSize = selectors.PAGE_SIZE,
) -> Any:
    """
    What lies in a folder (`parent`, or your root), folders first. With `search` or any of the filters: what lies
    anywhere below that folder, or anywhere at all if none is named, each with its `path`.
    """
    query = selectors.Query(search, category, min_bytes, max_bytes, modified_after, modified_before)
    if query.is_empty:
        seen = services.folder_seen(user=request.user, item_id=_folder_id(request, parent), right=Right.VIEW)
        page = selectors.folder_page(folder=seen.item, sort=sort, descending=descending, cursor=cursor, size=limit)
        return {"items": items_out(page.items, seen.right), "next": _next(request, page.next_cursor)}
    below = services.folder_seen(user=request.user, item_id=parent, right=Right.VIEW) if parent else None
    found = selectors.search(user=request.user, query=query, folder=below, cursor=cursor, size=limit)
    return {"items": found_out(found.items), "next": _next(request, found.next_cursor)}


@router.get("/recent", response=ItemsOut, summary="Files by date, newest first")
def list_recent(request: UserRequest, cursor: str = "", limit: PageSize = selectors.PAGE_SIZE) -> Any:
    page = selectors.recent_page(owner=request.user, cursor=cursor, size=limit)
    return {"items": items_out(page.items, Right.OWN), "next": _next(request, page.next_cursor)}


@router.get("/starred", response=ItemsOut, summary="What you have starred")
def list_starred(request: UserRequest, cursor: str = "", limit: PageSize = selectors.PAGE_SIZE) -> Any:
    page = selectors.starred_page(owner=request.user, cursor=cursor, size=limit)
    return {"items": items_out(page.items, Right.OWN), "next": _next(request, page.next_cursor)}


@router.get("/shared", response=ItemsOut, summary="What others have shared with you")
def list_shared(request: UserRequest) -> Any:
    seen = selectors.shared_with(user=request.user)
    inspections = selectors.inspections_of([s.item for s in seen])
    described = [item_out(s.item, s.right, inspection=inspections.get(s.item.upload_id)) for s in seen]  # type: ignore[arg-type]
    return {"items": described, "next": None}


@router.get("/trash", response=ItemsOut, summary="What is in your trash, newest first")
def list_trash(request: UserRequest, cursor: str = "", limit: PageSize = selectors.PAGE_SIZE) -> Any:
    page = selectors.trash_page(owner=request.user, cursor=cursor, size=limit)
    return {"items": items_out(page.items, Right.OWN), "next": _next(request, page.next_cursor)}


@router.delete("/trash", response=EmptiedOut, summary="Empty the trash")
def empty_trash(request: UserRequest) -> Any:
    """Deletes for good; what is large goes in the background."""
    return {"deleted": services.trash_empty(owner=request.user, now=timezone.now())}


@router.get("/usage", response=UsageOut, summary="How much space you use, in all apps")
def get_usage(request: UserRequest) -> Any:
    quota = quota_of(request.user)
    return {"used_bytes": quota.used_bytes, "limit_bytes": quota.limit_bytes, "free_bytes": quota.free_bytes}


@router.get("/activity", response=EventsOut, summary="What happened in your drive, newest first")
def list_activity(request: UserRequest, before: UUID | None = None) -> Any:
    return _events_out(request, selectors.events_of_owner(owner=request.user, before=before))


@router.post("/folders", response={201: ItemOut}, summary="Make a folder")
def create_folder(request: UserRequest, body: FolderIn) -> Any:
    """`on_conflict`: `ask` (409), `keep_both`, or `skip`, which gives the folder that has the name."""
    parent_id = _folder_id(request, body.parent_id)
    folder = services.folder_create(
        actor=request.user, parent_id=parent_id, name=body.name, on_conflict=body.on_conflict, now=timezone.now()
    )
    return Status(201, item_out(folder, _right(request, folder.owner_id)))


@router.post("/files", response={201: FiledOut}, summary="File an upload in a folder")
def create_file(request: UserRequest, body: FileIn) -> Any:
    """
    `on_conflict`: `ask` (409 names what has the name, and the upload waits), `keep_both`, `replace` (the old content
    becomes a version) or `skip`. The same upload gives the same file.
    """
    filed = services.file_create(
        actor=request.user,
        upload_id=body.upload_id,
        parent_id=_folder_id(request, body.parent_id),
        name=body.name,
        on_conflict=body.on_conflict,
        modified_at=body.modified_at,
        now=timezone.now(),
    )
    return Status(201, {**item_out(filed.item, _right(request, filed.item.owner_id)), "outcome": filed.outcome})


@router.post("/bulk", response=BulkOut, summary="Do the same with many items")
def change_many(request: UserRequest, body: BulkIn) -> Any:
    """Each item for itself: one that fails says why, and the others go on. `leave` gives a share of others' back."""
    return BulkOut(items=[_one_of_many(request.user, item_id, body) for item_id in body.item_ids])


@router.get("/items/{uuid:item_id}", response=ItemDetail, summary="One item, with the folders above it")
def get_item(request: UserRequest, item_id: UUID) -> Any:
    return item_detail(selectors.item_seen(user=request.user, item_id=item_id))


@router.patch("/items/{uuid:item_id}", response=ItemDetail, summary="Rename, move, star")
def change_item(request: UserRequest, item_id: UUID, body: ItemChange) -> Any:
    now = timezone.now()
    if body.name is not None or body.parent_id is not None:
        services.item_move(
            actor=request.user,
            item_id=item_id,
            parent_id=body.parent_id,
            name=body.name or "",
            on_conflict=body.on_conflict,
            now=now,
        )
    if body.starred is not None:
        services.item_star(owner=request.user, item_id=item_id, starred=body.starred, now=now)
    return item_detail(selectors.item_seen(user=request.user, item_id=item_id))


@router.delete("/items/{uuid:item_id}", response={204: None}, summary="Move to the trash, or delete for good")
def delete_item(request: UserRequest, item_id: UUID, forever: bool = False) -> Any:
    """`forever=true` deletes what is in the trash already."""
    if forever:
        services.item_purge(owner=request.user, item_id=item_id, now=timezone.now())
    else:
        services.item_trash(actor=request.user, item_id=item_id, now=timezone.now())
    return Status(204, None)


@router.post("/items/{uuid:item_id}/restore", response=ItemDetail, summary="Take out of the trash")
def restore_item(request: UserRequest, item_id: UUID) -> Any:
    """Back to where it was, or into the root if that is gone; a taken name gets a number."""
    services.item_restore(owner=request.user, item_id=item_id, now=timezone.now())
    return item_detail(selectors.item_seen(user=request.user, item_id=item_id))


@router.post("/items/{uuid:item_id}/copy", response={201: ItemDetail}, summary="Copy, with all that lies below")
def copy_item(request: UserRequest, item_id: UUID, body: CopyIn) -> Any:
    copied = services.item_copy(
        actor=request.user,
        item_id=item_id,
        parent_id=_folder_id(request, body.parent_id),
        name=body.name,
        on_conflict=body.on_conflict,
        now=timezone.now(),
    )
    return Status(201, item_detail(selectors.item_seen(user=request.user, item_id=copied.pk)))


@router.get("/items/{uuid:item_id}/content", response={302: None}, summary="A file's bytes")
def get_content(request: UserRequest, item_id: UUID) -> Any:
    """Redirects to a signed link that expires within minutes."""
    file = selectors.item_seen(user=request.user, item_id=item_id).item
    return HttpResponseRedirect(request.build_absolute_uri(content.of_file(file)))


@router.get("/items/{uuid:item_id}/preview", response={302: None}, summary="A picture of a file")
def get_preview(request: UserRequest, item_id: UUID, kind: PreviewKind = "preview") -> Any:
    """Redirects to a signed link of a picture that we made: at most 1600 px, or 400 px with `kind=thumbnail`."""
    file = selectors.item_seen(user=request.user, item_id=item_id).item
    return HttpResponseRedirect(request.build_absolute_uri(content.of_preview(file, kind)))


@router.get("/archive", response={200: None}, summary="Files and folders as one zip file")
def get_archive(request: UserRequest, item_id: Annotated[list[UUID], Query(min_length=1, max_length=1000)]) -> Any:
    """Sends them with all that lies below, as it is read: `?item_id=…&item_id=…`."""
    chosen = [selectors.item_seen(user=request.user, item_id=one).item for one in dict.fromkeys(item_id)]
    return archive.response_of(chosen, now=timezone.now())


@router.get("/items/{uuid:item_id}/activity", response=EventsOut, summary="What happened to an item, newest first")
def list_item_activity(request: UserRequest, item_id: UUID, before: UUID | None = None) -> Any:
    return _events_out(request, selectors.events_of_item(user=request.user, item_id=item_id, before=before))


@router.get("/items/{uuid:item_id}/versions", response=VersionsOut, summary="What a file held before, newest first")
def list_versions(request: UserRequest, item_id: UUID) -> Any:
    seen = selectors.item_seen(user=request.user, item_id=item_id)
    return {"items": [version_out(version) for version in seen.item.versions.all()]}


@router.get(
    "/items/{uuid:item_id}/versions/{uuid:version_id}/content", response={302: None}, summary="A version's bytes"
)
def get_version_content(request: UserRequest, item_id: UUID, version_id: UUID) -> Any:
    file = selectors.item_seen(user=request.user, item_id=item_id).item
    version = selectors.version_get(file, version_id)
    return HttpResponseRedirect(
        request.build_absolute_uri(content.of_version(file, version.upload, version.content_type))
    )


@router.post("/items/{uuid:item_id}/versions/{uuid:version_id}/restore", response=ItemDetail, summary="Go back to it")
def restore_version(request: UserRequest, item_id: UUID, version_id: UUID) -> Any:
    """What the file holds now becomes a version."""
    services.version_restore(actor=request.user, item_id=item_id, version_id=version_id, now=timezone.now())
    return item_detail(selectors.item_seen(user=request.user, item_id=item_id))


@router.delete("/items/{uuid:item_id}/versions/{uuid:version_id}", response={204: None}, summary="Forget a version")
def delete_version(request: UserRequest, item_id: UUID, version_id: UUID) -> Any:
    services.version_delete(actor=request.user, item_id=item_id, version_id=version_id, now=timezone.now())
    return Status(204, None)


@router.get("/items/{uuid:item_id}/shares", response=SharesOut, summary="Who else may see an item")
def list_shares(request: UserRequest, item_id: UUID) -> Any:
    """`items` are links, `grants` the rights of other users."""
    links = selectors.links_of(owner=request.user, item_id=item_id)
    grants = selectors.grants_of(owner=request.user, item_id=item_id)
    return {"items": [link_out(request, link) for link in links], "grants": [grant_out(g) for g in grants]}


@router.post("/items/{uuid:item_id}/shares", response={201: LinkOut}, summary="Make a link")
def create_link(request: UserRequest, item_id: UUID, body: LinkIn) -> Any:
    """`mode`: `VIEW`, or `UPLOAD` for a folder into which others drop files without seeing what is there."""
    link = services.link_create(owner=request.user, item_id=item_id, now=timezone.now(), **body.dict())
    return Status(201, link_out(request, link))


@router.patch("/shares/{uuid:link_id}", response=LinkOut, summary="Change a link")
def change_link(request: UserRequest, link_id: UUID, body: LinkChange) -> Any:
    """What is left out stays; `null` takes an expiry or a limit away, an empty `password` the password."""
    changes = body.dict(exclude_unset=True)
    return link_out(request, services.link_update(owner=request.user, link_id=link_id, now=timezone.now(), **changes))


@router.delete("/shares/{uuid:link_id}", response={204: None}, summary="End a link, at once")
def delete_link(request: UserRequest, link_id: UUID) -> Any:
    services.link_delete(owner=request.user, link_id=link_id, now=timezone.now())
    return Status(204, None)


@router.post("/items/{uuid:item_id}/grants", response={201: GrantOut}, summary="Share with another user")
def set_grant(request: UserRequest, item_id: UUID, body: GrantIn) -> Any:
    """Doing it again changes the role."""
    grant = services.grant_set(
        owner=request.user, item_id=item_id, name=body.username, role=body.role, now=timezone.now()
    )
    return Status(201, grant_out(grant))


@router.delete("/grants/{int:grant_id}", response={204: None}, summary="Stop sharing with a user, at once")
def delete_grant(request: UserRequest, grant_id: int) -> Any:
    """Who shared it may, and with whom it was shared."""
    services.grant_delete(actor=request.user, grant_id=grant_id, now=timezone.now())
    return Status(204, None)


def _one_of_many(user: User, item_id: UUID, body: BulkIn) -> BulkResult:
    now = timezone.now()
    parent_id, conflict = body.parent_id or root_id(user.pk), body.on_conflict
    doings: dict[Action, Callable[[], object]] = {
        Action.MOVE: lambda: services.item_move(
            actor=user, item_id=item_id, parent_id=parent_id, on_conflict=conflict, now=now
        ),
        Action.COPY: lambda: services.item_copy(
            actor=user, item_id=item_id, parent_id=parent_id, on_conflict=conflict, now=now
        ),
        Action.TRASH: lambda: services.item_trash(actor=user, item_id=item_id, now=now),
        Action.RESTORE: lambda: services.item_restore(owner=user, item_id=item_id, now=now),
        Action.PURGE: lambda: services.item_purge(owner=user, item_id=item_id, now=now),
        Action.STAR: lambda: services.item_star(owner=user, item_id=item_id, starred=True, now=now),
        Action.UNSTAR: lambda: services.item_star(owner=user, item_id=item_id, starred=False, now=now),
        Action.LEAVE: lambda: services.grant_leave(user=user, item_id=item_id, now=now),
    }
    try:
        doings[body.action]()
    except Problem as problem:
        return BulkResult(id=item_id, ok=False, error=str(problem), problem=problem.extensions)
    return BulkResult(id=item_id, ok=True)


def _folder_id(request: UserRequest, parent: UUID | None) -> UUID:
    """Name the folder that is meant; the root is made when it is asked for the first time."""
    return parent or selectors.root_of(request.user, now=timezone.now()).pk


def _right(request: UserRequest, owner_id: int) -> Right:
    return Right.OWN if owner_id == request.user.pk else Right.EDIT


def _events_out(request: HttpRequest, page: "selectors.Page[Any]") -> EventsOut:
    following = {"before": page.next_before} if page.next_before else None
    return EventsOut(
        items=[event_out(event) for event in page.items],
        next=request.build_absolute_uri(f"{request.path}?{urlencode(following)}") if following else None,
    )


def _next(request: HttpRequest, cursor: str) -> str | None:
    if not cursor:
        return None
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")

"""The REST door for whoever holds a link, signed in or not, under `/api/v1/drive/links/<secret>/`."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone
from ninja import Field, Router, Status

from cloudapps.requests import UserRequest
from cloudapps.schemas import CompleteIn, UploadIn, UploadOut, upload_out
from clouddrive import content, selectors, services
from clouddrive.link_access import downloadable, droppable, opened
from clouddrive.schemas import DroppedOut, LinkedPage, linked_out, path_out

router = Router(tags=["drive links"], auth=None)

PASSWORD = "A link with a password asks for it in the header `X-Link-Password`."  # noqa: S105 - words


@router.get("/{secret}/items", response=LinkedPage, summary="What a link leads to", description=PASSWORD)
def list_linked(
    request: HttpRequest,
    secret: str,
    parent: UUID | None = None,
    cursor: Annotated[str, Field(max_length=4000)] = "",
) -> Any:
    found = opened(request, secret, item_id=parent)
    page = selectors.linked_page(found, cursor=cursor)
    following = f"{request.path}?parent={found.item.pk}&cursor={page.next_cursor}" if page.next_cursor else None
    return {
        "mode": found.link.mode,
        "item": linked_out(found.item),
        "path": path_out(found.path),
        "items": [linked_out(item) for item in page.items],
        "next": request.build_absolute_uri(following) if following else None,
    }


@router.get("/{secret}/items/{uuid:item_id}/content", response={302: None}, summary="Download a file by a link")
def get_linked_content(request: HttpRequest, secret: str, item_id: UUID) -> Any:
    """Counts as a download. Redirects to a signed link that expires within minutes."""
    found = downloadable(request, secret, item_id=item_id)
    address = content.of_file(found.item, for_stranger=True)
    services.link_download(link=found.link, item=found.item, now=timezone.now())
    return HttpResponseRedirect(request.build_absolute_uri(address))


@router.post("/{secret}/uploads", response={201: UploadOut}, summary="Begin to drop a file")
def create_dropped(request: HttpRequest, secret: str, body: UploadIn) -> Any:
    """As `POST /uploads`: the bytes go to the addresses that it gives, and count as those of the folder's owner."""
    found = droppable(request, secret)
    upload = services.drop_begin(link=found.link, **body.dict(), now=timezone.now())
    return Status(201, upload_out(request, upload))


@router.get("/{secret}/uploads/{uuid:upload_id}", response=UploadOut, summary="Resume a file that is dropped")
def get_dropped(request: HttpRequest, secret: str, upload_id: UUID) -> Any:
    found = droppable(request, secret)
    return upload_out(request, selectors.dropped(link=found.link, upload_id=upload_id))


@router.post("/{secret}/uploads/{uuid:upload_id}/complete", response=DroppedOut, summary="Finish a dropped file")
def complete_dropped(request: HttpRequest, secret: str, upload_id: UUID, body: CompleteIn) -> Any:
    """Files it in the folder; a taken name gets a number."""
    found = droppable(request, secret)
    etags = {part.number: part.etag for part in body.parts}
    file = services.drop_complete(link=found.link, upload_id=upload_id, etags=etags, now=timezone.now())
    return {"name": file.name, "size_bytes": file.size_bytes}


@router.delete("/{secret}/uploads/{uuid:upload_id}", response={204: None}, summary="Give a dropped file up")
def cancel_dropped(request: UserRequest, secret: str, upload_id: UUID) -> Any:
    found = droppable(request, secret)
    services.drop_cancel(link=found.link, upload_id=upload_id, now=timezone.now())
    return Status(204, None)

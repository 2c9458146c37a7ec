"""What a page shows of a file: a picture, a player, its text, or words that say why there is nothing to see."""

from dataclasses import dataclass
from enum import StrEnum

from cloudapps.models.job import UNFINISHED, Status
from cloudapps.storage import ObjectNotFound, storage
from clouddrive.content import PLAYED
from clouddrive.core.kinds import Category, category_of
from clouddrive.core.render import HEAD_BYTES, Rendered, looks_like_text, render
from clouddrive.models import Inspection, Item
from clouddrive.services import has_preview


class Shown(StrEnum):
    """The kinds of preview."""

    PICTURE = "picture"
    AUDIO = "audio"
    VIDEO = "video"
    TEXT = "text"
    PENDING = "pending"
    INFECTED = "infected"
    BROKEN = "broken"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Preview:
    """What is shown, and what is known of it."""

    shown: Shown
    inspection: Inspection | None = None
    text: Rendered | None = None


def preview_of(file: Item, *, plays: bool = True) -> Preview:
    """Find what can be shown of a file; without `plays` no sound and no film, since that hands out all their bytes."""
    inspection = Inspection.objects.filter(upload=file.upload_id).first()
    if inspection is not None and inspection.infected_by:
        return Preview(Shown.INFECTED, inspection)
    if has_preview(file):
        return Preview(_state_of_picture(inspection), inspection)
    played = category_of(file.content_type)
    if played in PLAYED:
        return Preview(Shown(played.value) if plays else Shown.NOTHING, inspection)
    text = _text_of(file)
    return Preview(Shown.TEXT if text else Shown.NOTHING, inspection, text)


def _state_of_picture(inspection: Inspection | None) -> Shown:
    if inspection is None:
        return Shown.NOTHING
    if inspection.status in UNFINISHED:
        return Shown.PENDING
    done = inspection.status == Status.SUCCEEDED and inspection.preview_content_type
    return Shown.PICTURE if done else Shown.BROKEN


def _text_of(file: Item) -> Rendered | None:
    """Read the beginning of a file that is text, or that has no kind and reads like one."""
    if file.category not in {Category.TEXT, Category.OTHER} or not file.size_bytes:
        return None
    try:
        with storage().open(file.bytes.key) as body:
            head = body.read(HEAD_BYTES)
    except ObjectNotFound:
        return None
    if file.category == Category.OTHER and not looks_like_text(head):
        return None
    return render(file.name, head, is_cut=file.size_bytes > len(head))

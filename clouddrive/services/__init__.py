"""Writes: files come, are renamed, moved, copied, shared and deleted, and nothing of it is ever half done."""

from clouddrive.services.accounts import drive_export, drive_forget
from clouddrive.services.demo import demo_create
from clouddrive.services.drops import drop_begin, drop_cancel, drop_complete
from clouddrive.services.events import events_expire
from clouddrive.services.files import Filed, Outcome, file_create, file_drop, file_store
from clouddrive.services.folders import folder_create
from clouddrive.services.inspections import has_preview, inspection_run
from clouddrive.services.items import IntoItself, TooManyItems, item_copy, item_move, item_star
from clouddrive.services.sharing import (
    LinkRefused,
    LinkUsedUp,
    PasswordWrong,
    UserUnknown,
    grant_delete,
    grant_set,
    link_create,
    link_delete,
    link_download,
    link_unlock,
    link_update,
)
from clouddrive.services.trash import item_purge, item_restore, item_trash, purge, trash_empty, trash_expire
from clouddrive.services.tree import (
    NameRefused,
    NameTaken,
    NotAFolder,
    OnConflict,
    TooDeep,
    checked_name,
    folder_seen,
    movable_seen,
)
from clouddrive.services.versions import version_delete, version_restore

__all__ = [
    "Filed",
    "IntoItself",
    "LinkRefused",
    "LinkUsedUp",
    "NameRefused",
    "NameTaken",
    "NotAFolder",
    "OnConflict",
    "Outcome",
    "PasswordWrong",
    "TooDeep",
    "TooManyItems",
    "UserUnknown",
    "checked_name",
    "demo_create",
    "drive_export",
    "drive_forget",
    "drop_begin",
    "drop_cancel",
    "drop_complete",
    "events_expire",
    "file_create",
    "file_drop",
    "file_store",
    "folder_create",
    "folder_seen",
    "grant_delete",
    "grant_set",
    "has_preview",
    "inspection_run",
    "item_copy",
    "item_move",
    "item_purge",
    "item_restore",
    "item_star",
    "item_trash",
    "link_create",
    "link_delete",
    "link_download",
    "link_unlock",
    "link_update",
    "movable_seen",
    "purge",
    "trash_empty",
    "trash_expire",
    "version_delete",
    "version_restore",
]

"""Writes: files come, are renamed, moved, copied, shared and deleted, and nothing of it is ever half done."""

from clouddrive.services.accounts import drive_export, drive_forget
from clouddrive.services.demo import demo_create
from clouddrive.services.drops import drop_begin, drop_cancel, drop_complete
from clouddrive.services.events import events_expire
from clouddrive.services.files import Filed, Outcome, file_create, file_drop, file_store
from clouddrive.services.folders import folder_create
from clouddrive.services.inspections import has_preview, inspection_run
from clouddrive.services.items import IntoItself, TooManyItems, item_copy, item_move, item_star
from clouddrive.services.locks import USUAL as USUAL_LOCK
from clouddrive.services.locks import lock_create, lock_refresh, lock_release, locks_sweep
from clouddrive.services.properties import PropertyRefused, property_check, property_delete, property_set
from clouddrive.services.sharing import (
    LinkRefused,
    LinkUsedUp,
    PasswordWrong,
    UserUnknown,
    grant_delete,
    grant_leave,
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
    lock_tree,
    movable_seen,
)
from clouddrive.services.versions import version_delete, version_restore

__all__ = [
    "USUAL_LOCK",
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
    "PropertyRefused",
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
    "grant_leave",
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
    "lock_create",
    "lock_refresh",
    "lock_release",
    "lock_tree",
    "locks_sweep",
    "movable_seen",
    "property_check",
    "property_delete",
    "property_set",
    "purge",
    "trash_empty",
    "trash_expire",
    "version_delete",
    "version_restore",
]

"""Paths of the drive as WebDAV writes them."""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote, urlsplit

from wsgidav.dav_error import HTTP_BAD_REQUEST, DAVError

from clouddrive.core.names import name_key

SAFE = "/!*'(),$-_|.~"  # Nautilus chokes on an encoded parenthesis, says wsgidav


@dataclass(frozen=True)
class DavPath:
    """The names on the way from the top folder to an item, as the client wrote them."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, path: str) -> "DavPath":
        """Read a decoded path. :raises DAVError: (400) if it has steps that lead nowhere."""
        names = tuple(name for name in path.split("/") if name)
        if "." in names or ".." in names:
            raise DAVError(HTTP_BAD_REQUEST, "A path cannot have steps like . and ..")
        return cls(names)

    @classmethod
    def of_url(cls, url: str, *, mount: str) -> "DavPath | None":
        """Read the path of an encoded address; None if it does not lie below the mount. :raises DAVError: (400)"""
        path = decoded(urlsplit(url).path)
        if path != mount and not path.startswith(f"{mount}/"):
            return None
        return cls.of(path.removeprefix(mount))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys by which the names are found."""
        return tuple(name_key(name) for name in self.names)

    @cached_property
    def reference(self) -> str:
        """The one spelling of all paths that lead to the same item, quoted; locks are compared by it."""
        return quote("/" + "/".join(unicodedata.normalize("NFC", _folded(name)) for name in self.names))

    @property
    def name(self) -> str:
        """The last name; empty for the top folder."""
        return self.names[-1] if self.names else ""

    @property
    def plain(self) -> str:
        """The path, decoded."""
        return "/" + "/".join(self.names)

    def child(self, name: str) -> "DavPath":
        """Go down by one name."""
        return DavPath((*self.names, name))

    def href(self, mount: str, *, is_folder: bool) -> str:
        """Give the address, encoded; a folder's ends in a slash."""
        path = quote(f"{mount}{self.plain}", safe=SAFE)
        return f"{path}/" if is_folder and self.names else path

    def is_above(self, other: "DavPath") -> bool:
        """Whether the other lies below this one."""
        return len(self.keys) < len(other.keys) and other.keys[: len(self.keys)] == self.keys


def decoded(path: str) -> str:
    """Decode the escapes of a path. :raises DAVError: (400) if they are not UTF-8."""
    try:
        return unquote(path, errors="strict")
    except UnicodeDecodeError:
        raise DAVError(HTTP_BAD_REQUEST, "The path is not UTF-8.") from None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()

"""Where static files come from, and how they get their names."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage  # noqa: TID251 - no user bytes
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Names with a hash of the content, for ever cacheable, rewritten inside CSS and ES modules too."""

    support_js_module_import_aggregation = True


class PackageFinder(FileSystemFinder):
    """
    Finds the files that STATIC_PACKAGES names: (prefix, folder of an npm package, names).

    Such a folder holds much more than browsers load, some of which no collector could follow.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        self.locations, self.storages, self._names = [], {}, {}
        for prefix, folder, names in settings.STATIC_PACKAGES:
            root = str(folder)
            self.locations.append((prefix, root))
            self._names[root] = names
            self.storages[root] = FileSystemStorage(location=root)
            self.storages[root].prefix = prefix

    def check(self, **_: Any) -> list[CheckMessage]:
        """Say nothing: a package that is not there is noticed when its files are collected."""
        return []

    def find_location(self, root: str, path: str, prefix: str | None = None) -> str | None:
        """Find a file if it is one of those."""
        name = path.removeprefix(f"{prefix}/")
        return super().find_location(root, path, prefix) if name in self._names[root] else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        """List them."""
        for _, root in self.locations:
            for name in self._names[root]:
                yield name, self.storages[root]

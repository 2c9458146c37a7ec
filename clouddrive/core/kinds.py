"""What kind of file a media type is, and what can be shown of it."""

from enum import StrEnum
from mimetypes import MimeTypes

DOCUMENTS = ("application/pdf", "application/msword", "application/vnd.", "application/rtf", "application/epub")
ARCHIVES = ("zip", "x-tar", "gzip", "x-bzip2", "x-xz", "x-7z-compressed", "vnd.rar", "x-rar-compressed", "zstd")
TEXTS = (
    "application/json",
    "application/xml",
    "application/javascript",
    "application/x-sh",
    "application/yaml",
    "application/toml",
    "application/sql",
    "application/x-python-code",
)


UNKNOWN = "application/octet-stream"
BY_SUFFIX = MimeTypes()  # Python's own list, the same on every machine
for _type, _suffixes in {
    "text/markdown": (".md", ".markdown"),
    "text/x-rust": (".rs",),
    "text/x-go": (".go",),
    "text/x-typescript": (".ts", ".tsx"),
    "text/x-log": (".log",),
    "application/yaml": (".yaml", ".yml"),
    "application/toml": (".toml",),
    "application/sql": (".sql",),
}.items():
    for _suffix in _suffixes:
        BY_SUFFIX.add_type(_type, _suffix)


class Category(StrEnum):
    """What a person would call the kind of a file; the values stand in rows and addresses."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    TEXT = "text"
    ARCHIVE = "archive"
    OTHER = "other"


MEDIA = {Category.IMAGE, Category.VIDEO, Category.AUDIO}


def category_of(content_type: str) -> Category:
    """
    Name the category of a media type.

    >>> category_of("image/png"), category_of("application/pdf"), category_of("application/x-unheard-of")
    (<Category.IMAGE: 'image'>, <Category.DOCUMENT: 'document'>, <Category.OTHER: 'other'>)
    """
    major, _, minor = content_type.partition("/")
    if major in {"image", "video", "audio"}:
        return Category(major)
    if minor in ARCHIVES:
        return Category.ARCHIVE
    if content_type.startswith(DOCUMENTS):
        return Category.DOCUMENT
    if major == "text" or content_type in TEXTS:
        return Category.TEXT
    return Category.OTHER


def media_type_of(name: str, found: str) -> str:
    """
    Name a file's media type, by what its first bytes showed (`found`) and, for kinds that show nothing, by its name.

    A name alone never makes a file a picture, a film or a sound.

    >>> media_type_of("notes.md", "application/octet-stream"), media_type_of("page.png", "text/html")
    ('text/markdown', 'text/html')
    """
    claimed = BY_SUFFIX.guess_type(name)[0] or found
    if found == "application/pdf" or category_of(found) in MEDIA or category_of(claimed) in MEDIA:
        return found or UNKNOWN
    return claimed or UNKNOWN

"""How static files get their names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Names with a hash of the content, for ever cacheable, rewritten inside CSS and ES modules too."""

    support_js_module_import_aggregation = True

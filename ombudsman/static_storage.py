"""Hashed static files, imports of ES modules included. Cellar."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HouseStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names carry a hash, so a browser may keep them for ever and a release never mixes old with new."""

    support_js_module_import_aggregation = True
    manifest_strict = True

"""Where stored files lie: in a folder, or in an S3-compatible bucket where one is named."""

from typing import Any

from eoffice.settings.env import env


def stored_files() -> dict[str, Any]:
    """``STORAGES["default"]``."""
    bucket = env.str("EOFFICE_BUCKET", "")
    if not bucket:
        return {"BACKEND": "eoffice.files.stores.FolderStore"}
    return {
        "BACKEND": "eoffice.files.buckets.BucketStore",
        "OPTIONS": {
            "bucket": bucket,
            "endpoint": env.str("EOFFICE_BUCKET_ENDPOINT", ""),
            "region": env.str("EOFFICE_BUCKET_REGION", "us-east-1"),
            "key": env.str("EOFFICE_BUCKET_KEY", ""),
            "secret": env.str("EOFFICE_BUCKET_SECRET", ""),
        },
    }

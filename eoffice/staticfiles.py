"""Static files in production."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ViteAwareStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Vite already puts a hash into the names under ``dist/``: a second one would give one ES module
    two addresses, hence two instances.
    """

    def hashed_name(self, name: str, content: Any = None, filename: Any = None) -> str:
        if name.replace("\\", "/").startswith("dist/"):
            return name
        return str(super().hashed_name(name, content, filename))

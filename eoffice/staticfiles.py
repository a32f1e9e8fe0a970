"""Static files: their addresses and tags, made once in a process and not once for every page."""

from typing import Any

from django_vite.core.asset_loader import DjangoViteAppClient
from whitenoise.storage import CompressedManifestStaticFilesStorage


class ViteAwareStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Vite already puts a hash into the names under ``dist/``: a second one would give one ES module
    two addresses, hence two instances.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._addresses: dict[tuple[str | None, bool], str] = {}

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002 - as Django declares it
        """Every page names some thirty; what is collected does not change while a process lives."""
        key = (name, force)
        if key not in self._addresses:
            self._addresses[key] = str(super().url(name, force))
        return self._addresses[key]

    def hashed_name(self, name: str, content: Any = None, filename: Any = None) -> str:
        if name.replace("\\", "/").startswith("dist/"):
            return name
        return str(super().hashed_name(name, content, filename))


class RememberingVite(DjangoViteAppClient):  # type: ignore[misc]
    """The tags that bring a script with its styles and its parts are the same on every page of a release."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._tags: dict[str, str] = {}

    def generate_vite_asset(self, path: str, **attributes: Any) -> str:
        if self.dev_mode or attributes:
            return str(super().generate_vite_asset(path, **attributes))
        if path not in self._tags:
            self._tags[path] = str(super().generate_vite_asset(path))
        return self._tags[path]

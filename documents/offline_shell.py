"""The pages under /offline/ and what they are made of, as the service worker takes them along (docs/adr/0059).

Everything comes from the build's manifest, so a new build is a new worker, and the old one keeps what belongs to it.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

ENTRIES = ("src/main.ts", "src/offline/main.ts")
WORKER = "src/offline/worker.ts"
DATA = ("wasm/jbig2.wasm", "wasm/openjpeg.wasm", "wasm/qcms_bg.wasm", "standard_fonts/*.*", "iccs/*.*")
"""What pdf.js fetches while it draws; its interpreter of scripts and the East Asian character maps stay behind."""
SPRITES = ("icons.svg", "favicon.svg")


def worker(shell: bytes) -> str:
    """The service worker's program, for a page that looks like ``shell``. Without a build: one that does nothing."""
    manifest = _manifest()
    if WORKER not in manifest:
        return ""
    assets = [_address(name) for name in sorted({*_parts(manifest), *_data()})] + [static(name) for name in SPRITES]
    look = hashlib.sha256(shell + "".join(assets).encode() + manifest[WORKER]["file"].encode()).hexdigest()
    packing = {"version": look[:16], "page": reverse("offline"), "assets": assets}
    program = _address(manifest[WORKER]["file"])
    return f"self.packing = {json.dumps(packing)};\nimportScripts({json.dumps(program)});\n"


def _folder() -> Path:
    return Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).parent


def _manifest() -> dict[str, Any]:
    path = _folder() / "manifest.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _parts(manifest: dict[str, Any]) -> Iterator[str]:
    """Files of the entries, with all that they import, at once or later."""
    waiting, seen = list(ENTRIES), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = manifest[name]
        yield from [chunk["file"], *chunk.get("css", []), *chunk.get("assets", [])]
        waiting += [*chunk.get("imports", []), *chunk.get("dynamicImports", [])]


def _data() -> Iterator[str]:
    for pattern in DATA:
        for path in (_folder() / "pdfjs").glob(pattern):
            yield path.relative_to(_folder()).as_posix()


def _address(name: str) -> str:
    """Files of the build keep their names: Vite has put the hash into them."""
    return f"{settings.STATIC_URL}{settings.DJANGO_VITE['default']['static_url_prefix']}/{name}"

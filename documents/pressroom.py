"""``python -m documents.pressroom``: the process in which ``press`` has PDFs read. Knows no database and no settings."""

import json
import sys
from pathlib import Path

from documents.failures import ConversionError
from documents.rendering import draw_for_recognition, first_page_text, linearise, rendered_pages
from documents.word_layers import layer_of, with_layers

COPY, COUNT, FAILURE = "reading.pdf", "count", "failure"
"""Names in the folder: the reading copy, its number of pages, or why there is none. A page is ``7.json`` and ``7.webp``."""


def main(words: list[str]) -> int:
    match words:
        case ["copy", source, folder, max_pages]:
            return _copy(Path(source), Path(folder), int(max_pages))
        case ["draw", source, number, target]:
            draw_for_recognition(Path(source), int(number), Path(target))
        case ["layer", recognised, picture, target]:
            layer_of(Path(recognised), Path(picture), Path(target))
        case ["lay", source, folder, target]:
            with_layers(Path(source), {int(path.stem): path for path in Path(folder).glob("*.pdf")}, Path(target))
        case ["first", source, target]:
            with Path(source).open("rb") as file:
                Path(target).write_text(first_page_text(file))
        case _:
            return 2
    return 0


def _copy(source: Path, folder: Path, max_pages: int) -> int:
    try:
        pages = linearise(source, folder / COPY, max_pages=max_pages)
        _put(folder / COUNT, str(pages))
        for page in rendered_pages(folder / COPY):
            about = page._asdict()
            (folder / f"{page.number}.webp").write_bytes(about.pop("image"))
            _put(folder / f"{page.number}.json", json.dumps(about))
    except ConversionError as error:
        _put(folder / FAILURE, error.code)
        return 1
    return 0


def _put(path: Path, text: str) -> None:
    """Whole or not at all: the other side looks at any moment."""
    half = path.with_suffix(".half")
    half.write_text(text)
    half.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

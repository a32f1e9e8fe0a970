"""Whether a PDF opens, told by the exit status of a process of its own: ``python opening.py FILE``.

Unpacking a few hundred kilobytes may want gigabytes, which only this process then lacks. It imports nothing of ours, so
that it starts in a fifth of a second.
"""

import sys

import pikepdf

WHOLE, LOCKED, DAMAGED = 0, 10, 11


def main(path: str) -> int:
    try:
        with pikepdf.open(path) as pdf:
            return WHOLE if len(pdf.pages) else DAMAGED
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return DAMAGED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

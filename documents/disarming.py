"""Taking out of a PDF what acts by itself or carries other files: scripts, programs to start, forms that send, attachments.

ISO 32000-1, sections 12.6 (actions), 7.11.4 (embedded files), 12.7.8 (XFA).
"""

import pikepdf

_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute",
}  # fmt: skip
"""Kinds of action that a reading copy does not need. Links to a page and to an address of the web stay."""
_HOLDERS = ("/A", "/PA", "/Next", "/OpenAction")
_CARRIERS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
"""Kinds of annotation that carry another file or play it."""


def disarm(pdf: pikepdf.Pdf) -> None:
    """Take them out of ``pdf``, wherever they hang: at the document, a page, an annotation, a field, an outline."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary):
            _disarm(thing)
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        _drop(names, "/JavaScript", "/EmbeddedFiles")
    _drop(pdf.Root, "/AA", "/AF", "/Collection")
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        _drop(form, "/XFA")
    for page in pdf.pages:
        _disarm_page(page.obj)


def _disarm_page(page: pikepdf.Object) -> None:
    _drop(page, "/AA", "/AF")
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return
    kept = [one for one in annotations if isinstance(one, pikepdf.Dictionary) and one.get("/Subtype") not in _CARRIERS]
    for annotation in kept:
        _disarm(annotation)
        _drop(annotation, "/AA", "/AF")
    page["/Annots"] = pikepdf.Array(kept)


def _disarm(thing: pikepdf.Dictionary) -> None:
    """``thing`` may hold an action, be one, be a field or the description of an embedded file."""
    for holder in _HOLDERS:
        action = thing.get(holder)
        if isinstance(action, pikepdf.Dictionary) and action.get("/S") in _ACTIONS:
            _drop(thing, holder)
    if thing.get("/S") in _ACTIONS:
        _drop(thing, "/JS", "/F", "/Win", "/Mac", "/Unix", "/R", "/S")
    if "/FT" in thing:
        _drop(thing, "/AA")
    if thing.get("/Type") in ("/Filespec", "/F"):
        _drop(thing, "/EF", "/RF")


def _drop(thing: pikepdf.Object, *keys: str) -> None:
    for key in keys:
        if key in thing:
            del thing[key]

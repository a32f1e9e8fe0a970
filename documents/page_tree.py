"""Where a PDF keeps its pages (ISO 32000-2, 7.7.3), laid out for who reads it in parts (ADR 0130).

In a linearised file each page's dictionary lies beside its content. A reader that looks for one page of a flat tree reads
the dictionaries of all: a piece of every page, 64 KB each. With a node of its own for each page, which says that it
counts one page, it reads the nodes, which lie together, and then the one page.
"""

import pikepdf

INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
"""What a page may have from the nodes above it (ISO 32000-2, table 31)."""
_DEEPEST = 64


def give_each_page_a_node(pdf: pikepdf.Pdf) -> None:
    """Hang each page of ``pdf`` into a node of its own, directly below the root."""
    pages = [page.obj for page in pdf.pages]
    root = pdf.Root.Pages
    for page in pages:
        _take_what_is_inherited(page)
    nodes = []
    for page in pages:
        node = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Parent=root, Count=1, Kids=[page]))
        page.Parent = node
        nodes.append(node)
    root.Kids = pikepdf.Array(nodes)
    root.Count = len(nodes)
    for key in INHERITED:
        if key in root:
            del root[key]


def _take_what_is_inherited(page: pikepdf.Object) -> None:
    for key in INHERITED:
        node: pikepdf.Object | None = page
        for _level in range(_DEEPEST):
            if not isinstance(node, pikepdf.Dictionary):
                break
            if key in node:
                page[key] = node[key]
                break
            node = node.get("/Parent")

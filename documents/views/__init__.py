"""Pages and files of papers: thin, each calls one operation."""

"""Pages of meetings: thin, each calls one operation."""

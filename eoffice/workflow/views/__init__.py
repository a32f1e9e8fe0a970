"""Pages of tasks: thin, each calls one operation."""

"""Pages of schedules: thin, each calls one operation."""

"""Incoming documents: registered, submitted, directed, passed on, returned, answered (docs/domain/incoming-documents.md)."""

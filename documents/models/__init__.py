from documents.models.paper import Grant, Page, Paper, PaperVersion, Reading

__all__ = ["Grant", "Page", "Paper", "PaperVersion", "Reading"]

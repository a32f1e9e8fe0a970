from documents.models.paper import Grant, Page, Paper, PaperVersion, Reading
from documents.models.recognition import Recognition

__all__ = ["Grant", "Page", "Paper", "PaperVersion", "Reading", "Recognition"]

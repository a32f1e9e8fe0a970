from documents.models.paper import Exclusion, Grant, Page, Paper, PaperVersion, Reading
from documents.models.recognition import Recognition

__all__ = ["Exclusion", "Grant", "Page", "Paper", "PaperVersion", "Reading", "Recognition"]

from documents.models.annotation import Annotation
from documents.models.comment import Comment
from documents.models.official_pdf import OfficialPdf
from documents.models.paper import Exclusion, Grant, Page, Paper, PaperVersion, Reading
from documents.models.recognition import Recognition
from documents.models.register import NumberAllocation, Register
from documents.models.signature import SignatureStep, SignedDocument, SigningCredential

__all__ = [
    "Annotation",
    "Comment",
    "Exclusion",
    "Grant",
    "NumberAllocation",
    "OfficialPdf",
    "Page",
    "Paper",
    "PaperVersion",
    "Reading",
    "Recognition",
    "Register",
    "SignatureStep",
    "SignedDocument",
    "SigningCredential",
]

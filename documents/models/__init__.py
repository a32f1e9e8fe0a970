from documents.models.annotation import Annotation
from documents.models.circulation import Routing, Sending
from documents.models.comment import Comment
from documents.models.incoming import Delivery, IncomingDocument, IncomingFile
from documents.models.official_pdf import OfficialPdf
from documents.models.paper import Exclusion, Grant, Page, Paper, PaperVersion, Reading
from documents.models.recognition import Recognition
from documents.models.register import NumberAllocation, Register
from documents.models.signature import SignatureStep, SignedDocument, SigningCredential
from documents.models.urging import UrgedTask, UrgingSlip

__all__ = [
    "Annotation",
    "Comment",
    "Delivery",
    "Exclusion",
    "Grant",
    "IncomingDocument",
    "IncomingFile",
    "NumberAllocation",
    "OfficialPdf",
    "Page",
    "Paper",
    "PaperVersion",
    "Reading",
    "Recognition",
    "Register",
    "Routing",
    "Sending",
    "SignatureStep",
    "SignedDocument",
    "SigningCredential",
    "UrgedTask",
    "UrgingSlip",
]

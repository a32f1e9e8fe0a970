"""A few incoming documents of the demo city: one just registered, one before the Chairman, one with a department."""

import datetime as dt

from documents.circulation import registering, sending
from documents.circulation.registering import Facts
from documents.models import IncomingDocument
from eoffice.demo.sheets_of_paper import letter
from eoffice.organisation.models import Appointment, Unit

_CAME = [
    ("Bộ Xây dựng", "215/BXD-QLN", "Về việc rà soát, sắp xếp trụ sở làm việc dôi dư", "urgent", 3),
    ("Bộ Tài chính", "1043/BTC-QLCS", "Về việc báo cáo tình hình giải ngân vốn đầu tư công", "very_urgent", 2),
    ("Công ty TNHH Môi trường Xanh", "18/MTX", "Kiến nghị về điểm tập kết rác thải xây dựng", "normal", 1),
]


def arrive(today: dt.date, *, clerk: Appointment, chair: Appointment, committee: Unit, department: Unit) -> None:
    """What came in over the last days, unless something did already."""
    if IncomingDocument.objects.exists():
        return
    documents = []
    for sender, code, subject, urgency, days in _CAME:
        facts = Facts(
            sender=sender,
            code=code,
            issued_on=today - dt.timedelta(days=days),
            subject=subject,
            urgency=urgency,
            pages=2,
        )
        upload = letter(
            "van-ban.docx", subject, [f"Kính gửi {committee.name}.", f"{sender} trao đổi {subject.lower()}."]
        )
        documents.append(registering.register(clerk, committee, facts, arrived_on=today, uploads=[upload]))
    for document in documents[:2]:
        sending.submit(clerk, document, chair, text="Kính trình đồng chí cho ý kiến.")
    words = sending.Words(text="Giao Sở Xây dựng chủ trì, tham mưu văn bản trả lời.", lead=[department], due_days=5)
    sending.direct(chair, documents[0].lines.get(), words)

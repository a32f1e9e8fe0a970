"""Addresses of incoming documents."""

from django.urls import path

from documents.circulation.acts import ACTS
from documents.views import incoming, incoming_book, incoming_document

urlpatterns = [
    path("", incoming.incoming_list, name="incoming-list"),
    path("new/", incoming.incoming_register, name="incoming-register"),
    path("twins/", incoming.incoming_twins, name="incoming-twins"),
    path("deliveries/<int:pk>/", incoming.incoming_delivery, name="incoming-delivery"),
    path("register/", incoming_book.incoming_book, name="incoming-book"),
    path("register/export/", incoming_book.incoming_export, name="incoming-export"),
    path("<int:pk>/", incoming_document.incoming_detail, name="incoming-detail"),
    path("<int:pk>/edit/", incoming.incoming_edit, name="incoming-edit"),
    path("<int:pk>/cancel/", incoming.incoming_cancel, name="incoming-cancel"),
    path("<int:pk>/files/", incoming_document.incoming_attach, name="incoming-attach"),
    path("<int:pk>/files/<int:file>/", incoming.incoming_file, name="incoming-file"),
    path("<int:pk>/lines/<int:line>/recipients/", incoming_document.line_recipients, name="incoming-recipients"),
    path("<int:pk>/submit/", incoming_document.incoming_submit, name="incoming-submit"),
    *[
        path(
            f"<int:pk>/lines/<int:line>/{code}/",
            incoming_document.line_act,
            {"act": code},
            name=f"incoming-line-{code}",
        )
        for code in ACTS
    ],
]

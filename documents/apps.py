from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        """A task that came of an incoming document ends the lines that became it."""
        from documents.circulation import closing
        from documents.models import IncomingDocument
        from eoffice.workflow import endings

        endings.when_ended(IncomingDocument, closing.task_ended)

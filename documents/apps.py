from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        """A task that came of an incoming document ends the lines that became it; assistants may draft directives."""
        from documents.circulation import closing, drafts
        from documents.models import IncomingDocument
        from eoffice.workflow import endings

        endings.when_ended(IncomingDocument, closing.task_ended)
        drafts.register()

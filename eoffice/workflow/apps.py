from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "eoffice.workflow"
    label = "workflow"

    def ready(self) -> None:
        """Assistants may draft some acts on tasks."""
        from eoffice.workflow import task_drafts

        task_drafts.register()

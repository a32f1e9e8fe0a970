from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "eoffice.workflow"
    label = "workflow"

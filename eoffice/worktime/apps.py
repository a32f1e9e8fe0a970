from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "eoffice.worktime"
    label = "worktime"

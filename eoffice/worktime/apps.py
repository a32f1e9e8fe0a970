from django.apps import AppConfig


class WorktimeConfig(AppConfig):
    name = "eoffice.worktime"
    label = "worktime"

    def ready(self) -> None:
        """Mail keeps quiet on days off."""
        from eoffice.notifications import quiet
        from eoffice.worktime.open_days import OpenDays

        quiet.ask_open_days(lambda day: OpenDays.since(day).is_open)

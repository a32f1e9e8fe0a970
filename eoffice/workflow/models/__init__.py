from eoffice.workflow.models.duty import Duty
from eoffice.workflow.models.figure import MonthlyFigure
from eoffice.workflow.models.reminder import Reminder
from eoffice.workflow.models.report import Evidence, Report, TaskRequest
from eoffice.workflow.models.task import Task, TaskParty

__all__ = ["Duty", "Evidence", "MonthlyFigure", "Reminder", "Report", "Task", "TaskParty", "TaskRequest"]

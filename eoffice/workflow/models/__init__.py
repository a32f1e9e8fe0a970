from eoffice.workflow.models.batch import TaskBatch
from eoffice.workflow.models.draft import Draft
from eoffice.workflow.models.duty import Duty
from eoffice.workflow.models.figure import MonthlyFigure
from eoffice.workflow.models.recurrence import Occurrence, RecurringTask
from eoffice.workflow.models.reminder import Reminder
from eoffice.workflow.models.report import Evidence, Report, TaskRequest
from eoffice.workflow.models.task import Task, TaskParty

__all__ = [
    "Draft",
    "Duty",
    "Evidence",
    "MonthlyFigure",
    "Occurrence",
    "RecurringTask",
    "Reminder",
    "Report",
    "Task",
    "TaskBatch",
    "TaskParty",
    "TaskRequest",
]

from django.urls import path

from eoffice.workflow.acts import ACTS
from eoffice.workflow.views import batches, board, calendar_effects, delegations, detail, lists, recurring, sharing

urlpatterns = [
    path("", lists.task_list, name="task-list"),
    path("kanban/", lists.task_kanban, name="task-kanban"),
    path("calendar/", lists.task_calendar, name="task-calendar"),
    path("export.xlsx", lists.task_export, {"kind": "xlsx"}, name="task-xlsx"),
    path("export.csv", lists.task_export, {"kind": "csv"}, name="task-csv"),
    path("share/", sharing.task_share, name="task-share"),
    path("board/", board.task_board, name="task-board"),
    path("board/months/", board.task_board_months, name="task-board-months"),
    path("board/sheet/", board.task_board_sheet, name="task-board-sheet"),
    path("board/export.xlsx", board.task_board_export, {"kind": "xlsx"}, name="task-board-xlsx"),
    path("board/export.csv", board.task_board_export, {"kind": "csv"}, name="task-board-csv"),
    path("delegations/", delegations.delegation_list, name="delegation-list"),
    path("delegations/<int:pk>/confirm/", delegations.delegation_confirm, name="delegation-confirm"),
    path("delegations/<int:pk>/end/", delegations.delegation_end, name="delegation-end"),
    path("calendar/effects/", calendar_effects.calendar_effects, name="calendar-effects"),
    path("recurring/<int:pk>/", recurring.recurring_task, name="recurring-task"),
    path("recurring/<int:pk>/change/", recurring.recurring_change, name="recurring-change"),
    path("recurring/<int:pk>/stop/", recurring.recurring_stop, name="recurring-stop"),
    path("each/<int:pk>/", batches.task_batch, name="task-batch"),
    path("<int:pk>/", detail.task_detail, name="task-detail"),
    path("<int:pk>/history/", detail.task_history, name="task-history"),
    path("<int:pk>/evidence/<int:evidence>/", detail.task_evidence, name="task-evidence"),
    *[path(f"<int:pk>/{code}/", detail.task_act, {"act": code}, name=f"task-{code}") for code in ACTS],
]

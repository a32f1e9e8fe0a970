from django.urls import path

from eoffice.workflow.acts import ACTS
from eoffice.workflow.views import detail, lists

urlpatterns = [
    path("", lists.task_list, name="task-list"),
    path("<int:pk>/", detail.task_detail, name="task-detail"),
    path("<int:pk>/evidence/<int:evidence>/", detail.task_evidence, name="task-evidence"),
    *[path(f"<int:pk>/{code}/", detail.task_act, {"act": code}, name=f"task-{code}") for code in ACTS],
]

from django.urls import path

from meetings.views import agenda, detail, invitees, lists, planning, room

urlpatterns = [
    path("", lists.meeting_list, name="meeting-list"),
    path("new/", planning.meeting_create, name="meeting-create"),
    path("<int:pk>/", detail.meeting_detail, name="meeting-detail"),
    path("<int:pk>/edit/", planning.meeting_edit, name="meeting-edit"),
    path("<int:pk>/issue/", planning.meeting_issue, name="meeting-issue"),
    path("<int:pk>/cancel/", planning.meeting_cancel, name="meeting-cancel"),
    path("<int:pk>/postpone/", planning.meeting_postpone, name="meeting-postpone"),
    path("<int:pk>/calendar/", detail.meeting_calendar, name="meeting-calendar"),
    path("<int:pk>/sites/", invitees.site_list, name="meeting-sites"),
    path("<int:pk>/room/", room.room, name="meeting-room"),
    path("<int:pk>/items/", agenda.item_create, name="agenda-item-create"),
    path("items/<int:pk>/edit/", agenda.item_edit, name="agenda-item-edit"),
    path("items/<int:pk>/move/", agenda.item_move, name="agenda-item-move"),
    path("items/<int:pk>/remove/", agenda.item_remove, name="agenda-item-remove"),
    path("items/<int:pk>/papers/", agenda.paper_table, name="agenda-paper-table"),
    path("tablings/<int:pk>/remove/", agenda.paper_untable, name="agenda-paper-untable"),
    path("<int:pk>/invitations/", invitees.line_create, name="invitation-line-create"),
    path("invitations/<int:pk>/remove/", invitees.line_remove, name="invitation-line-remove"),
    path("sites/<int:pk>/nominations/", invitees.nomination_create, name="nomination-create"),
    path("nominations/<int:pk>/remove/", invitees.nomination_remove, name="nomination-remove"),
]

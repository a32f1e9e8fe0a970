"""Addresses of schedules."""

from django.urls import path

from eoffice.calendar.views import week_desk, week_requests, weeks

urlpatterns = [
    path("weeks/", weeks.week_list, name="week-list"),
    path("weeks/requests/<int:pk>/", week_requests.week_request, name="week-request"),
    path("weeks/requests/<int:pk>/edit/", week_requests.week_request_edit, name="week-request-edit"),
    path("weeks/requests/<int:pk>/do/<slug:act>/", week_requests.week_request_act, name="week-request-act"),
    path("weeks/lines/<int:pk>/", week_desk.week_line, name="week-line"),
    path("weeks/lines/<int:pk>/do/<slug:act>/", week_desk.week_line_act, name="week-line-act"),
    path("weeks/lines/<int:pk>/meeting/", week_desk.week_line_meeting, name="week-line-meeting"),
    path("weeks/<int:unit>/settings/", week_desk.week_settings, name="week-settings"),
    path("weeks/<int:unit>/<str:day>/", weeks.week, name="week"),
    path("weeks/<int:unit>/<str:day>/publish/", weeks.week_publish, name="week-publish"),
    path("weeks/<int:unit>/<str:day>/editions/<int:number>/changes/", weeks.week_changes, name="week-changes"),
    path("weeks/<int:unit>/<str:day>/editions/<int:number>/xlsx/", weeks.week_xlsx, name="week-xlsx"),
    path("weeks/<int:unit>/<str:day>/register/", week_requests.week_register, name="week-register"),
    path("weeks/<int:unit>/<str:day>/check/", week_requests.week_check, name="week-check"),
    path("weeks/<int:unit>/<str:day>/compile/", week_desk.week_compile, name="week-compile"),
    path("weeks/<int:unit>/<str:day>/lines/new/", week_desk.week_line_new, name="week-line-new"),
    path("weeks/<int:unit>/<str:day>/submit/", week_desk.week_submit, name="week-submit"),
    path("weeks/<int:unit>/<str:day>/conflict/", week_desk.week_conflict, name="week-conflict"),
    path("weeks/<int:unit>/<str:day>/approve/", week_desk.week_approve, name="week-approve"),
]

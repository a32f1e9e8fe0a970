"""Addresses of the account pages. Of allauth's, those that change the mail address are left out: it is
given with the account.
"""

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from eoffice.accounts import views

urlpatterns = [
    path("", views.account_profile, name="account-profile"),
    path("language/", views.set_language, name="set_language"),
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", login_not_required(allauth_views.logout), name="account_logout"),
    path("signup/", allauth_views.signup, name="account_signup"),
    path("inactive/", login_not_required(allauth_views.account_inactive), name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path("password/set/", allauth_views.password_set, name="account_set_password"),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        login_not_required(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("sessions/<int:pk>/end/", views.session_end, name="session-end"),
]

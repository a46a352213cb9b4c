"""Doors of people: sign-in and second factor (the few of allauth's that we open), and our own."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path

from . import views

# Sign-up, e-mail changes and everything else of allauth have no door. Password reset goes by a new link from the office.
account_urlpatterns: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", factor.index, name="mfa_index"),
    path("2fa/authenticate/", factor.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
]

urlpatterns: list[URLPattern] = [
    path("people/", views.people_list, name="people_list"),
    path("people/invite/", views.invite, name="invite"),
    path("people/keys/", views.token_list, name="token_list"),
    path("people/keys/<int:pk>/withdraw/", views.token_withdraw, name="token_withdraw"),
    path("people/telephone/", views.telephone, name="telephone"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/link/", views.send_link, name="send_link"),
    path("people/<int:pk>/close/", views.account_close, name="account_close"),
    path("people/<int:pk>/grants/new/", views.grant_new, name="grant_new"),
    path("grants/<int:pk>/approve/", views.grant_approve, name="grant_approve"),
    path("grants/<int:pk>/end/", views.grant_end, name="grant_end"),
    path("invitation/<str:secret>/", views.invitation, name="invitation"),
    path("trail/", views.trail, name="trail"),
]

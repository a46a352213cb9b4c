"""Pages about people: who they are, what they may do, keys for programs, the trail."""

from allauth.account import views as account
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from . import rules, services
from .access import Refused, may, require, rights_of
from .forms import AcceptForm, GrantForm, InvitationForm, PeopleFilterForm, TelephoneForm, TokenForm
from .models import ApiToken, Grant, Invitation, User, digest
from .places import region_names
from .requests import PersonRequest
from .roles import Act, Role, Thing
from .services import CLIENT_DOMAIN
from .trail_pages import trail_page

PAGE = 50


def described(grants: list[Grant]) -> list[dict[str, object]]:
    """Grants with their region's name and condition, for a page."""
    today, names = timezone.localdate(), region_names()
    return [
        {
            "grant": grant,
            "region": names.get(grant.region_code, grant.region_code),
            "condition": grant.condition(today),
        }
        for grant in grants
    ]


@login_not_required
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session. When the page says that nothing unsent is on the device, the browser forgets everything of this site."""
    response: HttpResponse = account.logout(request)
    if request.method == "POST" and request.POST.get("nothing_waits") == "yes" and not request.user.is_authenticated:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_safe
def people_list(request: PersonRequest) -> HttpResponse:
    """Everybody within reach: all for the office, the own organisation for its coordinator."""
    rights = rights_of(request.user)
    if not (may(request.user, Act.DECIDE, Thing.PEOPLE) or rights.has(Role.AUDITOR) or rules.may_invite(request.user)):
        raise PermissionDenied
    form = PeopleFilterForm(request.GET)
    people = User.objects.visible_to(request.user).exclude(email__endswith=f"@{CLIENT_DOMAIN}")
    if form.is_valid() and form.cleaned_data["q"]:
        for word in form.cleaned_data["q"].split():
            people = people.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
    today = timezone.localdate()
    people = people.select_related("organisation").order_by("full_name", "pk")
    people = people.prefetch_related(
        Prefetch("grants", Grant.objects.in_force(today).order_by("role", "pk"), to_attr="held")
    )
    context = {
        "form": form,
        "page": Paginator(people, PAGE).get_page(request.GET.get("page")),
        "may_invite": rules.may_invite(request.user),
        "keeps_tokens": may(request.user, Act.DECIDE, Thing.PEOPLE),
        "reads_trail": may(request.user, Act.READ, Thing.TRAIL),
        "waiting": waiting_grants(request.user),
    }
    return render(request, "people/people_list.html", context)


def waiting_grants(user: User) -> list[dict[str, object]]:
    """Grants that this person may approve now; nothing for those who may not."""
    if not may(user, Act.DECIDE, Thing.PEOPLE):
        return []
    waiting = Grant.objects.awaiting_approval().filter(user__is_active=True)
    waiting = waiting.exclude(proposed_by=user).exclude(user=user).select_related("user", "proposed_by")
    return described(list(waiting.order_by("starts", "pk")))


@require_safe
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """One person: organisation, roles with their history, what can be done."""
    person = get_object_or_404(User.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    grants = list(person.grants.select_related("proposed_by", "approved_by").order_by("-starts", "-pk"))
    decides = may(request.user, Act.DECIDE, Thing.PEOPLE)
    closes = may(request.user, Act.EDIT, Thing.PEOPLE)
    today = timezone.localdate()
    rows = described(grants)
    for row, grant in zip(rows, grants, strict=True):
        if decides and row["condition"] == "waiting":
            row["approve_obstacles"] = rules.obstacles_to_approve(grant, request.user)
        if decides and row["condition"] != "ended":
            row["end_obstacles"] = rules.obstacles_to_end(grant, today)
    context = {
        "person": person,
        "rows": rows,
        "decides": decides,
        "closes": closes,
        "is_self": person == request.user,
        "sees_telephone": decides or person == request.user,
        "close_obstacles": rules.obstacles_to_close(person, request.user, today) if closes else [],
    }
    return render(request, "people/person.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def telephone(request: PersonRequest) -> HttpResponse:
    """One's own telephone."""
    kept = {"telephone": request.user.telephone}
    form = TelephoneForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["telephone"]
        services.write_telephone(person=request.user, telephone=number, by=request.user, at=timezone.now())
        messages.success(request, _("The telephone was saved.") if number else _("No telephone is kept any more."))
        return redirect("person", request.user.pk)
    return render(request, "people/telephone.html", {"form": form})


@require_http_methods(["GET", "POST"])
def invite(request: PersonRequest) -> HttpResponse:
    """Invites a new person by e-mail."""
    if not rules.may_invite(request.user):
        raise PermissionDenied
    form = InvitationForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.invite(
                email=data["email"],
                organisation=data["organisation"],
                role=data.get("role", ""),
                region_code=data.get("region", ""),
                by=request.user,
                at=timezone.now(),
                door=request.build_absolute_uri,
            )
        except Refused as refusal:
            form.add_error(None, refusal.obstacles)
        except OSError:
            form.add_error(None, _("The letter could not be sent. Tell the administrator; nothing typed here is lost."))
        else:
            messages.success(request, _("The invitation has been sent to %(email)s.") % {"email": data["email"]})
            return redirect("people_list")
    return render(request, "people/invite.html", {"form": form})


@never_cache
@sensitive_post_parameters()
@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind an invitation's link. Unknown, used and expired links look the same."""
    found = Invitation.objects.filter(secret_digest=digest(secret)).first()
    if obstacles := rules.obstacles_to_accept(found, timezone.now()):
        return render(request, "people/invitation_over.html", {"obstacles": obstacles}, status=404)
    email = found.email if found else ""
    form = AcceptForm(request.POST or None, email=email, initial={"language": request.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.accept_invitation(
                secret=secret,
                full_name=data["full_name"],
                telephone=data["telephone"],
                language=data["language"],
                password=data["password"],
                at=timezone.now(),
            )
        except Refused as refusal:
            return render(request, "people/invitation_over.html", {"obstacles": refusal.obstacles}, status=404)
        messages.success(request, _("The account is ready. Sign in with the new password."))
        return redirect("account_login")
    return render(request, "people/invitation.html", {"form": form, "email": email})


def person_to_decide(request: PersonRequest, pk: int) -> User:
    """A person within reach whose roles the signed-in person may decide; 404 outside reach, 403 without the right."""
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    require(request.user, Act.DECIDE, Thing.PEOPLE)
    return found


@require_POST
def send_link(request: PersonRequest, pk: int) -> HttpResponse:
    """Sends a new sign-in link to somebody who lost the password."""
    person = person_to_decide(request, pk)
    try:
        services.send_new_link(person=person, by=request.user, at=timezone.now(), door=request.build_absolute_uri)
        messages.success(request, _("A new link has been sent to %(email)s.") % {"email": person.email})
    except Refused as refusal:
        messages.error(request, str(refusal))
    except OSError:
        messages.error(request, _("The letter could not be sent. Tell the administrator."))
    return redirect("person", pk)


@require_http_methods(["GET", "POST"])
def grant_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Proposes a role for a person."""
    person = person_to_decide(request, pk)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.propose_grant(
                person=person,
                role=data["role"],
                region_code=data["region"],
                starts=data["starts"],
                until=data["until"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.obstacles)
        else:
            messages.success(
                request, _("The role has been proposed. It takes effect when a second person approves it.")
            )
            return redirect("person", pk)
    return render(request, "people/grant_new.html", {"form": form, "person": person})


def grant_to_decide(request: PersonRequest, pk: int) -> Grant:
    """A grant of a person within reach; 404 outside reach, 403 without the right."""
    visible = User.objects.visible_to(request.user)
    grant = get_object_or_404(Grant.objects.filter(user__in=visible).select_related("user"), pk=pk)
    require(request.user, Act.DECIDE, Thing.PEOPLE)
    return grant


@require_POST
def grant_approve(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person's yes."""
    grant = grant_to_decide(request, pk)
    try:
        services.approve_grant(grant=grant, by=request.user, at=timezone.now())
        messages.success(request, _("The role is in force."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("person", grant.user_id)


@require_POST
def grant_end(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends a role or takes back a proposal."""
    grant = grant_to_decide(request, pk)
    try:
        services.end_grant(grant=grant, by=request.user, at=timezone.now())
        messages.success(request, _("The role has ended."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("person", grant.user_id)


@require_POST
def account_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Closes an account, or opens it again (`again` in the form)."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    require(request.user, Act.EDIT, Thing.PEOPLE)
    act = services.reopen_account if "again" in request.POST else services.close_account
    try:
        act(person=person, by=request.user, at=timezone.now())
        messages.success(request, _("The account is open.") if person.is_active else _("The account is closed."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("person", pk)


@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: PersonRequest) -> HttpResponse:
    """Keys for programs; a new key's secret is shown once, on the page that answers the form."""
    require(request.user, Act.DECIDE, Thing.PEOPLE)
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _token, secret = services.issue_token(
            name=data["name"], region_code=data["region"], days=data["days"], by=request.user, at=timezone.now()
        )
        form = TokenForm()
    names, now = region_names(), timezone.now()
    rows = [
        {"token": token, "region": names.get(token.region_code, token.region_code), "in_force": token.in_force(now)}
        for token in ApiToken.objects.order_by("-created_at", "-pk")
    ]
    return render(request, "people/token_list.html", {"form": form, "secret": secret, "rows": rows})


@require_POST
def token_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """Ends a key at once."""
    require(request.user, Act.DECIDE, Thing.PEOPLE)
    services.withdraw_token(token=get_object_or_404(ApiToken, pk=pk), by=request.user, at=timezone.now())
    messages.success(request, _("The key does not work any more."))
    return redirect("token_list")


@require_safe
def trail(request: PersonRequest) -> HttpResponse:
    """Who did what: all for the auditor, all but own acts for the coordinator, own acts for others."""
    require(request.user, Act.READ, Thing.TRAIL)
    return render(request, "people/trail.html", trail_page(request.user, request.GET))

"""API of institutions (read-only). Registered in ombudsman/api.py."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from ombudsman.api_parts import WordsField
from ombudsman.people.access import rights_of
from ombudsman.people.roles import Act, Reach, Thing

from .filters import InstitutionFilter
from .models import Institution


class OpensRegister(BasePermission):
    """Those whose role opens the register; a name released to everybody opens no list."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        scopes = rights_of(request.user).scopes(Act.READ, Thing.INSTITUTION)
        return any(scope.reach is not Reach.RELEASED for scope in scopes)


class InstitutionSerializer(serializers.ModelSerializer[Institution]):
    """One place of the register. `kind`, `region` and `authority` are codes."""

    name = WordsField()
    locality = WordsField()
    kind = serializers.SlugRelatedField[Institution](slug_field="code", read_only=True)
    region = serializers.SlugRelatedField[Institution](slug_field="iso", read_only=True)
    authority = serializers.SlugRelatedField[Institution](slug_field="code", read_only=True)

    class Meta:
        model = Institution
        fields = [
            "uid",
            "name",
            "locality",
            "kind",
            "region",
            "authority",
            "capacity",
            "sexes",
            "age_from",
            "age_to",
            "opened_on",
            "closed_on",
        ]


class InstitutionViewSet(ReadOnlyModelViewSet[Institution]):
    """Institutions within the region of the key or of the person, in Kazakh alphabetical order."""

    queryset = Institution.objects.none()
    serializer_class = InstitutionSerializer
    filterset_class = InstitutionFilter
    permission_classes = [OpensRegister]
    lookup_field = "uid"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> "QuerySet[Institution]":
        visible = Institution.objects.visible_to(self.request.user)
        return visible.select_related("kind", "region", "authority").in_alphabet()

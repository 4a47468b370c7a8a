"""Who may see and do what in an association.

Anyone reads what is public; a role in an association reads its drafts too; only its secretary writes.
"""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from members.models import Association, Role, User


@dataclass(frozen=True, slots=True)
class Access:
    """What one visitor may do in one association."""

    role: str = ""

    @property
    def reads_drafts(self) -> bool:
        """Whether budgets that are not public may be read."""
        return bool(self.role)

    @property
    def writes(self) -> bool:
        """Whether figures may be entered."""
        return self.role == Role.Kind.SECRETARY

    @property
    def role_name(self) -> str:
        """The role in Swedish, empty for a visitor."""
        return str(Role.Kind(self.role).label) if self.role else ""


VISITOR = Access()


def access_to(association: Association, user: User | AnonymousUser) -> Access:
    """What ``user`` may do in ``association``: one query for a logged-in user, none for a visitor."""
    if not user.is_authenticated:
        return VISITOR
    role = Role.objects.filter(association=association, user_id=user.pk).first()
    return Access(role.kind) if role else VISITOR

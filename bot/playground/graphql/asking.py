"""One GraphQL request: who asks, of which GitHub, and what of it they may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from graphql import GraphQLResolveInfo

from bot.playground.access import Caller, Level, Scope
from bot.playground.github.limits import Window
from bot.playground.graphql.connections import Key, Page, page
from bot.playground.graphql.cost import Cost
from bot.playground.graphql.failures import Failure, failure_of, no_node, not_accessible
from bot.playground.graphql.homes import home_of, scopes_of
from bot.playground.graphql.objects import LabelIn, git_object
from bot.playground.hub import Hub
from bot.playground.people import Role, User
from bot.playground.refusals import Refused
from bot.playground.state import Label, Repository

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asking:
    """What resolvers know besides the thing they are asked about."""

    hub: Hub
    caller: Caller
    cost: Cost
    window: Window
    hides: Callable[[str], bool]  # whether that node is not in lists yet (a lagging replica)

    @property
    def viewer(self) -> User:
        return self.caller.actor

    def page(
        self, name: str, items: Sequence[T], key: Callable[[T], Key], arguments: dict[str, Any]
    ) -> Page[T]:
        """The asked-for page of a list, without what this replica has not heard of yet."""
        shown = [each for each in items if not self.hides(str(getattr(each, "node_id", "")))]
        return page(name, shown, key, arguments)

    def may_read(self, repository: Repository, *scopes: Scope) -> None:
        """Refuses a field for which the token carries none of the permissions."""
        if not any(self.caller.may(repository, scope, "read") for scope in scopes):
            self._outside("read", scopes, repository)
            raise not_accessible()

    def may_write(self, repository: Repository, act: str, role: Role, *scopes: Scope) -> None:
        """Refuses a mutation unless the token carries one of the permissions, or the person the role."""
        if self.caller.installation is None:
            if not self.caller.at_least(repository, role):
                who = self.viewer.login
                raise Failure("FORBIDDEN", f"{who} does not have the correct permissions to execute `{act}`")
        elif not any(self.caller.may(repository, scope, "write") for scope in scopes):
            self._outside("write", scopes, repository)
            raise not_accessible()
        if repository.archived:
            raise Failure("FORBIDDEN", "Repository was archived so is read-only.")

    def find(self, identity: str, kind: type[T]) -> T:
        """The thing with that node id, if it is of that kind and the caller may see it."""
        found = self.node(identity)
        if not isinstance(found, kind):
            raise no_node(identity)
        return found

    def node(self, identity: str) -> Any:
        """Whatever has that node id and may be seen."""
        found = self._known(identity)
        home = None if found is None else home_of(found)
        if found is None or home is None:
            raise no_node(identity)
        if isinstance(home, Repository):
            self.sees(home, identity)
            self.may_read(home, *scopes_of(found))
        return found

    def _known(self, identity: str) -> Any:
        found = self.hub.node(identity) or git_object(self.hub, identity)
        if isinstance(found, Label):
            homes = (each for each in self.hub.repositories.values() if found in each.labels)
            return next((LabelIn(home, found) for home in homes), None)
        return found

    def sees(self, repository: Repository, identity: str) -> None:
        try:
            self.caller.sees_or_not_found(repository)
        except Refused as refused:
            raise (no_node(identity) if refused.status == 404 else failure_of(refused)) from refused

    def _outside(self, level: Level, scopes: tuple[Scope, ...], repository: Repository) -> None:
        self.caller.outside(
            f"{level} of {' or '.join(scopes)} on {repository.full_name} is not in this token"
        )


def asking(info: GraphQLResolveInfo[Any]) -> Asking:
    context = info.context
    assert isinstance(context, Asking)
    return context

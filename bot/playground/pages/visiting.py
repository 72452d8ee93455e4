"""One visit of a page: who looks, at what, and what they sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

from bot.playground.access import Caller
from bot.playground.github.asking import Answer, Ask
from bot.playground.github.rest import ROOMS
from bot.playground.github.routes import Router
from bot.playground.github.site import Site
from bot.playground.graphql.endpoint import answered
from bot.playground.hub import Hub
from bot.playground.people import Role, Token
from bot.playground.refusals import Refused, not_found
from bot.playground.state import Issue, PullRequest, Repository

COOKIE = "act_as"
_ROUTER = Router(ROOMS)


@dataclass(slots=True)
class Visit:
    """What a page's function gets."""

    site: Site
    person: Token  # as whom one acts
    path: str
    names: dict[str, str]
    query: Mapping[str, str]
    form: Mapping[str, list[str]]
    method: str = "GET"

    @property
    def hub(self) -> Hub:
        return self.site.hub

    @property
    def caller(self) -> Caller:
        return Caller(self.hub, self.person.user, self.person)

    # -- what it is about
    @property
    def repository(self) -> Repository:
        found = self.hub.repository(self.names["owner"], self.names["repo"])
        self.caller.sees_or_not_found(found)
        return found

    @property
    def issue(self) -> Issue:
        found = self.repository.issues.get(int(self.names["number"]))
        if found is None:
            raise not_found()
        return found

    @property
    def pull(self) -> PullRequest:
        pull = self.issue.pull
        if pull is None:
            raise not_found()
        return pull

    def may(self, role: Role) -> bool:
        return self.caller.at_least(self.repository, role)

    def may_change(self, issue: Issue, role: Role = "triage") -> bool:
        """Its author may, and who has that role."""
        return issue.author is self.person.user or self.may(role)

    # -- what was sent
    def said(self, name: str) -> str:
        """One field of the form; browsers send line ends as CR LF."""
        return self.form.get(name, [""])[0].replace("\r\n", "\n")

    def number(self, name: str) -> int | None:
        text = self.said(name)
        return int(text) if text.isdigit() else None

    # -- what is done
    def does(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The same request that the person could make by REST, with the same permissions."""
        found = _ROUTER.find(method, path)
        if found is None:
            raise not_found()
        ask = Ask(self.site, self.caller, method, path, found.names, {}, body or {}, {}, lambda _: False)
        answer: Answer = found.route.function(ask)
        return answer.body

    def mutates(self, mutation: str, **input: Any) -> None:
        """A GraphQL mutation, for what REST has no words for."""
        text = f"mutation($input: {mutation[0].upper()}{mutation[1:]}Input!) {{ {mutation}(input: $input) {{ __typename }} }}"
        said = answered(self.hub, self.caller, {"query": text, "variables": {"input": input}})
        if "errors" in said:
            first = said["errors"][0]
            status = {"FORBIDDEN": 403, "NOT_FOUND": 404}.get(first.get("type", ""), 422)
            raise Refused(status, str(first["message"]))

    @property
    def api(self) -> str:
        """The path of the repository in the API."""
        return f"/repos/{self.repository.full_name}"


Page = Callable[[Visit], Answer]


def people(hub: Hub) -> list[Token]:
    """Those whom one can act as, in the order in which they came."""
    return [each for each in hub.tokens.values() if each.user.kind == "User" and each.installation is None]


def chosen(hub: Hub, cookies: str) -> Token:
    """The person that the cookie names; without one the first, who is the maintainer."""
    everybody = people(hub)
    try:
        login = SimpleCookie(cookies)[COOKIE].value
    except (CookieError, KeyError):
        return everybody[0]
    return next((each for each in everybody if each.user.login == login), everybody[0])

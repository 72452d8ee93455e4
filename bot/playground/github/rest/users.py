"""Users, the rate limit, and the root."""

from __future__ import annotations

from bot.playground.github.asking import Answer, Ask, ok
from bot.playground.github.routes import Routes
from bot.playground.github.shapes import accounts
from bot.playground.refusals import Refused, forbidden, not_found

routes = Routes()


@routes.get("/user")
def get_me(ask: Ask) -> Answer:
    if ask.caller.installation is not None or ask.caller.app is not None:
        raise forbidden()
    if ask.caller.user is None:
        raise Refused(401, "Requires authentication")
    return ok(accounts.profile(ask.hub, ask.caller.user))


@routes.get("/users/{login}")
def get_user(ask: Ask) -> Answer:
    return ok(accounts.profile(ask.hub, ask.hub.user(ask.names["login"])))


@routes.get("/user/{number}")
def get_user_by_id(ask: Ask) -> Answer:
    found = ask.hub.users.get(ask.number("number"))
    if found is None:
        raise not_found()
    return ok(accounts.profile(ask.hub, found))


@routes.get("/apps/{slug}")
def get_app_by_slug(ask: Ask) -> Answer:
    for app in ask.hub.apps.values():
        if app.slug == ask.names["slug"]:
            return ok(accounts.app(ask.hub, app))
    raise not_found()


@routes.get("/rate_limit")
def get_rate_limit(ask: Ask) -> Answer:
    return ok(ask.site.limits.overview(ask.caller))


@routes.get("/zen")
def get_zen(ask: Ask) -> Answer:
    return Answer(200, raw=b"Keep it logically awesome.", media="text/plain;charset=utf-8")


@routes.get("/")
def get_root(ask: Ask) -> Answer:
    return ok({name: ask.hub.url + path for name, path in ADDRESSES.items()})


ADDRESSES = {
    "current_user_url": "/user",
    "current_user_authorizations_html_url": "/settings/connections/applications{/client_id}",
    "authorizations_url": "/authorizations",
    "code_search_url": "/search/code?q={query}{&page,per_page,sort,order}",
    "commit_search_url": "/search/commits?q={query}{&page,per_page,sort,order}",
    "emails_url": "/user/emails",
    "emojis_url": "/emojis",
    "events_url": "/events",
    "feeds_url": "/feeds",
    "followers_url": "/user/followers",
    "following_url": "/user/following{/target}",
    "gists_url": "/gists{/gist_id}",
    "hub_url": "/hub",
    "issue_search_url": "/search/issues?q={query}{&page,per_page,sort,order}",
    "issues_url": "/issues",
    "keys_url": "/user/keys",
    "label_search_url": "/search/labels?q={query}&repository_id={repository_id}{&page,per_page}",
    "notifications_url": "/notifications",
    "organization_url": "/orgs/{org}",
    "organization_repositories_url": "/orgs/{org}/repos{?type,page,per_page,sort}",
    "organization_teams_url": "/orgs/{org}/teams",
    "public_gists_url": "/gists/public",
    "rate_limit_url": "/rate_limit",
    "repository_url": "/repos/{owner}/{repo}",
    "repository_search_url": "/search/repositories?q={query}{&page,per_page,sort,order}",
    "current_user_repositories_url": "/user/repos{?type,page,per_page,sort}",
    "starred_url": "/user/starred{/owner}{/repo}",
    "starred_gists_url": "/gists/starred",
    "topic_search_url": "/search/topics?q={query}{&page,per_page}",
    "user_url": "/users/{user}",
    "user_organizations_url": "/user/orgs",
    "user_repositories_url": "/users/{user}/repos{?type,page,per_page,sort}",
    "user_search_url": "/search/users?q={query}{&page,per_page,sort,order}",
}

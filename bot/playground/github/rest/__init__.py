"""GitHub's REST operations, a module for each room of its documentation."""

from bot.playground.github.rest import (
    actions,
    apps,
    branches,
    checks,
    commits,
    contents,
    git_data,
    issue_comments,
    issues,
    labels,
    pulls,
    reactions,
    repositories,
    reviews,
    statuses,
    users,
)

ROOMS = (
    apps.routes,
    users.routes,
    repositories.routes,
    branches.routes,
    commits.routes,
    contents.routes,
    git_data.routes,
    labels.routes,
    issues.routes,
    issue_comments.routes,
    reactions.routes,
    pulls.routes,
    reviews.routes,
    checks.routes,
    statuses.routes,
    actions.routes,
)

"""Every field of every thing is asked for once over a full repository, and answered without an error."""

from __future__ import annotations

import pytest
from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from bot.playground.acts import (
    checks,
    comments,
    issues,
    labels,
    merges,
    pulls,
    reactions,
    refs,
    reviews,
    workflows,
)
from bot.playground.graphql.objects import Blob, Commit, Ref, Tree, node_id_of
from bot.playground.graphql.schema import name_of, schema
from bot.playground.state import Annotation, Draft
from tests.playground.graphql.world import World

ARGUMENTS = {
    "issue": "(number: 1)",
    "issueOrPullRequest": "(number: 2)",
    "label": '(name: "bug")',
    "object": '(expression: "main:docs")',
    "pullRequest": "(number: 2)",
    "ref": '(qualifiedName: "main")',
    "refs": '(refPrefix: "refs/heads/", first: 5)',
}


def full(world: World) -> World:
    """One of everything that the state can hold, all of it made by the acts."""
    hub, repository, mara = world.hub, world.repository, world.mara
    reviewer = world.person("reviewer")
    issue, other = world.issue(), world.pull("other")
    bug = repository.label("bug")
    assert bug is not None
    labels.add_labels(hub, issue, mara, [bug])
    labels.remove_label(hub, issue, mara, bug)
    labels.add_labels(hub, issue, mara, [bug])
    said = comments.create_comment(hub, issue, mara, "Hello")
    comments.edit_comment(hub, said, reviewer, "Hello there")
    comments.delete_comment(hub, comments.create_comment(hub, issue, mara, "Oops"), mara)
    comments.minimize(hub, said, mara, "outdated")
    reactions.react(hub, said, mara, "eyes")
    reactions.react(hub, issue, reviewer, "+1")
    issues.edit_issue(hub, issue, mara, "Better title", "Better text")
    issues.set_assignees(hub, issue, mara, [reviewer])
    issues.set_assignees(hub, issue, mara, [])
    issues.lock_issue(hub, issue, mara)
    issues.lock_issue(hub, issue, mara, False)
    issues.close_issue(hub, issue, mara, "not_planned")
    issues.reopen_issue(hub, issue, mara)
    pull = world.pull("feature", draft=True)
    pulls.set_draft(hub, pull, mara, False)
    pulls.set_draft(hub, pull, mara, True)
    pulls.set_draft(hub, pull, mara, False)
    pulls.request_reviewers(hub, pull, mara, [reviewer, mara])
    pulls.remove_reviewers(hub, pull, mara, [mara])
    refs.create_ref(hub, repository, mara, "refs/heads/elsewhere", repository.git.refs["refs/heads/main"])
    pulls.edit_pull(hub, other, mara, base="elsewhere")
    pulls.close_pull(hub, other, mara)
    review = reviews.submit_review(
        hub, pull, mara, "REQUEST_CHANGES", "No.", (Draft("feature.txt", "Why?", 1),)
    )
    reviews.reply(hub, pull.threads[0], reviewer, "Because.")
    reviews.resolve_thread(hub, pull.threads[0], mara)
    reviews.dismiss_review(hub, review, mara, "Settled.")
    with_checks(world, pull.head_sha, pull.number)
    world.commit("feature", {"feature.txt": "new\nand more\n"}, signed=True)
    refs.update_ref(hub, repository, mara, "refs/heads/feature", pull.head_sha)
    older = repository.git.commit(pull.head_sha).parents[0]
    refs.update_ref(hub, repository, mara, "refs/heads/feature", older, force=True)
    merges.merge_pull(hub, pull, mara, "squash")
    refs.delete_ref(hub, repository, mara, "refs/heads/feature")
    return world


def with_checks(world: World, sha: str, number: int) -> None:
    hub, repository = world.hub, world.repository
    run = workflows.start_run(
        hub, repository, sha, "pull_request", "CI", ".github/workflows/ci.yml", "feature", number, world.mara
    )
    job = workflows.queue_job(hub, run, "test")
    note = Annotation("feature.txt", 1, 1, "failure", "wrong")
    workflows.finish_job(hub, job, "failure", "log", (), [note])
    workflows.finish_run(hub, run, "failure")
    suite = checks.suite_for(hub, repository, world.inhabitants.app, sha)
    checks.create_check_run(
        hub, suite, world.bot, "Baton / stage gate", "gate", "completed", "success", title="Good"
    )
    checks.set_status(hub, repository, world.mara, sha, "deploy", "success", "done", "http://127.0.0.1/")


def selection(kind: object, depth: int) -> str:
    """Every field of a type, down to a depth; things below it only say what they are."""
    if isinstance(kind, GraphQLUnionType) or depth == 0:
        return "{ __typename }"
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    shown = [asked(name, field, depth) for name, field in kind.fields.items()]
    return "{ __typename " + " ".join(each for each in shown if each) + " }"


def asked(name: str, field: GraphQLField, depth: int) -> str:
    kind = get_named_type(field.type)
    if is_leaf_type(kind):
        return name
    given = (
        ARGUMENTS.get(name, "") if set(field.args) & {"number", "name", "expression", "qualifiedName"} else ""
    )
    if kind.name.endswith("Connection"):
        return f"{name}{ARGUMENTS.get(name, '(first: 5)')} {selection(kind, depth)}"
    inside = depth if kind.name.endswith("Edge") or kind.name == "PageInfo" else depth - 1
    return f"{name}{given} {selection(kind, inside)}"


def things(world: World) -> dict[str, list[str]]:
    """Node ids of everything there is, by its GraphQL type."""
    found: dict[str, list[str]] = {}
    for identity, thing in world.hub.nodes.items():
        try:
            found.setdefault(name_of(thing), []).append(identity)
        except KeyError:
            continue  # labels and reactions are shown by their wrappers, edits only in lists
    repository = world.repository
    head = Commit(repository, repository.git.refs["refs/heads/main"])
    tree = Tree(repository, head.data.tree)
    entry = next(each for each in repository.git.tree(tree.oid) if each.kind == "blob")
    blob, main = Blob(repository, entry.sha), Ref(repository, "refs/heads/main")
    for part in (head, tree, blob, main):
        found[type(part).__name__] = [node_id_of(part)]
    found["Label"] = [label.node_id for label in repository.labels]
    return found


NODES = sorted(
    each.name
    for each in schema().type_map.values()
    if isinstance(each, GraphQLObjectType) and any(interface.name == "Node" for interface in each.interfaces)
)
# Found only inside of other things, which are asked for with all their fields.
INSIDE = {
    "PullRequestCommit",
    "Reaction",
    "ReviewRequest",
    "StatusCheckRollup",
    "UserContentEdit",
    "Workflow",
}
# What this GitHub has no act for yet.
NEVER = {"HeadRefRestoredEvent", "ReferencedEvent", "TransferredEvent"}


@pytest.fixture
def everything(world: World) -> World:
    return full(world)


def test_every_field_of_everything_there_is_has_an_answer(everything: World) -> None:
    found = things(everything)
    assert set(NODES) - found.keys() - INSIDE - NEVER == set()
    for kind, identities in found.items():
        if kind not in NODES:
            continue
        fields = selection(schema().type_map[kind], 2)
        for identity in identities:
            shown = everything.data(
                f"query($id: ID!) {{ node(id: $id) {{ ... on {kind} {fields} }} }}", id=identity
            )
            assert shown["node"]["__typename"] == kind


def test_what_is_found_only_inside_has_all_its_fields_too(everything: World) -> None:
    pull = next(each for each in everything.repository.pulls if each.merged)
    parts = {
        "commits": "PullRequestCommit",
        "reviewRequests": "ReviewRequest",
        "reactions": "Reaction",
        "userContentEdits": "UserContentEdit",
    }
    inner = {name: selection(schema().type_map[kind], 2) for name, kind in parts.items()}
    rollup = selection(schema().type_map["StatusCheckRollup"], 3)
    workflow = selection(schema().type_map["Workflow"], 2)
    run = f"... on CheckRun {{ checkSuite {{ workflowRun {{ workflow {workflow} }} }} }}"
    shown = everything.data(
        f"""query($number: Int!) {{ repository(owner: "acme", name: "shop") {{
            pullRequest(number: $number) {{
                commits(first: 5) {{ nodes {inner["commits"]} }}
                reviewRequests(first: 5) {{ nodes {inner["reviewRequests"]} }}
                statusCheckRollup {rollup}
                checked: statusCheckRollup {{ contexts(first: 9) {{ nodes {{ {run} }} }} }}
            }}
            issue(number: 1) {{
                reactions(first: 5) {{ nodes {inner["reactions"]} }}
                userContentEdits(first: 5) {{ nodes {inner["userContentEdits"]} }}
            }}
        }} }}""",
        number=pull.number,
    )["repository"]
    assert all(shown["issue"][name]["nodes"] for name in ("reactions", "userContentEdits"))


def test_users_bots_and_the_rate_limit_have_all_their_fields(everything: World) -> None:
    fields = {kind: selection(schema().type_map[kind], 2) for kind in ("User", "RateLimit")}
    shown = everything.data(
        f'{{ viewer {fields["User"]} user(login: "mara") {fields["User"]} rateLimit {fields["RateLimit"]} }}'
    )
    assert shown["viewer"]["login"] == "baton-app[bot]"
    assert shown["user"]["url"] == "http://127.0.0.1:4010/mara"

// GitHub's own client, unchanged, does what an App's bot does; prints one JSON line a check.
import { App, Octokit, RequestError } from "octokit";
import { sign, verify } from "@octokit/webhooks-methods";

const world = JSON.parse(process.env.WORLD);
const [owner, repo] = world.repository.split("/");
const here = { owner, repo };
// Its patience with the real GitHub (a second between writes, three retries) is switched off, as its own tests do.
const patience = { throttle: { enabled: false }, retry: { enabled: false } };
const Client = Octokit.defaults({ ...patience, baseUrl: world.api_url, log: { debug() {}, info() {}, warn() {}, error() {} } });
const app = new App({ appId: world.app.id, privateKey: world.private_key, Octokit: Client });
const mara = new Client({ auth: world.people.maintainer.token });
const tomas = new Client({ auth: world.people.reviewer.token });
const kept = {};

const is = (found, wanted, what = "value") => {
  const [one, other] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${what} is ${one}, not ${other}`);
};
const refused = async (promise, status) => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RequestError) return is(error.status, status, "status");
    throw error;
  }
  throw new Error(`not refused with ${status}`);
};

const checks = {
  async app_and_installation() {
    const { data } = await app.octokit.request("GET /app");
    is(data.slug, world.app.slug);
    const { data: installed } = await app.octokit.rest.apps.getRepoInstallation(here);
    kept.bot = await app.getInstallationOctokit(installed.id);
    const seen = await kept.bot.paginate("GET /installation/repositories");
    is(seen.map((each) => each.full_name), [world.repository, `${owner}/other`]);
    const each = [];
    for await (const { repository } of app.eachRepository.iterator()) each.push(repository.full_name);
    is(each, seen.map((one) => one.full_name));
  },
  async wrong_key_and_narrow_tokens() {
    const stranger = new App({ appId: world.app.id, privateKey: world.other_key, Octokit: Client });
    await refused(stranger.octokit.request("GET /app"), 401);
    const { data: installed } = await app.octokit.rest.apps.getRepoInstallation(here);
    const { data: token } = await app.octokit.rest.apps.createInstallationAccessToken({
      installation_id: installed.id, permissions: { issues: "read" },
    });
    const narrow = new Client({ auth: token.token });
    await narrow.rest.issues.get({ ...here, issue_number: 1 });
    await refused(narrow.rest.issues.createComment({ ...here, issue_number: 1, body: "x" }), 403);
  },
  async issues_comments_labels_reactions() {
    const { data: issue } = await mara.rest.issues.create({ ...here, title: "From afar", body: "Hello" });
    const at = { ...here, issue_number: issue.number };
    await mara.rest.issues.addLabels({ ...at, labels: ["baton", "bug"] });
    await mara.rest.issues.removeLabel({ ...at, name: "bug" });
    is((await mara.rest.issues.listLabelsOnIssue(at)).data.map((each) => each.name), ["baton"]);
    const { data: comment } = await kept.bot.rest.issues.createComment({ ...at, body: "A plan" });
    is([comment.user.type, comment.user.login], ["Bot", `${world.app.slug}[bot]`]);
    await kept.bot.rest.issues.updateComment({ ...here, comment_id: comment.id, body: "A better plan" });
    await mara.rest.reactions.createForIssueComment({ ...here, comment_id: comment.id, content: "rocket" });
    const { data: given } = await kept.bot.rest.reactions.listForIssueComment({ ...here, comment_id: comment.id });
    is(given.map((each) => [each.content, each.user.login]), [["rocket", "mara"]]);
    await mara.rest.issues.update({ ...at, state: "closed", state_reason: "not_planned" });
    const { data: events } = await mara.rest.issues.listEventsForTimeline(at);
    is(events.map((each) => each.event), ["labeled", "labeled", "unlabeled", "commented", "closed"]);
  },
  async pagination_by_link() {
    const { data: issue } = await mara.rest.issues.create({ ...here, title: "Long" });
    const at = { ...here, issue_number: issue.number };
    for (let number = 0; number < 7; number++) await mara.rest.issues.createComment({ ...at, body: `${number}` });
    let pages = 0;
    const bodies = [];
    for await (const { data } of mara.paginate.iterator(mara.rest.issues.listComments, { ...at, per_page: 3 })) {
      pages += 1;
      bodies.push(...data.map((each) => each.body));
    }
    is([pages, bodies], [3, ["0", "1", "2", "3", "4", "5", "6"]]);
  },
  async conditional_requests() {
    const first = await kept.bot.rest.issues.get({ ...here, issue_number: 1 });
    const again = (etag) => kept.bot.rest.issues.get({ ...here, issue_number: 1, headers: { "if-none-match": etag } });
    await refused(again(first.headers.etag), 304);
    await mara.rest.issues.update({ ...here, issue_number: 1, title: "Changed meanwhile" });
    is((await again(first.headers.etag)).data.title, "Changed meanwhile");
  },
  async git_data() {
    const { data: main } = await kept.bot.rest.git.getRef({ ...here, ref: "heads/main" });
    const { data: base } = await kept.bot.rest.git.getCommit({ ...here, commit_sha: main.object.sha });
    const { data: tree } = await kept.bot.rest.git.createTree({
      ...here, base_tree: base.tree.sha,
      tree: [{ path: "src/octo.js", mode: "100644", type: "blob", content: "one\ntwo\nthree\n" }],
    });
    const { data: commit } = await kept.bot.rest.git.createCommit({
      ...here, message: "Add octo", tree: tree.sha, parents: [main.object.sha],
    });
    is(commit.verification.verified, true);
    await kept.bot.rest.git.createRef({ ...here, ref: "refs/heads/octo", sha: commit.sha });
    kept.sha = commit.sha;
    const { data: file } = await kept.bot.rest.repos.getContent({ ...here, path: "src/octo.js", ref: "octo" });
    is(Buffer.from(file.content, "base64").toString(), "one\ntwo\nthree\n");
    const { data: compared } = await kept.bot.rest.repos.compareCommitsWithBasehead({ ...here, basehead: "main...octo" });
    is([compared.status, compared.ahead_by, compared.files.length], ["ahead", 1, 1]);
    const { data: archive } = await kept.bot.rest.repos.downloadTarballArchive({ ...here, ref: "octo" });
    if (archive.byteLength < 100) throw new Error("the tarball is empty");
  },
  async pull_requests_and_reviews() {
    const wish = { ...here, title: "Add octo", head: "octo", base: "main", body: "Part of #1" };
    const { data: pull } = await kept.bot.rest.pulls.create(wish);
    await refused(kept.bot.rest.pulls.create(wish), 422);
    const at = { ...here, pull_number: pull.number };
    kept.pull = at;
    is((await kept.bot.rest.pulls.listFiles(at)).data.map((each) => each.filename), ["src/octo.js"]);
    await kept.bot.rest.pulls.requestReviewers({ ...at, reviewers: ["tomas"] });
    const { data: review } = await tomas.rest.pulls.createReview({
      ...at, event: "REQUEST_CHANGES", body: "No", comments: [{ path: "src/octo.js", line: 2, body: "Why?" }],
    });
    is(review.state, "CHANGES_REQUESTED");
    const { data: lines } = await kept.bot.rest.pulls.listReviewComments(at);
    await kept.bot.rest.pulls.createReplyForReviewComment({ ...at, comment_id: lines[0].id, body: "Because" });
    await tomas.rest.pulls.createReview({ ...at, event: "APPROVE" });
    is((await kept.bot.rest.pulls.listReviews(at)).data.map((each) => each.state), ["CHANGES_REQUESTED", "COMMENTED", "APPROVED"]);
  },
  async graphql() {
    const { repository } = await kept.bot.graphql(
      `query($owner: String!, $repo: String!, $number: Int!) { repository(owner: $owner, name: $repo) { pullRequest(number: $number) {
        title isInMergeQueue reviewThreads(first: 5) { nodes { id isResolved comments(first: 5) { nodes { body } } } } } } }`,
      { ...here, number: kept.pull.pull_number },
    );
    const thread = repository.pullRequest.reviewThreads.nodes[0];
    is(thread.comments.nodes.map((each) => each.body), ["Why?", "Because"]);
    const done = await tomas.graphql(
      "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { isResolved } } }", { id: thread.id },
    );
    is(done.resolveReviewThread.thread.isResolved, true);
  },
  async checks_and_statuses() {
    const { data: check } = await kept.bot.rest.checks.create({ ...here, name: "Gate", head_sha: kept.sha, status: "in_progress" });
    await kept.bot.rest.checks.update({
      ...here, check_run_id: check.id, conclusion: "success",
      output: { title: "Fine", summary: "All", annotations: [
        { path: "src/octo.js", start_line: 1, end_line: 1, annotation_level: "notice", message: "Hm" } ] },
    });
    const { data: found } = await mara.rest.checks.listForRef({ ...here, ref: "octo", check_name: "Gate" });
    is(found.check_runs.map((each) => [each.name, each.conclusion]), [["Gate", "success"]]);
    is((await mara.rest.checks.listAnnotations({ ...here, check_run_id: check.id })).data.length, 1);
    await mara.rest.repos.createCommitStatus({ ...here, sha: kept.sha, state: "success", context: "deploy" });
    is((await mara.rest.repos.getCombinedStatusForRef({ ...here, ref: kept.sha })).data.state, "success");
  },
  async merging() {
    await refused(kept.bot.rest.repos.getBranchProtection({ ...here, branch: "main" }), 403);
    const { data: merged } = await mara.rest.pulls.merge({ ...kept.pull, merge_method: "squash", sha: kept.sha });
    is(merged.merged, true);
    await refused(mara.rest.pulls.merge(kept.pull), 405);
    is((await mara.rest.pulls.checkIfMerged(kept.pull)).status, 204);
  },
  async tokens_narrowed_to_repositories_and_revoked() {
    const { data: installed } = await app.octokit.rest.apps.getRepoInstallation(here);
    const { data: token } = await app.octokit.rest.apps.createInstallationAccessToken({
      installation_id: installed.id, repositories: [repo], permissions: { contents: "read" },
    });
    is([token.repositories.map((each) => each.name), token.permissions.contents], [[repo], "read"]);
    if (!(new Date(token.expires_at) > new Date())) throw new Error("the token has expired already");
    const narrow = new Client({ auth: token.token });
    is((await narrow.rest.apps.listReposAccessibleToInstallation()).data.total_count, 1);
    await narrow.rest.apps.revokeInstallationAccessToken();
    await refused(narrow.rest.repos.get(here), 401);
  },
  async people_roles_and_the_bot() {
    const level = async (username) =>
      (await kept.bot.rest.repos.getCollaboratorPermissionLevel({ ...here, username })).data;
    is([(await level("mara")).role_name, (await level("tove")).role_name, (await level("otto")).permission], ["admin", "triage", "read"]);
    const { data: bot } = await mara.rest.users.getByUsername({ username: `${world.app.slug}[bot]` });
    is([bot.type, (await mara.rest.users.getById({ account_id: bot.id })).data.login], ["Bot", bot.login]);
    is((await mara.rest.users.getAuthenticated()).data.login, "mara");
  },
  async comments_since_and_locked_issues() {
    const { data: issue } = await mara.rest.issues.create({ ...here, title: "Since" });
    const at = { ...here, issue_number: issue.number };
    await mara.rest.issues.createComment({ ...at, body: "Early" });
    const later = new Date(Date.now() + 3600_000).toISOString();
    is((await mara.rest.issues.listComments({ ...at, since: later })).data.length, 0);
    await mara.rest.issues.lock(at);
    const otto = new Client({ auth: world.people.outsider.token });
    await refused(otto.rest.issues.createComment({ ...at, body: "x" }), 403);
    await mara.rest.issues.unlock(at);
    await otto.rest.issues.createComment({ ...at, body: "Now" });
  },
  async issues_deleted_and_transferred() {
    const act = (name, type) => `mutation($input: ${type}!) { ${name}(input: $input) { __typename } }`;
    const { data: doomed } = await mara.rest.issues.create({ ...here, title: "Doomed" });
    await mara.graphql(act("deleteIssue", "DeleteIssueInput"), { input: { issueId: doomed.node_id } });
    await refused(kept.bot.rest.issues.get({ ...here, issue_number: doomed.number }), 410);
    const { data: moving } = await mara.rest.issues.create({ ...here, title: "Moving", labels: ["bug"] });
    if (moving.number <= doomed.number) throw new Error("a number was given twice");
    await mara.rest.issues.createComment({ ...here, issue_number: moving.number, body: "Comes along" });
    const { data: other } = await mara.rest.repos.get({ owner, repo: "other" });
    await mara.graphql(act("transferIssue", "TransferIssueInput"), { input: { issueId: moving.node_id, repositoryId: other.node_id } });
    const { data: found } = await mara.rest.issues.get({ ...here, issue_number: moving.number });
    is([found.title, found.repository_url.endsWith("/other"), found.comments], ["Moving", true, 1]);
    await refused(kept.bot.graphql(
      "query($o: String!, $r: String!, $n: Int!) { repository(owner: $o, name: $r) { issue(number: $n) { id } } }",
      { o: owner, r: repo, n: moving.number },
    ).catch((error) => { throw new RequestError(error.errors[0].type, 404, { request: { method: "", url: "", headers: {} } }); }), 404);
  },
  async pull_requests_refused_conflicting_and_closed() {
    const { data: main } = await mara.rest.git.getRef({ ...here, ref: "heads/main" });
    const wish = { ...here, title: "X", base: "main" };
    await refused(mara.rest.pulls.create({ ...wish, head: "nowhere" }), 422);
    await mara.rest.git.createRef({ ...here, ref: "refs/heads/even", sha: main.object.sha });
    await refused(mara.rest.pulls.create({ ...wish, head: "even" }), 422);
    const write = (branch, path, text) => mara.rest.repos.createOrUpdateFileContents({
      ...here, branch, path, message: `Write ${path}`, content: Buffer.from(text).toString("base64"),
    });
    await write("even", "clash.txt", "theirs\n");
    const { data: pull } = await mara.rest.pulls.create({ ...wish, head: "even", draft: true });
    const at = { ...here, pull_number: pull.number };
    is((await mara.rest.pulls.get(at)).data.mergeable, null);
    is((await mara.rest.pulls.get(at)).data.mergeable, true);
    await refused(mara.rest.pulls.merge(at), 405);
    await mara.graphql("mutation($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { __typename } }", { id: pull.node_id });
    await refused(mara.rest.pulls.merge({ ...at, sha: main.object.sha }), 409);
    await write("main", "elsewhere.txt", "ours\n");
    is((await mara.rest.pulls.updateBranch(at)).status, 202);
    await write("main", "clash.txt", "ours\n");
    await mara.rest.pulls.get(at);
    is((await mara.rest.pulls.get(at)).data.mergeable, false);
    await refused(mara.rest.pulls.merge(at), 405);
    await refused(mara.rest.repos.merge({ ...here, base: "main", head: "even" }), 409);
    await mara.rest.pulls.update({ ...at, state: "closed" });
    await mara.rest.pulls.update({ ...at, state: "open" });
    await mara.rest.git.deleteRef({ ...here, ref: "heads/even" });
    is((await mara.rest.pulls.get(at)).data.state, "closed");
  },
  async workflow_runs_jobs_and_logs() {
    let runs = [];
    for (let tries = 0; tries < 100 && !runs.length; tries++) {
      const { data } = await kept.bot.rest.actions.listWorkflowRunsForRepo({ ...here, status: "success" });
      runs = data.workflow_runs;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const at = { ...here, run_id: runs[0].id };
    const { data: jobs } = await kept.bot.rest.actions.listJobsForWorkflowRun(at);
    const job = { ...here, job_id: jobs.jobs[0].id };
    is(typeof (await kept.bot.rest.actions.downloadJobLogsForWorkflowRun(job)).data, "string");
    is((await mara.rest.actions.reRunWorkflow(at)).status, 201);
    is((await mara.rest.actions.reRunWorkflowFailedJobs(at)).status, 201);
    is((await mara.rest.actions.reRunJobForWorkflowRun(job)).status, 201);
    const { data: suites } = await kept.bot.rest.checks.listSuitesForRef({ ...here, ref: runs[0].head_sha });
    const own = suites.check_suites.find((each) => each.app.slug === world.app.slug);
    is((await mara.rest.checks.rerequestSuite({ ...here, check_suite_id: own.id })).status, 201);
  },
  async rulesets_and_ref_update_rules() {
    const { data: ruleset } = await mara.rest.repos.createRepoRuleset({
      ...here, name: "Green", enforcement: "active", conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
      rules: [{ type: "required_status_checks", parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: "Gate" }] } }],
    });
    is((await kept.bot.rest.repos.getBranchRules({ ...here, branch: "main" })).data.map((each) => each.type), ["required_status_checks"]);
    const { repository } = await kept.bot.graphql(
      `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ref(qualifiedName: "refs/heads/main") {
        refUpdateRule { requiredStatusCheckContexts } } } }`, here,
    );
    is(repository.ref.refUpdateRule.requiredStatusCheckContexts, ["Gate"]);
    await mara.rest.repos.deleteRepoRuleset({ ...here, ruleset_id: ruleset.id });
  },
  async branches_and_repositories_renamed_transferred_archived() {
    const { data: main } = await mara.rest.git.getRef({ ...here, ref: "heads/main" });
    await mara.rest.git.createRef({ ...here, ref: "refs/heads/follows", sha: main.object.sha });
    await mara.rest.repos.createOrUpdateFileContents({ ...here, branch: "follows", path: "f.txt", message: "F", content: "Zgo=" });
    const { data: pull } = await mara.rest.pulls.create({ ...here, title: "Follows", head: "follows", base: "main" });
    is((await mara.rest.repos.renameBranch({ ...here, branch: "main", new_name: "trunk" })).data.name, "trunk");
    is((await kept.bot.rest.repos.get(here)).data.default_branch, "trunk");
    const { data: moved } = await mara.rest.pulls.get({ ...here, pull_number: pull.number });
    is([moved.state, moved.base.ref], ["open", "trunk"]);
    const other = { owner, repo: "other" };
    await mara.rest.repos.update({ ...other, name: "another" });
    is((await mara.rest.repos.get(other)).data.name, "another");
    await mara.rest.repos.transfer({ owner, repo: "another", new_owner: "mara" });
    is((await mara.rest.repos.get(other)).data.full_name, "mara/another");
    await refused(app.octokit.rest.apps.getRepoInstallation({ owner: "mara", repo: "another" }), 404);
    await mara.rest.repos.update({ owner: "mara", repo: "another", archived: true });
    await refused(mara.rest.issues.create({ owner: "mara", repo: "another", title: "Late" }), 403);
  },
  async rate_limit() {
    const { data, headers } = await kept.bot.rest.rateLimit.get();
    is(Number(headers["x-ratelimit-limit"]), data.resources.core.limit);
  },
  async webhooks() {
    const sent = JSON.parse(process.env.DELIVERY);
    is(await verify(world.webhook_secret, sent.body, sent.signature), true);
    is(await verify("wrong", sent.body, sent.signature), false);
    is(await sign(world.webhook_secret, sent.body), sent.signature);
    const { data: deliveries } = await app.octokit.rest.apps.listWebhookDeliveries({ per_page: 5 });
    await app.octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: deliveries[0].id });
  },
  async installations_suspended() {
    const { data: installed } = await app.octokit.rest.apps.getRepoInstallation(here);
    await app.octokit.rest.apps.suspendInstallation({ installation_id: installed.id });
    await refused(kept.bot.rest.issues.get({ ...here, issue_number: 1 }), 403);
    await app.octokit.rest.apps.unsuspendInstallation({ installation_id: installed.id });
    await kept.bot.rest.issues.get({ ...here, issue_number: 1 });
  },
};

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(JSON.stringify({ name, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ name, ok: false, error: `${error.stack}`.slice(0, 2000) }));
  }
}

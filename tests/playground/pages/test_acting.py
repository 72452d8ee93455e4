"""What people do on the pages is done on this GitHub, with the permissions of whom they act as."""

from __future__ import annotations

from tests.playground.github.town import Town
from tests.playground.pages.browser import Reader, number_of

CHANGE = {"src/a.txt": "one\n2\nthree\nfour\nfive\n"}


def test_an_issue_is_opened_labelled_discussed_closed_and_reopened(town: Town, mara: Reader) -> None:
    mara.opens("/issues/new")
    mara.page.get_by_label("Title").fill("Greet by name")
    mara.page.get_by_label("Description").fill("- [ ] It greets")
    mara.presses("Create")
    number = number_of(mara.page.url)
    assert mara.page.locator(".md li.task").count() == 1
    mara.page.get_by_label("Choose labels").click()
    mara.page.get_by_label("enhancement").check()
    mara.page.get_by_label("A new label").fill("baton")
    mara.presses("Save labels")
    assert mara.sees("added the baton label")
    assert [each["name"] for each in town.maintainer.get(f"/issues/{number}")["labels"]] == [
        "enhancement",
        "baton",
    ]
    mara.says("Let us **begin**")
    assert mara.page.locator(".comment strong", has_text="begin").is_visible()
    comment = mara.page.locator(".comment").last
    comment.get_by_label("Add a reaction").click()
    comment.get_by_label("rocket", exact=True).click()
    assert mara.page.locator(".reaction.mine").inner_text().split() == ["🚀", "1"]
    mara.page.locator(".reaction.mine").click()
    assert mara.page.locator(".reaction").count() == 0
    mara.page.get_by_label("Edit this comment").click()
    mara.page.get_by_label("Comment", exact=True).fill("Let us begin now")
    mara.presses("Update comment")
    assert mara.sees("Let us begin now") and mara.sees("edited")
    mara.presses("Close issue")
    assert mara.sees("closed this as completed")
    mara.presses("Reopen issue")
    assert town.maintainer.get(f"/issues/{number}")["state"] == "open"
    mara.page.get_by_label("Choose labels").click()
    mara.page.get_by_label("enhancement").uncheck()
    mara.presses("Save labels")
    assert [each["name"] for each in town.maintainer.get(f"/issues/{number}")["labels"]] == ["baton"]


def test_who_acts_is_who_was_chosen_and_sees_only_what_they_may_do(town: Town, mara: Reader) -> None:
    pull = town.pull(town.bot(), "feature", CHANGE)["number"]
    mara.opens("/issues/1")
    for login, picks, closes in (("tove", 1, 1), ("otto", 0, 0), ("tomas", 1, 1)):
        mara.becomes(login)
        assert mara.page.get_by_label("Choose labels").count() == picks
        assert mara.page.get_by_role("button", name="Close issue").count() == closes
        mara.says(f"I am {login}.")
    assert [each["user"]["login"] for each in town.maintainer.get("/issues/1/comments")] == [
        "tove",
        "otto",
        "tomas",
    ]
    mara.becomes("tove")
    mara.opens(f"/pull/{pull}")
    assert mara.page.get_by_role("button", name="Merge pull request").is_disabled()
    assert mara.sees("Only those with write access to this repository can merge pull requests.")


def test_what_somebody_may_not_do_is_answered_with_githubs_sentence(town: Town, mara: Reader) -> None:
    mara.opens("/issues/1")
    mara.page.get_by_label("Choose labels").click()
    mara.page.get_by_label("bug").check()
    other = mara.page.context.new_page()
    other.goto(f"{mara.home}/issues/1")
    other.get_by_label("Act as another person").click()
    other.locator("button[value=otto]").click()
    with mara.page.expect_response(lambda answer: answer.request.method == "POST") as said:
        mara.presses("Save labels")
    assert said.value.status == 403
    assert mara.sees("Must have admin rights to Repository.") and mara.sees("You act as otto")
    assert town.maintainer.get("/issues/1")["labels"] == []


def test_a_pull_request_is_reviewed_on_lines_answered_resolved_approved_and_merged(
    town: Town, mara: Reader
) -> None:
    pull = town.pull(town.bot(), "feature", CHANGE)["number"]
    mara.opens(f"/pull/{pull}/files")
    mara.becomes("tomas")
    mara.page.locator("tr.added .plus").first.click()
    mara.page.get_by_label("Comment on line 2", exact=True).fill("Why a digit?")
    mara.presses("Start a review")
    assert mara.sees("Pending")
    assert town.maintainer.get(f"/pulls/{pull}/comments") == []
    mara.page.locator("tr.removed .plus").first.click()
    mara.page.get_by_label("Comment on line 2", exact=True).fill("It was a word.")
    mara.presses("Add review comment")
    mara.page.get_by_text("Finish your review").first.click()
    mara.page.get_by_label("Request changes").check()
    mara.page.get_by_label("Review comment").fill("Words, please.")
    mara.presses("Submit review")
    (review,) = town.maintainer.get(f"/pulls/{pull}/reviews")
    assert (review["state"], review["body"], review["user"]["login"]) == (
        "CHANGES_REQUESTED",
        "Words, please.",
        "tomas",
    )
    placed = [(each["line"], each["side"]) for each in town.maintainer.get(f"/pulls/{pull}/comments")]
    assert placed == [(2, "RIGHT"), (2, "LEFT")]

    mara.becomes("mara")
    assert mara.sees("tomas requested changes")
    mara.page.get_by_label("Reply").first.fill("Because it is short.")
    mara.presses("Reply")
    assert mara.sees("Because it is short.")
    mara.presses("Resolve conversation")
    assert mara.sees("mara marked this conversation as resolved")
    mara.opens(f"/pull/{pull}/files")
    mara.page.get_by_text("Review changes").click()
    mara.page.get_by_label("Approve").check()
    mara.presses("Submit review")
    assert mara.sees("mara approved these changes")
    mara.page.get_by_label("Merge method").select_option("squash")
    mara.presses("Merge pull request")
    assert mara.sees("Pull request successfully merged and closed")
    assert town.maintainer.get(f"/pulls/{pull}")["merged"] is True
    assert len(town.maintainer.get("/commits")) == 2
    mara.presses("Delete branch")
    assert mara.sees("deleted the feature branch")


def test_the_merge_button_says_why_it_is_shut(town: Town, mara: Reader) -> None:
    pull = town.pull(town.bot(), "feature", CHANGE)
    town.maintainer.put(
        "/branches/main/protection", {"required_status_checks": {"strict": False, "contexts": ["tests"]}}
    )
    button = mara.page.get_by_role("button", name="Merge pull request")
    here = f"/pull/{pull['number']}"
    mara.opens(here)
    assert button.is_disabled() and mara.sees('Required status check "tests" is expected.')
    town.maintainer.post(f"/statuses/{pull['head']['sha']}", {"state": "success", "context": "tests"})
    mara.opens(here)
    assert button.is_enabled() and mara.sees("All checks have passed")
    mara.presses("Convert to draft")
    assert mara.sees("Draft pull requests cannot be merged.")
    mara.presses("Ready for review")
    meanwhile = town.commit(town.maintainer, {"src/a.txt": "x\n"})
    town.maintainer.post(f"/statuses/{meanwhile}", {"state": "success", "context": "tests"})
    town.maintainer.patch("/git/refs/heads/main", {"sha": meanwhile})
    mara.opens(here)
    assert button.is_disabled() and mara.sees("This branch has conflicts that must be resolved")
    mara.presses("Close pull request")
    assert mara.sees("Closed with unmerged commits")
    mara.presses("Reopen pull request")
    assert town.maintainer.get(f"/pulls/{pull['number']}")["state"] == "open"


def test_a_merge_that_came_too_late_is_refused_in_githubs_words(town: Town, mara: Reader) -> None:
    pull = town.pull(town.bot(), "feature", CHANGE)
    mara.opens(f"/pull/{pull['number']}")
    newer = town.commit(town.maintainer, {"src/b.txt": "bb\n"}, pull["head"]["sha"])
    town.maintainer.patch("/git/refs/heads/feature", {"sha": newer})
    mara.presses("Merge pull request")
    assert mara.sees("Head branch was modified. Review and try the merge again.")


def test_a_branch_becomes_a_pull_request_from_its_comparison(town: Town, mara: Reader) -> None:
    town.branch(town.maintainer, "feature/x", CHANGE)
    mara.opens("/branches")
    mara.page.get_by_role("link", name="Compare").click()
    mara.page.get_by_text("Create pull request").first.click()
    mara.page.get_by_label("Title").fill("Use a digit")
    mara.presses("Create pull request")
    assert mara.sees("wants to merge 1 commit into main from feature/x")


def test_deliveries_are_listed_and_sent_again_by_their_owner_only(town: Town, mara: Reader) -> None:
    town.maintainer.post("/issues/1/comments", {"body": "Hello"})
    assert town.playground.site.deliveries.idle(10)
    mara.opens("")
    mara.page.get_by_role("link", name="Deliveries").click()
    before = mara.page.locator(".deliveries > li").count()
    mara.page.locator("li", has_text="issue_comment.created").get_by_role("button", name="Redeliver").click()
    assert mara.page.locator(".deliveries > li").count() == before + 1
    mara.page.locator("li", has_text="redelivery").get_by_role("link").first.click()
    assert mara.sees("X-Hub-Signature-256")
    mara.becomes("otto")
    mara.presses("Redeliver")
    assert mara.sees("Must have admin rights to the App.")


def test_a_page_that_is_no_longer_true_says_so_without_losing_what_was_typed(
    town: Town, mara: Reader
) -> None:
    mara.opens("/issues/1")
    mara.page.get_by_label("Add a comment").fill("Half a thought")
    mara.page.wait_for_timeout(400)
    town.maintainer.post("/issues/1/comments", {"body": "Meanwhile"})
    mara.page.get_by_role("link", name="Show it").wait_for()
    assert mara.page.get_by_label("Add a comment").input_value() == "Half a thought"
    mara.page.get_by_role("link", name="Show it").click()
    assert mara.sees("Meanwhile")

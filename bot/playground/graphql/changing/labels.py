"""Labels put on and taken off, reactions given and taken back."""

from __future__ import annotations

from bot.playground.acts import labels as label_acts
from bot.playground.acts import reactions as reaction_acts
from bot.playground.graphql.asking import Asking
from bot.playground.graphql.changing.allowed import issue_of, labels_of, reactable, subject_for
from bot.playground.graphql.changing.changes import Changes, Input, Payload
from bot.playground.graphql.objects import ReactionOn
from bot.playground.graphql.texts import NAMES, reaction_groups, reactions_to

changes = Changes()


@changes.mutation
def add_labels_to_labelable(asking: Asking, input: Input) -> Payload:
    subject = subject_for(asking, input["labelableId"], "AddLabelsToLabelable", "triage")
    issue = issue_of(subject)
    labels = labels_of(asking, issue.repository, input["labelIds"])
    label_acts.add_labels(asking.hub, issue, asking.viewer, labels)
    return {"labelable": subject}


@changes.mutation
def remove_labels_from_labelable(asking: Asking, input: Input) -> Payload:
    """Labels that are not on it are no error here, other than in REST."""
    subject = subject_for(asking, input["labelableId"], "RemoveLabelsFromLabelable", "triage")
    issue = issue_of(subject)
    for label in labels_of(asking, issue.repository, input["labelIds"]):
        if label in issue.labels:
            label_acts.remove_label(asking.hub, issue, asking.viewer, label)
    return {"labelable": subject}


@changes.mutation
def add_reaction(asking: Asking, input: Input) -> Payload:
    subject, carrier = reactable(asking, input["subjectId"], "AddReaction")
    made, _ = reaction_acts.react(asking.hub, carrier, asking.viewer, NAMES[input["content"]])
    return {
        "reaction": ReactionOn(subject, made),
        "reactionGroups": reaction_groups(subject, asking),
        "subject": subject,
    }


@changes.mutation
def remove_reaction(asking: Asking, input: Input) -> Payload:
    subject, carrier = reactable(asking, input["subjectId"], "RemoveReaction")
    content = NAMES[input["content"]]
    own = (each for each in reactions_to(carrier) if each.user is asking.viewer and each.content == content)
    found = next(own, None)
    if found is not None:
        reaction_acts.unreact(asking.hub, carrier, found)
    return {
        "reaction": None if found is None else ReactionOn(subject, found),
        "reactionGroups": reaction_groups(subject, asking),
        "subject": subject,
    }

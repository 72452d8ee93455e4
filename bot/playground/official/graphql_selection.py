"""The part of GitHub's GraphQL schema that the playground answers: types, and of each type the fields.

Connections, edges, enums, scalars and inputs come along with the fields that mention them; of unions and
interfaces, the members kept here.
"""

from __future__ import annotations

FIELDS: dict[str, str] = {
    "Query": "node nodes rateLimit repository user viewer",
    "Mutation": """
        addComment addLabelsToLabelable addPullRequestReviewThreadReply addReaction closeIssue
        closePullRequest convertPullRequestToDraft deleteIssue deleteIssueComment markPullRequestReadyForReview
        minimizeComment removeLabelsFromLabelable removeReaction reopenIssue reopenPullRequest
        requestReviews resolveReviewThread transferIssue unminimizeComment unresolveReviewThread updateIssue
        updateIssueComment updatePullRequest
    """,
    "RateLimit": "cost limit nodeCount remaining resetAt used",
    "PageInfo": "endCursor hasNextPage hasPreviousPage startCursor",
    # interfaces
    "Node": "id",
    "Actor": "avatarUrl login resourcePath url",
    "Assignable": "assignees",
    "Closable": "closed closedAt",
    "Comment": """
        author authorAssociation body createdAt createdViaEmail editor id includesCreatedEdit
        lastEditedAt publishedAt updatedAt userContentEdits viewerDidAuthor
    """,
    "GitObject": "abbreviatedOid commitResourcePath commitUrl id oid repository",
    "GitSignature": "email isValid payload signature signer state verifiedAt wasSignedByGitHub",
    "Labelable": "labels",
    "Lockable": "locked",
    "Minimizable": "isMinimized minimizedReason",
    "Reactable": "databaseId id reactionGroups reactions",
    "RepositoryNode": "repository",
    "RepositoryOwner": "avatarUrl id login resourcePath url",
    "RequirableByPullRequest": "isRequired",
    # unions
    "Assignee": "",
    "Closer": "",
    "IssueOrPullRequest": "",
    "IssueTimelineItems": "",
    "PullRequestTimelineItems": "",
    "ReferencedSubject": "",
    "RenamedTitleSubject": "",
    "RequestedReviewer": "",
    "StatusCheckRollupContext": "",
    # people
    "App": "clientId createdAt databaseId id name slug updatedAt url",
    "Bot": "avatarUrl createdAt databaseId id login resourcePath updatedAt url",
    "Organization": "avatarUrl createdAt databaseId id login name resourcePath updatedAt url",
    "User": "avatarUrl createdAt databaseId id isViewer login name resourcePath updatedAt url",
    # repositories and git
    "Repository": """
        createdAt databaseId defaultBranchRef deleteBranchOnMerge description id isArchived isDisabled
        isEmpty isFork isInOrganization isLocked isPrivate issue issueOrPullRequest issues label labels
        name nameWithOwner object owner pullRequest pullRequests pushedAt ref refs resourcePath
        updatedAt url viewerPermission visibility
    """,
    "Ref": "associatedPullRequests id name prefix refUpdateRule repository target",
    "RefUpdateRule": """
        allowsDeletions allowsForcePushes blocksCreations pattern requiredApprovingReviewCount
        requiredStatusCheckContexts requiresCodeOwnerReviews requiresConversationResolution
        requiresLinearHistory requiresSignatures viewerAllowedToDismissReviews viewerCanPush
    """,
    "Commit": """
        abbreviatedOid associatedPullRequests author authoredDate checkSuites commitResourcePath
        commitUrl committedDate committer id message messageBody messageHeadline oid
        parents repository resourcePath signature statusCheckRollup tree url
    """,
    "Tree": "abbreviatedOid commitResourcePath commitUrl entries id oid repository",
    "TreeEntry": "mode name object oid path repository size type",
    "Blob": """
        abbreviatedOid byteSize commitResourcePath commitUrl id isBinary isTruncated oid repository text
    """,
    "GitActor": "avatarUrl date email name user",
    "SshSignature": "email isValid payload signature signer state verifiedAt wasSignedByGitHub",
    # checks
    "StatusCheckRollup": "commit contexts id state",
    "StatusCheckRollupContextConnection": "checkRunCount statusContextCount",
    "CheckRun": """
        annotations checkSuite completedAt conclusion databaseId detailsUrl externalId id isRequired
        name permalink repository resourcePath startedAt status summary text title url
    """,
    "CheckAnnotation": "annotationLevel location message path rawDetails title",
    "CheckAnnotationSpan": "end start",
    "CheckAnnotationPosition": "column line",
    "CheckSuite": """
        app branch checkRuns commit conclusion createdAt databaseId id repository resourcePath status
        updatedAt url workflowRun
    """,
    "WorkflowRun": """
        checkSuite createdAt databaseId event id resourcePath runNumber updatedAt url workflow
    """,
    "Workflow": "createdAt databaseId id name resourcePath state updatedAt url",
    "StatusContext": """
        avatarUrl commit context createdAt creator description id isRequired state targetUrl
    """,
    # issues and comments
    "Issue": """
        assignees author authorAssociation body closed closedAt comments createdAt createdViaEmail
        databaseId editor fullDatabaseId id includesCreatedEdit labels lastEditedAt locked number
        publishedAt reactionGroups reactions repository resourcePath state stateReason timelineItems
        title updatedAt url userContentEdits viewerDidAuthor
    """,
    "IssueComment": """
        author authorAssociation body createdAt createdViaEmail databaseId editor fullDatabaseId id
        includesCreatedEdit isMinimized issue lastEditedAt minimizedReason publishedAt pullRequest
        reactionGroups reactions repository resourcePath updatedAt url userContentEdits viewerDidAuthor
    """,
    "UserContentEdit": "createdAt deletedAt deletedBy diff editedAt editor id updatedAt",
    "Label": "color createdAt description id isDefault name repository resourcePath updatedAt url",
    "Reaction": "content createdAt databaseId id reactable user",
    "ReactionConnection": "viewerHasReacted",
    "ReactionGroup": "content createdAt subject viewerHasReacted",
    "IssueTimelineItemsConnection": "filteredCount pageCount updatedAt",
    "PullRequestTimelineItemsConnection": "filteredCount pageCount updatedAt",
    # pull requests and reviews
    "PullRequest": """
        additions assignees author authorAssociation baseRef baseRefName baseRefOid baseRepository body
        changedFiles closed closedAt comments commits createdAt createdViaEmail databaseId deletions
        editor files fullDatabaseId headRef headRefName headRefOid headRepository id includesCreatedEdit
        isCrossRepository isDraft isInMergeQueue labels lastEditedAt locked maintainerCanModify
        mergeCommit mergeStateStatus mergeable merged mergedAt mergedBy number permalink
        potentialMergeCommit publishedAt reactionGroups reactions repository resourcePath reviewDecision
        reviewRequests reviewThreads reviews state statusCheckRollup timelineItems title updatedAt url
        userContentEdits viewerDidAuthor
    """,
    "PullRequestChangedFile": "additions changeType deletions path",
    "PullRequestCommit": "commit id pullRequest resourcePath url",
    "PullRequestReview": """
        author authorAssociation body comments commit createdAt createdViaEmail databaseId editor
        fullDatabaseId id includesCreatedEdit isMinimized lastEditedAt minimizedReason publishedAt
        pullRequest reactionGroups reactions repository resourcePath state submittedAt updatedAt url
        userContentEdits viewerDidAuthor
    """,
    "PullRequestReviewComment": """
        author authorAssociation body commit createdAt createdViaEmail databaseId diffHunk editor
        fullDatabaseId id includesCreatedEdit isMinimized lastEditedAt line minimizedReason
        originalCommit originalLine outdated path publishedAt pullRequest pullRequestReview
        reactionGroups reactions replyTo repository resourcePath startLine state subjectType updatedAt
        url userContentEdits viewerDidAuthor
    """,
    "PullRequestReviewThread": """
        comments diffSide id isCollapsed isOutdated isResolved line originalLine path pullRequest
        repository resolvedBy startLine subjectType
    """,
    "ReviewRequest": "asCodeOwner id pullRequest requestedReviewer",
    # what the timeline tells
    "AssignedEvent": "actor assignable assignee createdAt id",
    "BaseRefChangedEvent": "actor createdAt currentRefName databaseId id previousRefName pullRequest",
    "ClosedEvent": "actor closable closer createdAt id resourcePath stateReason url",
    "CommentDeletedEvent": "actor createdAt databaseId deletedCommentAuthor id",
    "ConvertToDraftEvent": "actor createdAt id pullRequest resourcePath url",
    "CrossReferencedEvent": """
        actor createdAt id isCrossRepository referencedAt resourcePath source target url willCloseTarget
    """,
    "HeadRefDeletedEvent": "actor createdAt headRef headRefName id pullRequest",
    "HeadRefForcePushedEvent": "actor afterCommit beforeCommit createdAt id pullRequest ref",
    "HeadRefRestoredEvent": "actor createdAt id pullRequest",
    "LabeledEvent": "actor createdAt id label labelable",
    "LockedEvent": "actor createdAt id lockable",
    "MergedEvent": "actor commit createdAt id mergeRef mergeRefName pullRequest resourcePath url",
    "ReadyForReviewEvent": "actor createdAt id pullRequest resourcePath url",
    "ReferencedEvent": """
        actor commit commitRepository createdAt id isCrossRepository isDirectReference subject
    """,
    "RenamedTitleEvent": "actor createdAt currentTitle id previousTitle subject",
    "ReopenedEvent": "actor closable createdAt id stateReason",
    "ReviewDismissedEvent": """
        actor createdAt databaseId dismissalMessage id pullRequest resourcePath
        review url
    """,
    "ReviewRequestedEvent": "actor createdAt id pullRequest requestedReviewer",
    "ReviewRequestRemovedEvent": "actor createdAt id pullRequest requestedReviewer",
    "TransferredEvent": "actor createdAt fromRepository id issue",
    "UnassignedEvent": "actor assignable assignee createdAt id",
    "UnlabeledEvent": "actor createdAt id label labelable",
    "UnlockedEvent": "actor createdAt id lockable",
    # what mutations give back
    "AddCommentPayload": "clientMutationId commentEdge subject timelineEdge",
    "AddLabelsToLabelablePayload": "clientMutationId labelable",
    "AddPullRequestReviewThreadReplyPayload": "clientMutationId comment",
    "AddReactionPayload": "clientMutationId reaction reactionGroups subject",
    "CloseIssuePayload": "clientMutationId issue",
    "ClosePullRequestPayload": "clientMutationId pullRequest",
    "ConvertPullRequestToDraftPayload": "clientMutationId pullRequest",
    "DeleteIssueCommentPayload": "clientMutationId",
    "DeleteIssuePayload": "clientMutationId repository",
    "MarkPullRequestReadyForReviewPayload": "clientMutationId pullRequest",
    "MinimizeCommentPayload": "clientMutationId minimizedComment",
    "RemoveLabelsFromLabelablePayload": "clientMutationId labelable",
    "RemoveReactionPayload": "clientMutationId reaction reactionGroups subject",
    "ReopenIssuePayload": "clientMutationId issue",
    "ReopenPullRequestPayload": "clientMutationId pullRequest",
    "RequestReviewsPayload": "actor clientMutationId pullRequest requestedReviewersEdge",
    "ResolveReviewThreadPayload": "clientMutationId thread",
    "TransferIssuePayload": "clientMutationId issue",
    "UnminimizeCommentPayload": "clientMutationId unminimizedComment",
    "UnresolveReviewThreadPayload": "clientMutationId thread",
    "UpdateIssueCommentPayload": "clientMutationId issueComment",
    "UpdateIssuePayload": "actor clientMutationId issue",
    "UpdatePullRequestPayload": "actor clientMutationId pullRequest",
}
CONNECTION = frozenset({"edges", "nodes", "pageInfo", "totalCount"})
EDGE = frozenset({"cursor", "node"})


def fields_kept(type_name: str) -> frozenset[str] | None:
    """The kept fields of a type; None for a type that is not kept."""
    listed = FIELDS.get(type_name)
    own = frozenset(listed.split()) if listed is not None else frozenset()
    if type_name.endswith("Connection"):
        return own | CONNECTION
    if type_name.endswith("Edge"):
        return own | EDGE
    return own if listed is not None else None

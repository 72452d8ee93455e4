"""Everything that can be done here: each act changes the state, writes the history and queues the webhooks.

Every function takes the hub first and must be called under `hub.lock`. REST, GraphQL, pages and git all
act through these; none of them checks permissions (`bot.playground.access` does).
"""

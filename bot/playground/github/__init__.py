"""The playground's GitHub as the world meets it: REST, git over HTTP, webhooks, pages and controls."""

from cloudapps.apps import CloudApp


class SocialAnalytics(CloudApp):
    """Follow what is said about a keyword, and how people feel about it."""

    name = "socialanalytics"
    title = "Social Media Analytics"
    description = "Follow keywords as people post, and watch the mood change while it happens."
    icon = "chart"
    slug = "social"

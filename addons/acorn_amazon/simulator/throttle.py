"""Amazon's token buckets: one per selling account, app and operation."""

# Operation: (calls per second, burst), as Amazon's models say.
PLANS = {
    "getMarketplaceParticipations": (0.016, 15),
    "getOrderMetrics": (0.5, 15),
    "getInventorySummaries": (2, 2),
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "confirmShipment": (2, 10),
    "getListingsItem": (5, 10),
    "patchListingsItem": (5, 5),
    "searchListingsItems": (5, 5),
    "createReport": (0.0167, 15),
    "getReport": (2, 15),
    "getReports": (0.0222, 10),
    "cancelReport": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    "getFeed": (2, 15),
    "getFeeds": (0.0222, 10),
    "cancelFeed": (2, 15),
    "getFeedDocument": (0.0222, 10),
    "listTransactions": (0.5, 10),
    "listPayouts": (0.5, 10),
    "createQuery": (0.0167, 15),
    "getQuery": (2, 15),
    "getDocument": (0.0167, 15),
}


class Throttle:
    """``scale`` speeds all plans up or down; disabled, it only announces them."""

    def __init__(self, scale=1.0, enabled=True):
        self.scale, self.enabled = scale, enabled
        self._buckets = {}  # {(account, app, operation): (tokens, as of)}

    def limit(self, operation):
        """What x-amzn-RateLimit-Limit says."""
        rate, _burst = PLANS[operation]
        return f"{rate * self.scale:g}"

    def take(self, account, client, operation, now):
        """Spend a token; False when there is none."""
        rate, burst = PLANS[operation]
        key = (account, client, operation)
        tokens, as_of = self._buckets.get(key, (burst, now))
        gained = max((now - as_of).total_seconds(), 0) * rate * self.scale
        tokens = min(burst, tokens + gained)
        enough = not self.enabled or tokens >= 1
        self._buckets[key] = (tokens - 1 if self.enabled and enough else tokens, now)
        return enough

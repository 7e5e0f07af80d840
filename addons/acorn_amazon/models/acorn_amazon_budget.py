from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.acorn_base.short_cursor import run_apart

from ..spapi.throttle import RATES, Rate, exhausted, refill, wait

# The clock that all workers and nodes share. It counts in microseconds: who waited for
# a token exactly must not lack a millionth of it.
NOW = SQL("(clock_timestamp() AT TIME ZONE 'UTC')")
WHOLE = 1 - 1e-6


class AcornAmazonBudget(models.Model):
    """How many calls of one operation Amazon still takes from an account and an app.

    One token bucket per row, shared by all workers and nodes. A token is spent in a
    transaction of its own before the call: no row is locked while the network is
    waited for, and what is spent stays spent when the caller's work is rolled back.
    """

    _name = "acorn.amazon.budget"
    _description = "Amazon Call Budget"
    _log_access = False
    _order = "account, operation, id"
    _rec_name = "operation"

    account = fields.Char(string="Seller ID", required=True, readonly=True)
    client = fields.Char(string="Client ID", required=True, readonly=True)
    region = fields.Char(required=True, readonly=True)
    operation = fields.Char(required=True, readonly=True)
    tokens = fields.Float(
        readonly=True, help="Calls that were left when the last one was made."
    )
    filled_at = fields.Datetime(
        string="Last Call", readonly=True, help="Since then the bucket fills again."
    )
    rate = fields.Float(
        string="Calls per Second",
        readonly=True,
        help="As Amazon told with its answers; before that, as it publishes.",
    )

    _bucket_unique = models.Constraint(
        "UNIQUE (account, client, region, operation)", "A bucket exists once."
    )

    @api.model
    def _throttle_of(self, shop):
        """Return the budget of a shop in the form the Amazon channel expects."""
        return Throttle(
            self.env.registry,
            account=shop.amazon_seller_id,
            client=shop.amazon_app_id.client_id,
            region=shop.amazon_region,
        )

    @api.model
    def _use_of(self, shops):
        """Return what is left of each shop's buckets, as ``acorn.shop._budget_use``."""
        # sudo: how much is left, whoever sees a shop may know; its identifiers are for
        # administrators only.
        shops_sudo, buckets_sudo = shops.sudo(), self.sudo()
        now = fields.Datetime.now()
        found = buckets_sudo.search(
            [("account", "in", shops_sudo.mapped("amazon_seller_id"))]
        ).grouped(lambda bucket: (bucket.account, bucket.client, bucket.region))
        return {
            shop.id: [
                bucket._left(now)
                for bucket in found.get(
                    (
                        shop.amazon_seller_id,
                        shop.amazon_app_id.client_id,
                        shop.amazon_region,
                    ),
                    (),
                )
                if bucket.operation in RATES
            ]
            for shop in shops_sudo
        }

    def _left(self, now):
        known = RATES[self.operation]
        rate = Rate(self.rate or known.per_second, known.burst)
        since = (now - self.filled_at).total_seconds()
        return {
            "operation": self.operation,
            "left": int(refill(self.tokens, 0, since, rate)),
            "burst": rate.burst,
            "per_hour": round(rate.per_second * 3600, 1),
        }


class Throttle:
    """The buckets of one account and app."""

    def __init__(self, registry, **account):
        self._registry = registry
        self._account = account
        self._told = {}

    def spend(self, operation, leave=0):
        """Take a token, or raise ``RetryLater`` with the seconds until there is one.

        :param leave: tokens that have to stay in the bucket
        """
        # Filling, looking and taking are one statement: nobody comes between.
        query = SQL(
            """
            WITH spent AS (
                INSERT INTO acorn_amazon_budget AS bucket
                       (account, client, region, operation, tokens, filled_at)
                VALUES (%(account)s, %(client)s, %(region)s, %(operation)s,
                        %(burst)s - 1, %(now)s)
                    ON CONFLICT (account, client, region, operation) DO UPDATE
                   SET tokens = %(filled)s - 1, filled_at = %(now)s
                 WHERE %(filled)s >= %(whole)s
             RETURNING 1
            )
            SELECT EXISTS (SELECT FROM spent),
                   %(filled)s,
                   COALESCE(bucket.rate, %(rate)s)
              FROM (SELECT 1) AS one
         LEFT JOIN acorn_amazon_budget AS bucket ON %(mine)s
            """,
            whole=WHOLE + leave,
            **self._bucket(operation),
        )
        [[spent, tokens, per_second]] = run_apart(self._registry, query)
        if not spent:
            rate = Rate(per_second, RATES[operation].burst)
            raise exhausted(operation, wait(tokens - leave, rate))

    def learn(self, operation, per_second):
        """Keep the rate that Amazon told with an answer, from now on."""
        if self._told.get(operation) == per_second:
            return
        query = SQL(
            """
            UPDATE acorn_amazon_budget AS bucket
               SET tokens = %(filled)s, filled_at = %(now)s, rate = %(told)s
             WHERE %(mine)s AND rate IS DISTINCT FROM %(told)s
            """,
            told=per_second,
            **self._bucket(operation),
        )
        run_apart(self._registry, query)
        self._told[operation] = per_second

    def rate(self, operation):
        """Return the rate as Amazon told it, or publishes it."""
        bucket = self._bucket(operation)
        query = SQL(
            "SELECT bucket.rate FROM acorn_amazon_budget AS bucket WHERE %s",
            bucket["mine"],
        )
        told = [rate for [rate] in run_apart(self._registry, query) if rate]
        return Rate(told[0] if told else bucket["rate"], bucket["burst"])

    def _bucket(self, operation):
        """Return the parts of which the statements are made."""
        rate = RATES[operation]
        key = {**self._account, "operation": operation}
        return {
            **key,
            "rate": rate.per_second,
            "burst": rate.burst,
            "now": NOW,
            "mine": SQL(
                "(bucket.account, bucket.client, bucket.region, bucket.operation) = %s",
                tuple(key.values()),
            ),
            "filled": SQL(
                """LEAST(%s, bucket.tokens + COALESCE(bucket.rate, %s)
                   * GREATEST(EXTRACT(EPOCH FROM %s - bucket.filled_at)::float8, 0))""",
                rate.burst,
                rate.per_second,
                NOW,
            ),
        }

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.acorn_base import vault
from odoo.addons.acorn_base.channel import UTC
from odoo.addons.acorn_base.short_cursor import run_apart


class AcornAmazonToken(models.Model):
    """Access tokens, an hour old at most, shared by all workers and nodes.

    Rows live on short cursors of their own: what one worker fetched is there for the
    others at once, whatever becomes of the work it was fetched for.
    """

    _name = "acorn.amazon.token"
    _description = "Amazon Access Token"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True, help="Digest of the credentials.")
    shop_ref = fields.Integer(
        readonly=True,
        index=True,
        help="Id of the shop. No foreign key: the shop may be written to meanwhile.",
    )
    token_sealed = fields.Text(required=True, readonly=True, groups=fields.NO_ACCESS)
    expires_at = fields.Datetime(required=True, readonly=True)

    _key_unique = models.Constraint("UNIQUE (key)", "A token is kept once.")

    @api.model
    def _store_of(self, shop):
        """Return the token store of a shop in the form the Amazon channel expects."""
        return TokenStore(self.env.registry, shop.id)

    @api.model
    def _forget(self, shops):
        """Drop the tokens of shops whose credentials are no longer the same."""
        run_apart(
            self.env.registry,
            SQL("DELETE FROM acorn_amazon_token WHERE shop_ref = ANY(%s)", shops.ids),
        )

    @api.autovacuum
    def _gc_expired(self):
        self.env.cr.execute(
            "DELETE FROM acorn_amazon_token WHERE expires_at < now() AT TIME ZONE 'UTC'"
        )


class TokenStore:
    """Keeps the access tokens of one shop encrypted in PostgreSQL."""

    def __init__(self, registry, shop_ref):
        self._registry = registry
        self._shop_ref = shop_ref

    def get(self, key):
        """Return the token that was stored under a key, or None when it has expired."""
        query = SQL(
            """
            SELECT token_sealed FROM acorn_amazon_token
             WHERE key = %s AND expires_at > clock_timestamp() AT TIME ZONE 'UTC'
            """,
            key,
        )
        rows = run_apart(self._registry, query)
        return vault.decrypt(rows[0][0]).decode() if rows else None

    def set(self, key, token, expires_at):
        """Keep a token until ``expires_at`` (aware UTC), in place of the one before."""
        query = SQL(
            """
            INSERT INTO acorn_amazon_token (key, shop_ref, token_sealed, expires_at)
            VALUES (%s, %s, %s, %s)
                ON CONFLICT (key) DO UPDATE
               SET token_sealed = EXCLUDED.token_sealed,
                   expires_at = EXCLUDED.expires_at
            """,
            key,
            self._shop_ref,
            vault.encrypt(token.encode()),
            expires_at.astimezone(UTC).replace(tzinfo=None),
        )
        run_apart(self._registry, query)

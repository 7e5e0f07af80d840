from odoo import fields


class LooseMany2one(fields.Many2one):
    """A link to records that are never deleted: PostgreSQL does not check each."""

    def update_db_foreign_key(self, model, column):
        """Leave the column without a foreign key."""

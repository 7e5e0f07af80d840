from odoo import fields, models

from .nature_words import nature_words


class AcornNatureAccount(models.Model):
    """The account of a nature in a company's books: what new fee rules begin with."""

    _name = "acorn.nature.account"
    _description = "Account of a Nature"
    _order = "company_id, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    nature = fields.Selection("_get_natures", required=True)
    account_id = fields.Many2one("account.account", required=True, check_company=True)
    tax_id = fields.Many2one("account.tax", check_company=True)

    _nature_unique = models.UniqueIndex(
        "(company_id, nature)", "A nature has one account in a company."
    )

    def _get_natures(self):
        """Natures, and the accounts that entries of settlements need beside them."""
        return [
            *nature_words(self.env),
            ("clearing", self.env._("Paid out, on Its Way to the Bank")),
            ("carried", self.env._("Carried Forward to the Next Month")),
            ("deferred", self.env._("Sold, and Not Settled Yet")),
            ("cost", self.env._("Cost of Goods Sold")),
        ]

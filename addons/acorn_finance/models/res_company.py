from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _acorn_group(self):
        """Return all companies of the company's group, from the top unit down."""
        self.ensure_one()
        # sudo: that it is a company of the group says nothing about that company.
        return self.browse(self._acorn_way()[:1]).sudo()._acorn_below()

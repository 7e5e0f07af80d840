from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        """A channel's buyer has an e-mail, where not everybody reads it."""
        found = super()._get_default_mail_partner_ids(move, mail_template, mail_lang)
        # sudo: who invoices need not see the e-mail to send to it.
        if not found and move.sudo().partner_id.acorn_email:
            return move.partner_id
        return found

    @api.model
    def _get_alerts(self, moves, moves_data):
        alerts = super()._get_alerts(moves, moves_data)
        if "account_missing_email" in alerts:
            mailed = moves.filtered(
                lambda move: "email" in moves_data[move]["sending_methods"]
            )
            partners = mailed.partner_id
            if len(moves) == 1:
                partners = moves_data[mailed]["mail_partner_ids"]
            # sudo: see above.
            partners_sudo = partners.sudo()
            if all(partner.email or partner.acorn_email for partner in partners_sudo):
                del alerts["account_missing_email"]
        return alerts

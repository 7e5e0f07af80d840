from odoo import models
from odoo.tools import email_normalize_all, formataddr


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_outgoing_list(self, *args, **kwargs):
        """Letters that people write to a buyer go to the buyer's e-mail."""
        letters = super()._prepare_outgoing_list(*args, **kwargs)
        for letter in letters:
            buyer = letter["partner_id"]
            if not buyer or buyer.email or not buyer.acorn_email:
                continue
            addresses = email_normalize_all(buyer.acorn_email)
            letter.update(
                email_to=[formataddr((buyer.name or "", each)) for each in addresses],
                email_to_normalized=addresses,
                email_to_raw=buyer.acorn_email,
            )
        return letters

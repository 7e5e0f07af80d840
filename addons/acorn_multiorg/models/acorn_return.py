from odoo import models


class AcornReturn(models.Model):
    _inherit = "acorn.return"

    _mail_post_access = "read"  # customer service reads returns and writes notes

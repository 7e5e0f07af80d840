from odoo import models
from odoo.exceptions import AccessError

PLACE = ("acorn_shop_id", "acorn_site_id")


class AcornPlaced(models.AbstractModel):
    """A document of a channel: it stays with the shop and site that it came from."""

    _name = "acorn.placed"
    _description = "Document of a Channel"

    def write(self, vals):
        named = [name for name in PLACE if name in vals]
        if named and not self.env.su:
            self._acorn_check_place({name: vals[name] or False for name in named})
        return super().write(vals)

    def _acorn_check_place(self, place):
        # sudo: where a document belongs is compared, not shown.
        for document_sudo in self.sudo():
            if any(document_sudo[name].id != place[name] for name in place):
                raise AccessError(
                    self.env._(
                        "%s came through a channel: nobody moves it to another shop "
                        "or site.",
                        document_sudo.display_name,
                    )
                )

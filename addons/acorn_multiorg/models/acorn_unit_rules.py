from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What a unit of each level may be below of; False: of nothing.
ABOVE = {
    "headquarters": {False},
    "branch": {"headquarters"},
    "store": {"headquarters", "branch"},
    False: {False},
}
# What a company leaves behind, which its books need for years.
DOCUMENTS = ("acorn.shop", "sale.order", "account.move", "stock.picking", "stock.move")


class AcornUnitRules(models.AbstractModel):
    """What the tree of units may look like: part of ``res.company``."""

    _name = "acorn.unit.rules"
    _description = "Rules of the Tree"

    acorn_inferior_ids = fields.One2many(
        "res.company", "acorn_superior_id", string="Units Below"
    )
    acorn_shop_ids = fields.One2many("acorn.shop", "company_id", string="Shops")

    # === RULES OF THE TREE === #

    @api.constrains("acorn_level", "acorn_superior_id", "active")
    def _check_acorn_tree(self):
        if self._has_cycle("acorn_superior_id"):
            raise ValidationError(
                self.env._(
                    "A unit cannot be below itself, nor below one of its own units. "
                    "Choose a unit from elsewhere in the tree as superior."
                )
            )
        # sudo: units that the person does not see keep their place, too.
        for unit_sudo in (self | self.sudo().acorn_inferior_ids).sudo():
            unit_sudo._check_acorn_place()

    def _check_acorn_place(self):
        """Refuse what is no tree of three levels."""
        above = self.acorn_superior_id
        if above.acorn_level not in ABOVE[self.acorn_level]:
            raise ValidationError(self._acorn_place_sentence())
        if above and self.active and not above.active:
            raise ValidationError(
                self.env._(
                    "%(unit)s is below %(above)s, which is archived. Restore "
                    "%(above)s, or choose another superior unit.",
                    unit=self.name,
                    above=above.name,
                )
            )

    def _acorn_place_sentence(self):
        values = {"unit": self.name, "above": self.acorn_superior_id.name}
        if self.acorn_level == "headquarters":
            return self.env._(
                "%(unit)s is a headquarters: nothing is above it. Empty its superior "
                "unit, or make it a branch.",
                **values,
            )
        if self.acorn_level == "branch":
            return self.env._(
                "%(unit)s is a branch: it is below a headquarters. There are three "
                "levels, never four: headquarters, branch, store. Choose a "
                "headquarters as superior unit.",
                **values,
            )
        if self.acorn_level == "store":
            return self.env._(
                "%(unit)s is a store: it is below a branch or a headquarters, and "
                "nothing is below a store. Choose another superior unit.",
                **values,
            )
        return self.env._(
            "%(unit)s has no level, so it is outside the tree: nothing is above it. "
            "Choose its level, or empty its superior unit.",
            **values,
        )

    # === ARCHIVE, NEVER DELETE === #

    def write(self, vals):
        if vals.get("active") is False:
            self._check_acorn_archive()
        if "acorn_level" in vals and not vals["acorn_level"]:
            self._check_acorn_leave()
        return super().write(vals)

    def _check_acorn_leave(self):
        # sudo: shops that the person does not see would hang as well.
        for unit_sudo in self.sudo().filtered("acorn_level"):
            if shops := unit_sudo.acorn_shop_ids:
                raise UserError(
                    self.env._(
                        "%(unit)s cannot leave the tree: %(shops)s would hang in the "
                        "air. Archive these shops first.",
                        unit=unit_sudo.name,
                        shops=", ".join(shops.mapped("name")),
                    )
                )

    def _check_acorn_archive(self):
        """Refuse to archive what still works, or what others hang on."""
        # sudo: as when leaving the tree.
        for unit_sudo in self.sudo():
            live = unit_sudo.acorn_shop_ids.filtered(lambda shop: shop.state == "live")
            if live:
                raise UserError(
                    self.env._(
                        "%(unit)s has shops that are live: %(shops)s. Pause them "
                        "first, then archive the unit.",
                        unit=unit_sudo.name,
                        shops=", ".join(live.mapped("name")),
                    )
                )
            if below := unit_sudo.acorn_inferior_ids - self:
                raise UserError(
                    self.env._(
                        "%(below)s would hang in the air. Give these units another "
                        "superior unit, or archive them together with %(unit)s.",
                        below=", ".join(below.mapped("name")),
                        unit=unit_sudo.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_acorn_documents(self):
        # sudo: documents that the person does not see are documents, too.
        everything_sudo = self.env["base"].sudo().with_context(active_test=False).env
        for unit_sudo in self.with_env(everything_sudo):
            if unit_sudo.acorn_inferior_ids or any(
                everything_sudo[name].search_count(
                    [("company_id", "=", unit_sudo.id)], limit=1
                )
                for name in DOCUMENTS
            ):
                raise UserError(
                    self.env._(
                        "%s has shops, documents or units below it: it cannot be "
                        "deleted, as its books are kept. Archive it instead "
                        "(Actions, Archive).",
                        unit_sudo.name,
                    )
                )

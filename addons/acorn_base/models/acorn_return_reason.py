from odoo import api, fields, models


class AcornReturnReason(models.Model):
    """Why buyers send goods back: a word of a channel, and a name people understand."""

    _name = "acorn.return.reason"
    _description = "Return Reason"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    word = fields.Char(
        string="Channel's Word", required=True, readonly=True, index=True
    )
    channel = fields.Selection("_get_channels", required=True, readonly=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()

    _word_unique = models.Constraint(
        "UNIQUE (channel, word)", "A word of a channel has one name."
    )

    @api.model
    def _get_channels(self):
        return self.env["acorn.shop"]._get_channels()

    @api.model
    def _get_or_create(self, shop, words):
        """Return the reasons of a channel by word; a new word makes a reason.

        :return: dict word → reason, with an empty one for ''
        """
        wanted = sorted(words - {""})
        found = self.with_context(active_test=False).search(
            [("channel", "=", shop.channel), ("word", "in", wanted)]
        )
        known = {reason.word: reason for reason in found}
        new = [word for word in wanted if word not in known]
        # sudo: whoever applies a return may not be somebody who edits reasons.
        created = self.sudo().create(
            [
                {
                    "channel": shop.channel,
                    "word": word,
                    "name": shop._return_reason_name(word),
                }
                for word in new
            ]
        )
        for code, _name in self.env["res.lang"].get_installed():
            for reason in created.with_context(lang=code):
                speaking = shop.with_context(lang=code)
                reason.name = speaking._return_reason_name(reason.word)
        made = {reason.word: self.browse(reason.id) for reason in created}
        return {"": self.browse()} | known | made

from odoo.tools.misc import file_path

# Debian's Odoo leaves this script out; every page of the backend then logs an error.
OMITTED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def post_init_hook(env):
    """Take a script that this build of Odoo lacks out of the assets."""
    try:
        file_path(OMITTED)
    except FileNotFoundError:
        asset = env["ir.asset"].create(
            {
                "name": "Omitted by this build of Odoo",
                "bundle": "web.assets_backend",
                "directive": "remove",
                "path": OMITTED,
            }
        )
        # By its name it goes when the addon is uninstalled.
        env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": "acorn_base.ir_asset_omitted",
                    "record": asset,
                    "noupdate": True,
                }
            ]
        )

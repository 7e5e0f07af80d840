"""What an installation brings along is kept, and nobody is locked out."""

REGIONS = {
    "region_north_america": "North America",
    "region_latin_america": "Latin America",
    "region_europe": "Europe",
    "region_middle_east_africa": "Middle East and Africa",
    "region_asia_pacific": "Asia-Pacific",
}
WORKERS = (
    "acorn_base.group_user",
    "sales_team.group_sale_salesman",
    "stock.group_stock_user",
    "account.group_account_readonly",
    "account.group_account_invoice",
)


def pre_init_hook(env):
    """Regions that people have named so are ours from now on: names are unique."""
    adopted = []
    for xml_id, name in REGIONS.items():
        if region := env["acorn.region"].search([("name", "=", name)], limit=1):
            xml_id = f"acorn_multiorg.{xml_id}"
            adopted.append({"xml_id": xml_id, "record": region, "noupdate": True})
    env["ir.model.data"]._update_xmlids(adopted)


def post_init_hook(env):
    """Tag sites without region; people go on seeing the shops of their companies."""
    untagged = env["acorn.site"].with_context(active_test=False)
    untagged.search([("region_ids", "=", False)])._acorn_tag()
    groups = env["res.groups"]
    for name in WORKERS:
        groups |= env.ref(name)
    people = groups.all_user_ids.filtered(lambda user: not user.share and user.active)
    env["acorn.scope"].create(
        [
            {"user_id": user.id, "unit_id": unit.id}
            for user in people
            if not user._acorn_everywhere()
            for unit in user.company_ids._acorn_tops()
        ]
    )

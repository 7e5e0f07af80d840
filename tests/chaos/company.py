# For the shell of Odoo, after `bin/demo.py`: what chaos needs besides a demo company.
# ruff: noqa: F821, T201
# Nothing is ever sold out: what cannot be reserved is a difference.
quants = env["stock.quant"].search([("location_id.usage", "=", "internal")])
for quant in quants:
    quant.with_context(inventory_mode=True).inventory_quantity = 5000
quants.action_apply_inventory()

# Two warehouses of our own, so that lanes have something to share out.
east = env["stock.warehouse"].search([("name", "=", "East Warehouse")])
for site in env["acorn.site"].search([("code", "in", ("FR", "JP", "CA"))]):
    site.warehouse_id = east

# Listings are fetched by the tests that are about them.
# The reconciliation would find by itself what the streams must not lose.
env["acorn.stream"].search([("kind", "not in", ("order",))]).active = False

# Four lanes for three servers of two threads each.
lane = env.ref("acorn_base.ir_cron_lane_1")
for number in (3, 4):
    lane.copy({"cron_name": f"Acorn: lane {number}", "active": True})
lanes = env["ir.cron"].search(env["acorn.shop"]._lane_domain())
lanes.active = True
env["ir.cron"].search([("id", "not in", lanes.ids)]).active = False
env.cr.commit()
print(len(lanes), "lanes")

"""Groups that guard fields, by the names that `groups=` takes."""

# Who sells sees amounts and buyers' e-mail; who only packs does not.
COMMERCIAL = "acorn_base.group_commercial"

# Who keeps books, buys or manages stock sees what goods cost.
COST = "acorn_base.group_cost"

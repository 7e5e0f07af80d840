"""Groups that guard fields, by the names that `groups=` takes."""

# Who sells sees amounts and buyers' e-mail; who only packs does not.
COMMERCIAL = "acorn_base.group_commercial"

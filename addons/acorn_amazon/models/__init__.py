from . import acorn_amazon_app
from . import acorn_amazon_budget
from . import acorn_amazon_token
from . import acorn_shop
from . import acorn_shop_batch

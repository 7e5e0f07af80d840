{
    "name": "Acorn Amazon",
    "summary": "Amazon's marketplaces as a sales channel of Acorn",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Acorn",
    "website": "https://github.com/acorn-odoo/acorn",
    "license": "AGPL-3",
    "depends": ["acorn_base"],
    "external_dependencies": {
        "python": ["cryptography", "python-amazon-sp-api", "requests"]
    },
    "data": [
        "security/ir.model.access.csv",
        "security/acorn_amazon_security.xml",
        "data/acorn_stream_data.xml",
        "data/acorn.known.carrier.csv",
        "views/acorn_amazon_app_views.xml",
        "views/acorn_shop_views.xml",
        "views/acorn_amazon_menus.xml",
    ],
}

{
    "name": "Acorn Multiorg",
    "summary": "Headquarters, branches and stores: who sees and steers what",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "author": "Acorn",
    "website": "https://github.com/acorn-odoo/acorn",
    "license": "AGPL-3",
    "depends": ["acorn_base", "auth_totp_mail", "web_hierarchy"],
    "data": [
        "security/acorn_multiorg_groups.xml",
        "security/ir.model.access.csv",
        "security/acorn_scope_security.xml",
        "security/acorn_audit_security.xml",
        "views/acorn_scope_views.xml",
        "views/acorn_multiorg_menus.xml",
    ],
}

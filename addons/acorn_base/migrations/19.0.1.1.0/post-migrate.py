def migrate(cr, version):
    """Buyers' e-mail moves into the field that warehouse users may not read."""
    cr.execute(
        "UPDATE res_partner"
        "   SET acorn_email = COALESCE(acorn_email, email),"
        "       email = NULL, email_normalized = NULL"
        " WHERE acorn_shop_id IS NOT NULL AND email IS NOT NULL"
        "   AND NOT EXISTS (SELECT 1 FROM res_users"  # who logs in needs it there
        "                    WHERE res_users.partner_id = res_partner.id)"
    )

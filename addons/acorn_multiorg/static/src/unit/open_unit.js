import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { redirect } from "@web/core/utils/urls";

/** Opens the form of a company or shop, with its company switched on. */
function openUnit(env, action) {
    const { model, id, company_id } = action.params;
    if (!user.allowedCompanies.some((company) => company.id === company_id)) {
        // A new company, which this page does not know yet.
        return redirect(`/odoo/${model}/${id}`);
    }
    const active = user.activeCompanies.map((company) => company.id);
    if (!active.includes(company_id)) {
        user.activateCompanies([...active, company_id], {
            includeChildCompanies: false,
            reload: false,
        });
    }
    return {
        type: "ir.actions.act_window",
        res_model: model,
        res_id: id,
        views: [[false, "form"]],
    };
}

registry.category("actions").add("acorn_open_unit", openUnit);

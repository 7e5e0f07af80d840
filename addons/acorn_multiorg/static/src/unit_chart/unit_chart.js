import { onWillStart } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { HierarchyController } from "@web_hierarchy/hierarchy_controller";
import { hierarchyView } from "@web_hierarchy/hierarchy_view";

/** The organisation chart: a card opens the form of its company or shop. */
export class UnitChartController extends HierarchyController {
    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
        onWillStart(async () => {
            this.mayMake =
                (await user.hasGroup("acorn_multiorg.group_group_manager")) ||
                (await user.hasGroup("acorn_base.group_admin"));
        });
    }

    async openRecord(node, newWindow) {
        const action = await this.orm.call("acorn.unit", "action_open", [node.resId]);
        await this.action.doAction(action, { newWindow });
    }

    newUnit() {
        return this.action.doAction("acorn_multiorg.acorn_new_unit_action", {
            onClose: () => this.model.reload(),
        });
    }
}

registry.category("views").add("acorn_unit_chart", {
    ...hierarchyView,
    Controller: UnitChartController,
    buttonTemplate: "acorn_multiorg.UnitChartButtons",
});

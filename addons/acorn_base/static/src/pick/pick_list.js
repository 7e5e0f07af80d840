import { Component, useState } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const MOMENT = { weekday: "short", hour: "numeric", minute: "2-digit" };

export class PickList extends Component {
    static template = "acorn_base.PickList";
    static props = { tasks: Array, open: Function, find: Function };

    setup() {
        this.typed = useState({ code: "" });
    }

    due(task) {
        const moment = deserializeDateTime(task.ship_by);
        return `${moment.toLocaleString(MOMENT)} (${moment.toRelative()})`;
    }

    amount(task) {
        const units =
            task.units === 1 ? _t("1 unit") : _t("%s units", +task.units.toFixed(3));
        return task.deliveries > 1 || task.kind === "batch"
            ? _t("%(units)s for %(count)s deliveries", { units, count: task.deliveries })
            : units;
    }

    onKey(ev) {
        if (ev.key === "Enter" && this.typed.code.trim()) {
            this.props.find(this.typed.code);
            this.typed.code = "";
        }
    }
}

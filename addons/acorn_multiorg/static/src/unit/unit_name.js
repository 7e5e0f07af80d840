import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const STEP = 1.75; // rem of indentation for each level
const ICONS = {
    headquarters: "fa-building",
    branch: "fa-sitemap",
    store: "fa-shopping-bag",
};

/** The name of a unit, as far to the right as it is deep in the tree. */
export class UnitName extends Component {
    static template = "acorn_multiorg.UnitName";
    static props = { ...standardFieldProps };

    get name() {
        return this.props.record.data[this.props.name] || "";
    }

    get icon() {
        return ICONS[this.props.record.data.level] || "fa-circle-o";
    }

    get indentation() {
        return `padding-inline-start: ${this.props.record.data.depth * STEP}rem`;
    }
}

registry.category("fields").add("acorn_unit_name", {
    component: UnitName,
    displayName: _t("Name in the Tree"),
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "depth", type: "integer" },
        { name: "level", type: "selection" },
    ],
});

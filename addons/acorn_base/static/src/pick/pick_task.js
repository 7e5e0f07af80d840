import { Component, onPatched, useRef } from "@odoo/owl";

export class PickTask extends Component {
    static template = "acorn_base.PickTask";
    static props = { task: Object, last: [Number, Boolean], count: Function };

    setup() {
        this.root = useRef("root");
        let shown = this.props.last;
        onPatched(() => {
            if (this.props.last !== shown) {
                shown = this.props.last;
                const card = this.root.el.querySelector(`[data-line="${shown}"]`);
                card?.scrollIntoView({ block: "center", behavior: "smooth" });
            }
        });
    }

    get progress() {
        const { counted, units } = this.props.task;
        return units ? Math.round((100 * counted) / units) : 0;
    }

    /** The line where the picker has to go now. */
    get current() {
        return this.props.task.lines.find((line) => line.counted < line.quantity)?.id;
    }

    number(value) {
        return String(+value.toFixed(3));
    }

    classes(line) {
        return {
            o_acorn_complete: line.counted >= line.quantity,
            o_acorn_current: line.id === this.current,
        };
    }
}

import { Component } from "@odoo/owl";

const WIDTH = 120;
const HEIGHT = 26;

/** A line of numbers; where one is missing the line has a gap. */
export class Sparkline extends Component {
    static template = "acorn_base.Sparkline";
    static props = { points: Array, title: { type: String, optional: true } };

    get box() {
        return `0 0 ${WIDTH} ${HEIGHT}`;
    }

    get path() {
        const { points } = this.props;
        const step = WIDTH / Math.max(1, points.length - 1);
        const most = Math.max(1, ...points.filter((point) => point !== null));
        let pen = "M";
        return points
            .map((point, index) => {
                if (point === null) {
                    pen = "M";
                    return "";
                }
                const x = (index * step).toFixed(1);
                const y = (HEIGHT - 2 - (point / most) * (HEIGHT - 4)).toFixed(1);
                const drawn = `${pen}${x} ${y}`;
                pen = "L";
                // A point alone is seen, too.
                return points[index + 1] === undefined || points[index + 1] === null
                    ? `${drawn}h0.1`
                    : drawn;
            })
            .join("");
    }
}

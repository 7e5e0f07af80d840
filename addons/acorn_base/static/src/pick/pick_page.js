import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { PickList } from "./pick_list";
import { PickTask } from "./pick_task";
import { feel } from "./feel";

const EVERY = 30000; // milliseconds

/** The picker's walk: a list of deliveries, one of them, and what was shipped. */
export class PickPage extends Component {
    static template = "acorn_base.PickPage";
    static components = { Layout, PickList, PickTask };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.camera = isBarcodeScannerSupported();
        this.state = useState({ screen: "list", tasks: [], task: null });
        this.said = useState({ ok: true, text: "" });
        this.last = useState({ line: false, short: null });
        this.scans = Promise.resolve();
        useBus(useService("barcode").bus, "barcode_scanned", (ev) =>
            this.onCode(ev.detail.barcode)
        );
        onWillStart(() => this.load());
        const timer = browser.setInterval(() => this.refresh(), EVERY);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    // === THE SERVER === #

    /** Ask the server; what it refuses is said on the page and heard. */
    async ask(method, ...args) {
        try {
            return await this.orm.call("acorn.pick", method, args);
        } catch (error) {
            if (!error.data) {
                throw error; // no connection: the web client says so
            }
            this.say(false, error.data.message);
            return null;
        }
    }

    async load() {
        this.state.tasks = (await this.ask("page")) || [];
    }

    refresh() {
        if (this.state.screen === "list" && !document.hidden) {
            return this.load();
        }
    }

    say(ok, text) {
        Object.assign(this.said, { ok, text });
        if (text || !ok) {
            feel(ok);
        }
    }

    // === FROM SCREEN TO SCREEN === #

    async open(kind, id) {
        this.say(true, "");
        const task = await this.ask("take", kind, id);
        if (task) {
            Object.assign(this.last, { line: false, short: null });
            Object.assign(this.state, { task, screen: "task" });
        } else {
            await this.load();
        }
    }

    async back() {
        this.say(true, "");
        await this.load();
        Object.assign(this.state, { task: null, screen: "list" });
    }

    async leave() {
        const { kind, id } = this.state.task;
        await this.ask("leave", kind, id);
        await this.back();
    }

    next() {
        const next = this.state.tasks.find((task) => task.startable);
        return next ? this.open(next.kind, next.id) : this.back();
    }

    // === BARCODES === #

    /** Scanners are faster than networks: one after the other. */
    onCode(code) {
        this.scans = this.scans.then(() => this.take(code));
        return this.scans;
    }

    async take(code) {
        if (this.state.screen === "task") {
            const { kind, id } = this.state.task;
            this.heard(await this.ask("scan", kind, id, code));
            return;
        }
        const found = await this.ask("find", code);
        if (found?.id) {
            await this.open(found.kind, found.id);
        } else if (found) {
            this.say(false, found.text);
        }
    }

    heard(answer) {
        if (answer?.found) {
            return this.open(answer.found.kind, answer.found.id);
        }
        if (answer) {
            this.state.task = answer.task;
            Object.assign(this.last, { line: answer.line, short: null });
            this.say(answer.ok, answer.text || (answer.line ? this.sayCounted(answer) : ""));
        }
    }

    sayCounted({ task, line }) {
        const { product, counted, quantity } = task.lines.find((each) => each.id === line);
        return _t("%(product)s: %(counted)s of %(quantity)s", { product, counted, quantity });
    }

    async scan() {
        const code = await scanBarcode(this.env);
        if (code) {
            await this.onCode(code);
        }
    }

    // === ONE TASK === #

    async count(line, quantity) {
        const { kind, id } = this.state.task;
        const answer = await this.ask("count", kind, id, line.id, quantity);
        if (answer) {
            this.state.task = answer.task;
            Object.assign(this.last, { line: line.id, short: null });
            this.say(true, "");
        }
    }

    async finish(rest = false) {
        const { kind, id } = this.state.task;
        const answer = await this.ask("finish", kind, id, rest);
        if (answer?.short) {
            this.last.short = answer.short;
        } else if (answer) {
            if (answer.action) {
                await this.action.doAction(answer.action);
            }
            if (answer.done) {
                await this.load();
                this.say(true, "");
                this.state.screen = "done";
            }
        }
    }

    async print(method) {
        const ids = this.state.task.picking_ids;
        const action = await this.orm.call("stock.picking", method, [ids]);
        await this.action.doAction(action);
    }

    printSlip() {
        return this.print("action_acorn_print_packing_slips");
    }

    printLabels() {
        return this.print("action_acorn_print_labels");
    }
}

registry.category("actions").add("acorn_pick", PickPage);

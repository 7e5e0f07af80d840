import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Sparkline } from "./sparkline";

const EVERY = 30000; // milliseconds
const STATE_CLASSES = {
    running: "text-bg-success",
    live: "text-bg-success",
    late: "text-bg-danger",
    closed: "text-bg-danger",
    stopped: "text-bg-danger",
    failing: "text-bg-warning",
    paused: "text-bg-secondary",
    draft: "text-bg-secondary",
};
const ALERT_CLASSES = { error: "alert-danger", warning: "alert-warning", info: "alert-info" };

/** Shops × streams: what runs, what does not, and since when. */
export class HealthPage extends Component {
    static template = "acorn_base.HealthPage";
    static components = { Layout, Sparkline };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({ page: null, stale: false });
        onWillStart(() => this.load());
        const timer = browser.setInterval(() => this.refresh(), EVERY);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    async load() {
        this.state.page = await this.orm.silent.call("acorn.health", "page", []);
        this.state.stale = false;
    }

    async refresh() {
        if (document.hidden) {
            return;
        }
        try {
            await this.load();
        } catch {
            this.state.stale = true; // what is shown is old: say so
        }
    }

    // === WORDS === //

    /** Of the columns; on a phone, of the lines of a card. */
    get labels() {
        return {
            state: _t("State"),
            success: _t("Last success"),
            lag: _t("Lag"),
            backlog: _t("Backlog"),
            failures: _t("Failures in 24 h"),
            pace: _t("Worked off"),
        };
    }

    stateClass(state) {
        return STATE_CLASSES[state];
    }

    alertClass(severity) {
        return ALERT_CLASSES[severity];
    }

    ago(moment) {
        return moment ? deserializeDateTime(moment).toRelative() : _t("never");
    }

    duration(seconds) {
        if (seconds < 60) {
            return _t("under 1 min");
        }
        if (seconds < 3600) {
            return _t("%s min", Math.round(seconds / 60));
        }
        if (seconds < 172800) {
            return _t("%s h", (seconds / 3600).toFixed(1));
        }
        return _t("%s days", Math.round(seconds / 86400));
    }

    pace(stream) {
        if (stream.per_hour >= 60) {
            return _t("%s a minute", (stream.per_hour / 60).toFixed(1));
        }
        return _t("%s an hour", stream.per_hour);
    }

    best(stream) {
        return _t("at most %s a minute", stream.best.toFixed(1));
    }

    graphTitle(stream) {
        const lags = stream.graph.filter((lag) => lag !== null);
        return lags.length
            ? _t("Lag of the last 24 hours, at most %s", this.duration(Math.max(...lags)))
            : _t("Nothing was measured in the last 24 hours");
    }

    share(use) {
        return Math.round((100 * use.left) / use.burst);
    }

    // === WHERE CLICKS LEAD === //

    openShop(shop) {
        this.openForm("acorn.shop", shop.id);
    }

    openStream(stream) {
        this.openForm("acorn.stream", stream.id);
    }

    openForm(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openList(name, shop, filters = {}) {
        this.action.doAction(`acorn_base.${name}`, {
            additionalContext: { search_default_shop_id: shop.id, ...filters },
        });
    }

    openAlerts(shop) {
        this.openList("acorn_alert_action", shop);
    }

    openFailed(shop) {
        this.openList("acorn_message_action", shop, { search_default_attention: 1 });
    }

    openPending(shop) {
        this.openList("acorn_message_action", shop, { search_default_pending: 1 });
    }

    openCalls(shop) {
        this.openList("acorn_call_action", shop, { search_default_last_day: 1 });
    }
}

registry.category("actions").add("acorn_health", HealthPage);

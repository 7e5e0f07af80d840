import { Component, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";
import { WebClient } from "@web/webclient/webclient";

const EVERY = 180000; // milliseconds

/** Says on every page that nothing runs: no scheduled action can say it of itself. */
export class AcornBanner extends Component {
    static template = "acorn_base.Banner";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.state = useState({ findings: [] });
        onWillStart(async () => {
            if (await user.hasGroup("acorn_base.group_user")) {
                this.look(); // the page does not wait for it
                this.timer = browser.setInterval(() => this.look(), EVERY);
            }
        });
        onWillUnmount(() => browser.clearInterval(this.timer));
    }

    async look() {
        if (document.hidden) {
            return;
        }
        try {
            this.state.findings = await this.orm.silent.call("acorn.health", "banner", []);
        } catch {
            // The server does not answer: the web client says so itself.
        }
    }
}

patch(WebClient, { components: { ...WebClient.components, AcornBanner } });

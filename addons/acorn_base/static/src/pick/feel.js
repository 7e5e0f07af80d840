import { browser } from "@web/core/browser/browser";

const TONES = { true: [880, 0.08], false: [180, 0.45] }; // Hertz, seconds

/** Tell by sound and vibration what nobody looks at: right, or wrong. */
export function feel(ok) {
    if (!ok) {
        browser.navigator.vibrate?.([200, 80, 200]);
    }
    const Context = window.AudioContext;
    if (!Context || !browser.navigator.userActivation?.hasBeenActive) {
        return; // browsers let pages be heard only after somebody has touched them
    }
    feel.context ??= new Context();
    const [pitch, seconds] = TONES[ok];
    const tone = feel.context.createOscillator();
    tone.frequency.value = pitch;
    tone.type = ok ? "sine" : "square";
    tone.connect(feel.context.destination);
    tone.start();
    tone.stop(feel.context.currentTime + seconds);
}

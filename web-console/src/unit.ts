// Entry of the officers' app.
import { mount } from "svelte";
import { language } from "./messages/language.svelte";
import "./theme/base.css";
import { drawAgainWhenFontsCome } from "./theme/fonts";
import "./theme/theme.css";
import { theme } from "./theme/theme.svelte";
import App from "./unit/App.svelte";

drawAgainWhenFontsCome();
language.start(localStorage, navigator.language);
theme.start(localStorage, matchMedia("(prefers-color-scheme: light)").matches);

const target = document.getElementById("app");
if (target) mount(App, { target });

// The app's shell opens without a network; what is shown of the world always comes from the stream.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  navigator.serviceWorker.register("/unit-worker.js", { scope: "/unit" }).catch((failure: unknown) => {
    console.warn("the app will not open offline:", failure);
  });
}

// Entry of the operators' console.
import { mount } from "svelte";
import App from "./console/App.svelte";
import { language } from "./messages/language.svelte";
import "./theme/base.css";
import { drawAgainWhenFontsCome } from "./theme/fonts";
import "./theme/theme.css";
import { theme } from "./theme/theme.svelte";

drawAgainWhenFontsCome();
language.start(localStorage, navigator.language);
theme.start(localStorage, matchMedia("(prefers-color-scheme: light)").matches);

const target = document.getElementById("app");
if (target) mount(App, { target });

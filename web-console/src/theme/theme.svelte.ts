// Dark or light: the system's by default, the operator's choice once made.

export type ThemeName = "dark" | "light";
const KEY = "oneroom.theme";

class Theme {
  name: ThemeName = $state("dark");

  start(storage: Storage, prefersLight: boolean): void {
    const saved = storage.getItem(KEY);
    this.#set(saved === "dark" || saved === "light" ? saved : prefersLight ? "light" : "dark");
  }

  toggle(storage: Storage): void {
    this.#set(this.name === "dark" ? "light" : "dark");
    storage.setItem(KEY, this.name);
  }

  #set(name: ThemeName): void {
    this.name = name;
    document.documentElement.dataset["theme"] = name;
  }
}

export const theme = new Theme();

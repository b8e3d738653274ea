// Build of two pages (operators' console and officers' app), development proxy, unit tests.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const SERVER = "http://127.0.0.1:8080";
const page = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** In development, `/unit` shows unit.html, as the server does in production. */
const unitRoute: Plugin = {
  name: "unit-route",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      if (request.url === "/unit" || request.url?.startsWith("/unit?")) request.url = "/unit.html";
      next();
    });
  },
};

export default defineConfig({
  plugins: [svelte(), unitRoute],
  build: {
    target: "es2022",
    // Nothing inline: the content security policy allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: { console: page("index.html"), unit: page("unit.html") } },
  },
  worker: { format: "es" },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/v1alpha1/watch": { target: SERVER, ws: true },
      "^/oneroom\\.v1alpha1\\.": { target: SERVER },
    },
  },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { environment: "node", include: ["src/**/*.test.ts"], restoreMocks: true },
});

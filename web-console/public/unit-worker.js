// Service worker of the officers' app: keeps the page and its built files, so that the app opens without a network. No data.
const CACHE = "oneroom-unit-shell";
const PAGE = "/unit";
const PAGE_TIMEOUT_MS = 4000;

/** The built files a page names; their names change with their content. */
async function filesOf(page) {
  const html = await page.clone().text();
  return [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((found) => found[1]);
}

/** Keeps a fresh page with everything it names, and forgets files it no longer names. Stylesheets name only fonts, which phones have. */
async function keep(page) {
  const cache = await caches.open(CACHE);
  const files = await filesOf(page);
  for (const file of files) if (!(await cache.match(file))) await cache.add(file);
  await cache.put(PAGE, page.clone());
  const wanted = new Set([PAGE, ...files]);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    fetch(PAGE, { cache: "no-store" }).then((page) => {
      if (!page.ok) throw new Error(`${PAGE} answered ${page.status}`);
      return keep(page).then(() => self.skipWaiting());
    }),
  );
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) {
    event.respondWith(
      fetch(request, { signal: AbortSignal.timeout(PAGE_TIMEOUT_MS) })
        .then((page) => {
          if (page.ok) event.waitUntil(keep(page.clone()).catch(() => undefined));
          return page;
        })
        .catch(async () => (await caches.match(PAGE)) ?? Response.error()),
    );
  } else if (request.mode !== "navigate") {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});

// Opens the sheets without a connection: the page from the hub if it answers, else as it was kept.
// What is kept is put there by field.js; only pages below this file's own address are asked for here.
"use strict";

const KEPT = "padlicht-field";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function kept(request, error) {
  const found = await (await caches.open(KEPT)).match(request, { ignoreSearch: true, ignoreVary: true });
  if (!found) throw error;
  return found;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  // What a script asks for must come from the hub: an old token is worse than none.
  if (request.mode !== "navigate" && !new URL(request.url).pathname.includes("/static/")) return;
  event.respondWith(fetch(request).catch((error) => kept(request, error)));
});

// Keeps a page with its styles and scripts on this device and gives it where there is no
// network. It stands beside the page, for it may do so for that page only.
"use strict";
const KEEP = "plenary " + self.registration.scope;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (e) => e.waitUntil(self.clients.claim()));

// network asks the forum, but not for ever: a line that is nearly dead is none.
function network(request) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("slow")), 4000);
    fetch(request).then((r) => { clearTimeout(timer); resolve(r); }, (err) => { clearTimeout(timer); reject(err); });
  });
}

async function page(request, path) {
  const kept = await caches.open(KEEP);
  try {
    const answer = await network(request);
    if (answer.ok) await kept.put(path, answer.clone());
    else if (answer.status === 404 || answer.status === 410) await kept.delete(path);
    return answer;
  } catch (err) {
    const was = await kept.match(path);
    if (was) return was;
    throw err;
  }
}

async function asset(request) {
  const kept = await caches.open(KEEP);
  const was = await kept.match(request);
  if (was) return was;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) e.respondWith(asset(e.request));
  else if (e.request.mode === "navigate" && !url.search) e.respondWith(page(e.request, url.pathname));
});

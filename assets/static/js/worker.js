// The service worker: pages once opened open without a network, and forms sent into nothing wait until it returns. Pages
// about a case are never kept.
const PAGES = "pages-1", FILES = "files-1";
const secret = (url) => url.searchParams.get("kind") === "denunciation"; // kept only where the writer said it is his phone
const kept = (path) => path === "/" || path === "/waiting" || path.startsWith("/q/") || path.startsWith("/k/");

self.addEventListener("install", (e) => {
  e.waitUntil((async () => {
    await (await caches.open(FILES)).addAll(SHELL);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (e) => {
  e.waitUntil((async () => {
    const files = await caches.open(FILES);
    for (const r of await files.keys()) if (!SHELL.includes(new URL(r.url).pathname)) await files.delete(r);
    await self.clients.claim();
  })());
  renew().then(sendAll).catch(() => {}); // not waited for: pages are answered only once the worker is active
});

// renew fetches the pages that are kept anew, each in its language: they name files that are gone.
async function renew() {
  const pages = await caches.open(PAGES);
  for (const r of await pages.keys()) {
    const url = new URL(r.url);
    await keep(url.pathname + url.search, (await pages.match(r)).headers.get("Content-Language"));
  }
}

// keep fetches a page once more and puts it away.
async function keep(path, lang) {
  const r = await fetch(path, { cache: "no-store", headers: { "Accept-Language": lang || "vi" } }).catch(() => null);
  if (r && r.ok && !r.redirected) await (await caches.open(PAGES)).put(path, r);
}

self.addEventListener("message", (e) => {
  if (!e.data || !e.data.keep || !kept(new URL(e.data.keep, location.origin).pathname)) return;
  e.waitUntil(keep("/waiting", e.data.lang).then(() => keep(e.data.keep, e.data.lang)));
});

self.addEventListener("sync", (e) => {
  if (e.tag === "send") e.waitUntil(sendAll());
});

// A notice says what it was given, which is nothing of a case, and opens the page that this phone keeps under the notice's name.
self.addEventListener("push", (e) => {
  let told = {};
  try { told = e.data.json(); } catch (err) { /* it still has to be shown */ }
  e.waitUntil(self.registration.showNotification(String(told.text || "Tiếp dân"), { tag: String(told.name || "told"), data: String(told.name || "") }));
});

self.addEventListener("notificationclick", (e) => {
  e.notification.close();
  e.waitUntil((async () => {
    const page = await box.get("told", e.notification.data).catch(() => null);
    await self.clients.openWindow(page ? page.path : "/t");
  })());
});

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (url.origin !== location.origin) return;
  if (e.request.method === "GET" && url.pathname.startsWith("/static/")) e.respondWith(file(e.request));
  else if (e.request.mode === "navigate" && e.request.method === "GET" && kept(url.pathname)) e.respondWith(page(e.request, url));
  else if (e.request.mode === "navigate" && e.request.method === "POST" && /^\/q\/[^/]+\/file$/.test(url.pathname)) e.respondWith(filing(e.request, url));
});

async function file(request) {
  return (await caches.match(request)) || fetch(request);
}

// page asks the network first; a page from before is better than none, and the list of what waits better than an error.
async function page(request, url) {
  const pages = await caches.open(PAGES);
  try {
    const r = await fetch(request);
    if (r.ok && !r.redirected && !secret(url)) await pages.put(url.pathname + url.search, r.clone());
    return r;
  } catch (e) {
    return (await pages.match(url.pathname + url.search)) || (await pages.match(url.pathname)) || (await pages.match("/waiting")) || Response.error();
  }
}

// filing sends a form on; when the network gives nothing back, or the office cannot keep anything just now (503, or 507 with a
// full disk), the form waits here under its own key. The body is read first: a copy of it could only be streamed, which HTTP/1.1 cannot.
async function filing(request, url) {
  const data = await request.formData();
  const r = await fetch(url, { method: "POST", body: bodyOf(request, data), redirect: "manual", credentials: "same-origin" }).catch(() => null);
  if (r && r.status !== 503 && r.status !== 507) return r;
  if (data.get("shared") === "yes") { // nothing may stay here: the page stays open with all that was typed
    news.postMessage("not sent");
    return new Response(null, { status: 204 });
  }
  await box.put("queue", itemOf(data, url.pathname.split("/")[2]));
  news.postMessage("queue");
  if (self.registration.sync) await self.registration.sync.register("send").catch(() => {});
  return Response.redirect("/waiting", 303);
}

// bodyOf keeps the encoding that the form had.
function bodyOf(request, data) {
  return request.headers.get("Content-Type").startsWith("multipart/") ? data : new URLSearchParams(data);
}

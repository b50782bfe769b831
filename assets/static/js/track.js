// A code that came in the fragment of an address, from a QR code or a link, is taken out of the address before it is used.
const asking = document.querySelector("form[data-track]");

function takeCode() {
  const [code, to] = decodeURIComponent(location.hash.slice(1)).split("&");
  if (!/^[0-9A-Za-z][0-9A-Za-z -]{15,}$/.test(code)) return;
  history.replaceState(null, "", "/t");
  asking.elements.to.value = to || "";
  asking.elements.code.value = code;
  asking.submit();
}

// Leaving takes away what the page itself can, and puts a harmless page in the place of this one.
function forgetAll() {
  document.querySelectorAll("form").forEach((f) => f.reset());
  try {
    localStorage.clear();
    if (navigator.serviceWorker) navigator.serviceWorker.getRegistration().then((r) => r && r.pushManager && r.pushManager.getSubscription()).then((s) => s && s.unsubscribe()).catch(() => {});
    indexedDB.deleteDatabase("tiepdan");
    if (self.caches) caches.keys().then((names) => names.forEach((n) => caches.delete(n)));
  } catch (e) { /* the server's answer clears it as well */ }
}

document.querySelectorAll("[data-exit]").forEach((a) => {
  a.onclick = (e) => {
    e.preventDefault();
    forgetAll();
    location.replace(a.href);
  };
});
document.querySelectorAll("[data-leave]").forEach((f) => { f.addEventListener("submit", forgetAll); });

// A proof that came the same way, from the QR code of a receipt, is shown as what it says.
const proving = document.getElementById("proof");
if (proving && proving.form && /^#[0-9]{250,}$/.test(location.hash)) {
  proving.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  proving.form.submit();
}

if (asking) {
  if (location.search || location.pathname !== "/t") history.replaceState(null, "", "/t" + location.hash);
  takeCode();
  addEventListener("hashchange", takeCode);
}

// Being told by this browser: it subscribes with its push service, and keeps for itself which page a notice is about. The page
// stands under a name that only this browser and the office know, and that says nothing.
const telling = document.querySelector("button[data-push]");

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

async function subscribed(key) {
  await navigator.serviceWorker.register("/sw.js");
  const { pushManager } = await navigator.serviceWorker.ready;
  const had = await pushManager.getSubscription(), own = had && new Uint8Array(had.options.applicationServerKey || []);
  if (own && own.join() === bytesOf(key).join()) return had;
  if (had) await had.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}

if (telling && "PushManager" in self && "Notification" in self && navigator.serviceWorker) {
  const form = telling.form, not = form.querySelector("[data-push-not]");
  telling.hidden = false;
  not.hidden = true;
  telling.addEventListener("click", async (e) => {
    e.preventDefault();
    try {
      if (await Notification.requestPermission() !== "granted") throw new Error("denied");
      const { endpoint, keys } = (await subscribed(telling.dataset.push)).toJSON(), name = randomKey();
      await box.put("told", { key: name, path: new URL(form.action).pathname.replace(/\/notice$/, "") });
      form.elements.push.value = JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth, name });
      form.noValidate = true;
      form.requestSubmit();
    } catch (err) { not.hidden = false; }
  });
}

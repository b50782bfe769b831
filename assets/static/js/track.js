// A code that came in the fragment of an address, from a QR code or a link, is taken out of the address before it is used.
const asking = document.querySelector("form[data-track]");

function takeCode() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!/^[0-9A-Za-z][0-9A-Za-z -]{15,}$/.test(code)) return;
  history.replaceState(null, "", "/t");
  asking.elements.code.value = code;
  asking.submit();
}

// Leaving takes away what the page itself can, and puts a harmless page in the place of this one.
function forgetAll() {
  document.querySelectorAll("form").forEach((f) => f.reset());
  try {
    localStorage.clear();
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

if (asking) {
  if (location.search || location.pathname !== "/t") history.replaceState(null, "", "/t" + location.hash);
  takeCode();
  addEventListener("hashchange", takeCode);
}

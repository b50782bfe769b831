// A tablet on the counter: one tap, thanks, back to the question. Taps wait in the tablet through an outage; the page loads
// itself anew when the program changed, keeps the screen awake, and cannot be left. An enrolled tablet signs each tap as it is
// given, with a key that nothing reads out of it, and numbers what it has signed. For some seconds a tap can be taken back; and it takes
// a while until the next can be given, so that an impatient hand counts once.
const TAKEN_BACK_FOR = 6000, PAUSE = 3000;
(() => {
  const body = document.body, ask = document.getElementById("ask"), thanks = document.getElementById("thanks");
  const url = "/k/" + body.dataset.token, rest = Number(body.dataset.seconds) * 1000;
  const undo = document.getElementById("undo"), on = document.getElementById("on");
  let last = "", calm = 0, firm = 0;
  let timer, version = body.dataset.version, sending = false, keeping = false;

  const reset = () => {
    clearTimeout(timer);
    if (version !== body.dataset.version && navigator.onLine) { location.reload(); return; }
    thanks.hidden = undo.hidden = true;
    ask.hidden = false;
  };
  const thank = () => {
    ask.hidden = true;
    thanks.hidden = false;
    undo.hidden = false;
    on.hidden = true;
    [timer, calm, firm].forEach(clearTimeout);
    timer = setTimeout(reset, rest);
    calm = setTimeout(() => { on.hidden = false; }, PAUSE);
    firm = setTimeout(() => { undo.hidden = true; flush(); }, TAKEN_BACK_FOR);
  };

  const post = async (rating) => {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), 20000);
    try {
      const r = await fetch(url, {
        method: "POST", signal: stop.signal, headers: { Accept: "application/json" },
        body: new URLSearchParams({ visit: rating.key, score: rating.score, at: rating.at, sent: Date.now(), n: rating.n || 0, signed: rating.signed || "" }),
      });
      if (r.status === 429 || r.status >= 500) throw new Error("later");
      version = r.headers.get("X-Kiosk-Version") || version;
    } finally {
      clearTimeout(limit);
    }
  };
  const flush = async () => {
    if (sending) return;
    sending = true;
    try {
      for (const rating of (await box.all("ratings")).sort((a, b) => (a.n || 0) - (b.n || 0) || a.at - b.at)) { // the oldest first: none stands before what was heard
        if (Date.now() - rating.at < TAKEN_BACK_FOR) break;
        await post(rating);
        await box.del("ratings", rating.key);
      }
    } catch (e) { /* the next turn tries again */ }
    sending = false;
  };

  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const sign = async (rating) => { // as it was tapped; a device that was never enrolled signs nothing
    const own = await box.get("keys", "tablet");
    if (!own) return rating;
    const n = own.n + 1;
    await box.put("keys", { ...own, n });
    const says = ["tap", body.dataset.token, rating.key, rating.score, rating.at, n].join("\n");
    const signed = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, own.pair.privateKey, new TextEncoder().encode(says));
    return { ...rating, n, signed: text(signed) };
  };

  const enrol = document.getElementById("enrolment");
  if (enrol) enrol.addEventListener("submit", async (e) => {
    e.preventDefault();
    try {
      const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
      enrol.elements.key.value = text(await crypto.subtle.exportKey("raw", pair.publicKey));
      const r = await fetch(enrol.action, { method: "POST", body: new URLSearchParams(new FormData(enrol)) }).catch(() => null);
      if (!r) return; // no network: to be pressed again
      if (!r.ok) throw new Error("refused");
      await box.put("keys", { key: "tablet", pair, n: 0 });
      location.replace(url);
    } catch (err) { enrol.submit(); } // the page that comes says what is wrong
  });

  ask.addEventListener("submit", async (e) => {
    e.preventDefault();
    const score = e.submitter && e.submitter.value;
    if (!score || ask.hidden || keeping) return;
    keeping = true;
    try {
      last = randomKey();
      await box.put("ratings", await sign({ key: last, score, at: Date.now() }));
      thank();
    } finally { keeping = false; }
    flush();
    if (document.fullscreenEnabled && !document.fullscreenElement) document.documentElement.requestFullscreen({ navigationUI: "hide" }).catch(() => {});
    awake();
  });
  undo.addEventListener("click", async () => {
    undo.hidden = true; // a tap that is on its way cannot be called back
    await box.del("ratings", last);
    reset();
  });
  document.getElementById("again").addEventListener("click", (e) => { e.preventDefault(); reset(); });

  const awake = () => navigator.wakeLock && document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", awake);
  document.addEventListener("contextmenu", (e) => e.preventDefault());
  history.pushState(null, "");
  addEventListener("popstate", () => history.pushState(null, ""));
  addEventListener("online", flush);
  setInterval(flush, 15000);

  const look = async () => {
    try {
      const waiting = (await box.all("ratings")).length;
      const text = await (await fetch(url, { cache: "no-store", headers: { "X-Kiosk-Waiting": waiting, "X-Kiosk-Version": body.dataset.version } })).text();
      const found = /data-version="([^"]*)"/.exec(text);
      if (found) version = new DOMParser().parseFromString(text, "text/html").body.dataset.version;
      if (!ask.hidden) reset();
    } catch (e) { /* no network: the page at hand goes on */ }
  };
  setInterval(look, 10 * 60 * 1000);
  look();

  const lit = () => { // a hall is bright by day and dim in the evening, whatever the tablet was set to
    const hour = new Date().getHours();
    document.documentElement.dataset.light = hour >= 6 && hour < 18 ? "day" : "night";
  };
  setInterval(lit, 60 * 1000);
  lit();
  awake();
  flush();
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready)
      .then((r) => r.active.postMessage({ keep: location.pathname, lang: document.documentElement.lang })).catch(() => {});
  }
})();

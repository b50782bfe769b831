// While a page is in sight it hears that something changed, never what, and asks for itself anew. What is in sight stays where it is:
// rows change in place, and what is new waits behind a line that says how much.
const said = document.getElementById("live");

const asked = (address, more) => fetch(address, { ...more, headers: { "X-Automatic": "yes", ...(more && more.headers) } });

const say = (text, to, then) => {
  if (!said) return;
  said.textContent = "";
  if (!text) return;
  const line = document.createElement(to ? "a" : "span");
  line.textContent = text;
  if (to) line.href = to;
  if (then) line.addEventListener("click", then);
  said.append(line);
};

const keyOf = (row) => { if (row.dataset.row) return row.dataset.row; const a = row.querySelector("a[href]"); return a ? a.getAttribute("href").split("?")[0] : ""; };
const rowsOf = (list) => [...list.querySelectorAll("tbody tr, [data-row]")];

// update brings the rows that are in both lists up to date and returns how many of the fresh ones are new.
const update = (list, fresh) => {
  const now = new Map(rowsOf(fresh).map((row) => [keyOf(row), row]));
  rowsOf(list).forEach((row) => {
    const key = keyOf(row), next = now.get(key);
    row.classList.toggle("gone", !next);
    if (!next) return;
    now.delete(key);
    if (row.innerHTML !== next.innerHTML && !row.contains(document.activeElement)) row.innerHTML = next.innerHTML;
  });
  return now.size;
};

let waiting = null; // the fresh page whose new rows wait to be shown
const show = () => {
  if (!waiting) return;
  document.querySelectorAll("[data-rows]").forEach((list) => {
    const fresh = waiting.getElementById(list.id);
    if (fresh) list.replaceWith(document.importNode(fresh, true));
  });
  waiting = null;
  say("");
  document.dispatchEvent(new Event("rows"));
};

const refresh = async () => {
  if (!document.querySelector("[data-rows]")) return;
  let answer;
  try { answer = await asked(location.href); } catch { return; } // no network: the next word comes when it is back
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelectorAll("[data-live]").forEach((part) => {
    const next = fresh.getElementById(part.id);
    if (next && part.innerHTML !== next.innerHTML && !part.contains(document.activeElement)) part.innerHTML = next.innerHTML;
  });
  let more = 0, empty = false;
  document.querySelectorAll("[data-rows]").forEach((list) => {
    const next = fresh.getElementById(list.id);
    if (!next) return;
    empty ||= rowsOf(list).length === 0;
    more += update(list, next);
  });
  waiting = more ? fresh : null;
  if (more && empty) show();
  else if (more) say(said.dataset.fresh.replace("{n}", more), location.href, (e) => { e.preventDefault(); show(); });
};

// ring writes the number beside the bell.
const ring = (e) => {
  const bell = document.getElementById("bell"), { unread } = JSON.parse(e.data);
  if (!bell || unread === undefined) return;
  bell.querySelectorAll("strong, .sr").forEach((part) => part.remove());
  if (!unread) return;
  const number = document.createElement("strong"), words = document.createElement("span");
  number.className = "num";
  number.setAttribute("aria-hidden", "true");
  number.textContent = unread;
  words.className = "sr";
  words.textContent = bell.dataset.unread.replace("{n}", unread);
  bell.append(" ", number, words);
};

// soon refreshes at once when nothing was asked for lately, else a little later, never twice for one crowd of words.
let last = 0, timer = 0;
const soon = () => {
  if (timer) return;
  const rest = Math.max(0, last + 5000 - Date.now());
  timer = setTimeout(() => { timer = 0; last = Date.now(); refresh(); }, rest + Math.random() * 200);
};

// over says that the session has ended; what is typed on the page stays, and the sign-in that comes before it is sent keeps it.
let source = null;
const close = () => { if (source) source.close(); source = null; };
const over = async () => {
  try {
    const answer = await asked("/staff/me");
    if (!answer.redirected || new URL(answer.url).pathname !== "/staff/sign-in") return false;
  } catch { return false; } // no network says nothing about the session
  say(said.dataset.over);
  return true;
};

// changed says on the page of one case that somebody else has moved it.
const changed = (ref, rev) => {
  const shown = document.querySelector('form[action^="/staff/cases/' + ref + '/"] input[name=rev]');
  if (shown && Number(shown.value) < rev) say(said.dataset.changed, location.href);
};

let first = true;
const connect = () => {
  if (source || document.hidden || !said) return;
  source = new EventSource("/staff/live");
  source.addEventListener("counts", (e) => { ring(e); if (!first) soon(); first = false; });
  source.addEventListener("notice", ring);
  source.addEventListener("case", (e) => {
    const { ref, rev } = JSON.parse(e.data);
    changed(ref, rev);
    soon();
  });
  source.addEventListener("presence", (e) => document.dispatchEvent(new CustomEvent("lookers", { detail: JSON.parse(e.data).ref })));
  source.addEventListener("error", async () => {
    if (!source || source.readyState !== EventSource.CLOSED) return; // it connects again by itself
    close();
    if (!await over()) setTimeout(connect, 20000 + Math.random() * 10000);
  });
};

if (said && window.EventSource) {
  document.addEventListener("visibilitychange", () => document.hidden ? close() : connect());
  addEventListener("pagehide", close);
  addEventListener("pageshow", (e) => { if (e.persisted) connect(); });
  addEventListener("online", connect);
  connect();
}

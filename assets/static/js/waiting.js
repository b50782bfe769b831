// The page that shows what waits on this phone and what went.
const waiting = document.querySelector("[data-waiting]");

function line(tag, text, className) {
  const e = document.createElement(tag);
  e.textContent = text;
  if (className) e.className = className;
  return e;
}

// shown is one case on the page: what it is about, how it stands, and what can be done with it.
function shown(item) {
  const words = waiting.dataset, out = line("section", "", "box"), buttons = line("p", "", "buttons");
  const state = { waiting: words.waits, filed: words.waits, sent: words.sent, refused: words.refused }[item.state];
  const kind = waiting.querySelector('[data-kind="' + item.filing.kind + '"]');
  out.append(line("h2", kind ? kind.textContent : ""), line("p", state, item.state === "sent" ? "chip good" : "chip soon"));
  if (item.filing.subject) out.append(line("p", item.filing.subject));
  out.append(line("p", new Date(item.at).toLocaleString(words.lang === "en" ? "en-GB" : "vi-VN", { timeZone: "Asia/Ho_Chi_Minh" }), "muted num"));
  if (item.files.length) out.append(line("p", words.files.replace("{n}", item.files.length), "muted"));
  item.problems.forEach((p) => out.append(line("p", p, "wrong")));
  if (item.code) {
    out.append(line("p", words.code), line("p", item.code, "code num"), line("p", words.key));
    const a = line("a", words.open, "second");
    a.href = "/t#" + encodeURIComponent(item.code);
    const kept = line("a", words.receiptWord, "second");
    kept.href = a.href + "&receipt";
    buttons.append(a, kept);
  }
  if (item.state === "refused") {
    const edit = line("button", words.edit);
    edit.onclick = () => edited(item);
    buttons.append(edit);
  }
  const drop = line("button", words.forget, "plain");
  drop.onclick = async () => {
    if (drop.textContent !== words.sure) { drop.textContent = words.sure; return; }
    await box.del("queue", item.key);
    list();
  };
  buttons.append(drop);
  out.append(buttons);
  return out;
}

// edited takes a refused case back into its form.
async function edited(item) {
  localStorage.setItem(drafts.name(item.filing.kind), JSON.stringify({ at: Date.now(), key: item.key, fields: item.typed }));
  await box.del("queue", item.key);
  location.assign("/q/" + item.filing.counter + "/file?kind=" + item.filing.kind);
}

// counted are the cases whose code this page has shown.
const counted = new Set();

async function count(item) {
  if (item.state !== "sent" || counted.has(item.key)) return;
  counted.add(item.key);
  item.seen = item.seen || Date.now();
  await box.put("queue", item);
}

async function list() {
  const items = (await box.all("queue")).sort((a, b) => b.at - a.at);
  document.getElementById("queue").replaceChildren(...items.map(shown));
  for (const item of items) await count(item);
  document.getElementById("none").hidden = items.length > 0;
  waiting.querySelector("[data-send]").hidden = !items.some((i) => i.state === "waiting" || i.state === "filed");
}

if (waiting) {
  waiting.querySelector("[data-send]").onclick = () => sendAll().catch(() => {}).then(list);
  if (news.addEventListener) news.addEventListener("message", list);
  addEventListener("online", () => sendAll().catch(() => {}).then(list));
  forgetSeen().catch(() => {}).then(list);
  if (navigator.onLine) sendAll().catch(() => {}).then(list);
}

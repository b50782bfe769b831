// Sending what waits, from a page or from the service worker. Every case carries its idempotency key, so sending it twice
// files it once.

// itemOf turns a form into something that can wait. The words are put together as the server would.
function itemOf(data, counter) {
  const text = (name) => String(data.get(name) || "").replace(/\r\n/g, "\n").trim();
  const when = text("when").replace(/\s+/g, " ");
  const contact = {}, place = { address: text("location.address") };
  for (const f of ["name", "phone", "email", "address", "id_number"]) if (text("contact." + f)) contact[f] = text("contact." + f);
  if (text("location.lat")) { place.lat = Number(text("location.lat")); place.lng = Number(text("location.lng")); }
  const filing = {
    kind: text("kind"), counter, category: text("category"), subject: text("subject"), about: text("about"),
    body: text("body") + (when && text("body") ? "\n\n" + text("when_line") + ": " + when : ""),
    location: place, anonymous: text("anonymous") === "yes", language: text("language"),
  };
  if (Object.keys(contact).length) filing.contact = contact;
  const [post, unit] = text("accused").split(":");
  if (unit) filing.accused = post === "head" ? { unit, post } : { unit };
  if (text("passphrase")) filing.passphrase = text("passphrase");
  const told = text("tell"), named = filing.anonymous ? "" : { mail: "email", sms: "phone" }[told];
  const wish = named && contact[named] ? { [named]: contact[named], knowing: text("knowing") === "yes" } : null;
  const typed = {};
  for (const [name, value] of data) if (typeof value === "string" && !["csrf", "key", "once"].includes(name)) typed[name] = value;
  const files = data.getAll("files").filter((f) => f.size > 0).map((f) => ({ name: f.name, type: f.type, blob: f }));
  return { key: text("key") || randomKey(), at: Date.now(), state: "waiting", filing, wish, typed, files, evidence: text("evidence") === "yes", problems: [] };
}

async function call(path, item, options) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 120000);
  try {
    const send = (more) => fetch(path, {
      method: "POST", credentials: "omit", signal: stop.signal, body: options.body,
      headers: { "Accept-Language": item.filing.language || "vi", ...options.headers, ...more },
    });
    let r = await send({});
    const asked = r.status === 429 && (await r.clone().json().catch(() => ({}))).proof; // very many are sending: the phone proves its work
    const found = asked && (await prove(asked));
    if (found) r = await send({ "X-Proof": found });
    if (r.status === 429 || r.status >= 500) throw new Error("later: " + r.status);
    return { ok: r.ok, body: await r.json().catch(() => ({})) };
  } finally {
    clearTimeout(timer);
  }
}

async function sendCase(item) {
  const post = () => call("/api/v1/cases", item, {
    headers: { "Content-Type": "application/json", "Idempotency-Key": item.key }, body: JSON.stringify(item.filing),
  });
  let r = await post();
  if (!r.ok && item.filing.counter && (r.body.errors || []).some((e) => e.field === "counter")) {
    delete item.filing.counter; // the sticker was replaced meanwhile: the office sorts the case by hand
    r = await post();
  }
  if (!r.ok) {
    item.state = "refused";
    item.problems = (r.body.errors || []).map((e) => e.message);
    if (!item.problems.length) item.problems = [r.body.title || ""];
    return;
  }
  item.state = "filed";
  item.code = r.body.tracking_code;
  item.reference = r.body.reference;
  item.kind = item.filing.kind;
  item.typed = {}; // the office has it now; nothing of it stays on the phone
  item.filing = { kind: item.kind, language: item.filing.language };
}

// sendWish says where the sender wants to be told, once his letter has a code.
async function sendWish(item) {
  if (!item.wish) return;
  const r = await call("/api/v1/cases/" + encodeURIComponent(item.code) + "/notice", item, {
    headers: { "Content-Type": "application/json" }, body: JSON.stringify(item.wish),
  });
  if (!r.ok) item.problems.push(((r.body.errors || [])[0] || { message: r.body.title }).message);
  item.wish = null;
  await box.put("queue", item);
}

async function sendFiles(item) {
  while (item.files.length) {
    const f = item.files[0], form = new FormData();
    form.append("file", f.blob, f.name);
    if (item.evidence) form.append("evidence", "yes");
    const r = await call("/api/v1/cases/" + encodeURIComponent(item.code) + "/attachments", item, {
      headers: { "Idempotency-Key": item.key + "/" + item.files.length }, body: form,
    });
    if (!r.ok) item.problems.push(f.name + ": " + ((r.body.errors || [])[0] || { message: r.body.title }).message);
    item.files.shift();
    await box.put("queue", item);
  }
  item.state = "sent";
}

async function sendOne(item) {
  if (item.state === "waiting") await sendCase(item);
  await box.put("queue", item);
  if (item.state === "filed") {
    await sendWish(item);
    await sendFiles(item);
  }
  await box.put("queue", item);
}

// forgetSeen takes away what went, ten minutes after its code was first seen.
const SEEN_FOR = 10 * 60 * 1000;

async function forgetSeen() {
  for (const item of await box.all("queue")) {
    if (item.state === "sent" && item.seen && Date.now() - item.seen > SEEN_FOR) await box.del("queue", item.key);
  }
}

// sendAll sends whatever waits, one sender at a time, and fails when something has to wait on.
function sendAll() {
  const turn = navigator.locks ? (f) => navigator.locks.request("tiepdan-send", f) : (f) => f();
  return turn(async () => {
    let left = 0;
    for (const item of await box.all("queue")) {
      if (item.state === "sent" || item.state === "refused") continue;
      try {
        await sendOne(item);
      } catch (e) {
        left++;
      }
      news.postMessage("queue");
    }
    if (left) throw new Error("later");
  });
}

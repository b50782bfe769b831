// What a filing form can do with a script: keep a draft, check before sending, and wait for the network.
const form = document.querySelector("form[data-kind]");
const offlineNote = document.getElementById("offline");

const willSend = offlineNote && offlineNote.textContent;

function showNetwork() {
  if (!offlineNote) return;
  offlineNote.hidden = navigator.onLine;
  offlineNote.textContent = form && form.elements.shared.checked ? form.dataset.nosave : willSend;
}

// mistaken says what is wrong with a field: nothing in it, too much, or what can surely not be right; what fits is for the server to judge.
function mistaken(f) {
  const value = f.value.trim().replace(/\s+/g, " ");
  if (f.dataset.need && !value) return f.dataset.need;
  const way = "tell" in f.dataset && f.selectedOptions[0].dataset;
  if (way && way.at && !form.elements[way.at].value.trim()) return way.lacks;
  if (f.dataset.knows && form.elements.tell.value && !f.checked) return f.dataset.knows;
  if (f.dataset.most && [...f.value.trim()].length > f.dataset.most) return f.dataset.long;
  return f.dataset.fits && value && !new RegExp(f.dataset.fits, "u").test(value) ? f.dataset.unfit : "";
}

// mark ties a message to its field, or takes it away.
function mark(f, text) {
  const id = f.id + "-wrong", was = document.getElementById(id);
  if (was) was.remove();
  const tied = (f.getAttribute("aria-describedby") || "").split(" ").filter((t) => t && t !== id);
  if (text) {
    const w = document.createElement("span");
    w.className = "wrong";
    w.id = id;
    w.textContent = text;
    (f.closest(".choice") || f).before(w);
    tied.push(id);
    f.setAttribute("aria-invalid", "true");
  } else f.removeAttribute("aria-invalid");
  if (tied.length) f.setAttribute("aria-describedby", tied.join(" "));
  else f.removeAttribute("aria-describedby");
}

// summary says above the form what is to be mended, and goes when all of it is.
function summary() {
  const wrong = Array.from(form.querySelectorAll("[aria-invalid]"));
  let box = document.getElementById("mistakes");
  if (!wrong.length) {
    if (box) box.remove();
    return;
  }
  if (!box) {
    box = document.createElement("div");
    box.id = "mistakes";
    box.className = "alert";
    box.tabIndex = -1;
    box.setAttribute("role", "alert");
    document.querySelector("h1").after(box);
  }
  const p = document.createElement("p"), ul = document.createElement("ul");
  p.textContent = form.dataset.mistakes;
  for (const f of wrong) {
    const li = document.createElement("li"), a = document.createElement("a");
    a.href = "#" + f.id;
    a.textContent = (document.getElementById(f.id + "-wrong") || {}).textContent || "";
    a.onclick = () => { if (shownScreen) shownScreen.show(Number(f.closest("[data-screen]").dataset.screen), true, f); };
    li.append(a);
    ul.append(li);
  }
  box.replaceChildren(p, ul);
}

// missing marks all that the form, or a part of it, cannot be sent with, as the server would, and says so on top.
function missing(part = form) {
  const anonymous = form.querySelector("[name=anonymous][value=yes]");
  const asked = (f) => f.closest("details:not([open])") === null && !(anonymous && anonymous.checked && f.closest(".identity"));
  const wrong = Array.from(part.querySelectorAll("[data-need], [data-fits], [data-tell], [data-knows]")).filter((f) => {
    const text = asked(f) ? mistaken(f) : "";
    mark(f, text);
    return text;
  });
  summary();
  if (!wrong.length) return false;
  const at = wrong[0].closest("[data-screen]");
  if (shownScreen && at.hidden) shownScreen.show(Number(at.dataset.screen), true);
  document.getElementById("mistakes").focus();
  return true;
}

// mended takes a message away as soon as its field has none to give; what one field lacks may stand in another.
function mended(e) {
  const over = [e.target, ...form.querySelectorAll("[data-tell], [data-knows]")].filter((f) => f.hasAttribute("aria-invalid") && !mistaken(f));
  over.forEach((f) => mark(f, ""));
  if (over.length) summary();
}

// counts says how much room is left in a field that is more than half full.
function counts(f) {
  const left = document.createElement("small");
  left.className = "left num";
  left.setAttribute("aria-live", "polite");
  f.after(left);
  const count = () => {
    const n = f.dataset.most - [...f.value].length;
    left.textContent = n < f.dataset.most / 2 ? form.dataset.left.replace("{n}", n.toLocaleString(document.documentElement.lang === "en" ? "en-GB" : "vi-VN")) : "";
    left.classList.toggle("wrong", n < 0);
  };
  f.addEventListener("input", count);
  count();
}

async function queue(data) {
  await box.put("queue", itemOf(data, form.dataset.counter));
  drafts.clear(form.dataset.kind);
  const worker = navigator.serviceWorker && (await navigator.serviceWorker.getRegistration());
  if (worker && worker.sync) await worker.sync.register("send").catch(() => {});
  if (worker && worker.active) {
    location.assign("/waiting");
    return;
  }
  form.hidden = true;
  offlineNote.hidden = false;
  offlineNote.textContent = form.dataset.saved;
  offlineNote.scrollIntoView();
}

// locate adds the place of the phone when somebody asks for it, shows it, and takes it away again.
function locate(button) {
  if (!navigator.geolocation || !window.isSecureContext) return;
  const card = form.querySelector("[data-spot]"), said = form.querySelector("[data-located]"), drop = form.querySelector("[data-unlocate]");
  const lat = form.elements["location.lat"], lng = form.elements["location.lng"], words = form.dataset;
  const show = (text, found) => { said.textContent = text; card.hidden = !text; drop.hidden = !found; button.hidden = found; };
  const found = (m) => show(words.place.replace("{at}", lat.value + ", " + lng.value).replace("{m}", m), true);
  button.hidden = false;
  if (lat.value) found("?");
  button.onclick = () => navigator.geolocation.getCurrentPosition((p) => {
    lat.value = p.coords.latitude.toFixed(5);
    lng.value = p.coords.longitude.toFixed(5);
    found(Math.round(p.coords.accuracy));
    drafts.write(form);
  }, () => show(words.noplace, false), { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  drop.onclick = () => {
    lat.value = lng.value = "";
    show("", false);
    drafts.write(form);
    button.focus();
  };
}

// sendWatched sends a form with files and says how far it is. What is wrong with it is for the browser to show, which sends
// it once more.
function sendWatched(data, later) {
  const box = form.querySelector("[data-upload]"), said = box.querySelector("[data-upload-said]"), x = new XMLHttpRequest();
  x.open("POST", form.action);
  x.setRequestHeader("X-Progress", "yes");
  x.upload.onprogress = (e) => {
    if (!e.lengthComputable) return;
    const n = Math.floor(100 * e.loaded / e.total);
    box.hidden = false;
    box.querySelector("progress").value = n;
    said.textContent = form.dataset.progress.replace("{n}", n);
  };
  x.onload = () => {
    const to = x.getResponseHeader("X-Lead");
    if (to) location.assign(to);
    else if (x.status === 503 || x.status === 507) later();
    else form.submit();
  };
  x.onerror = later;
  x.send(data);
}

function begin() {
  const pick = picker(form), button = form.querySelector("button.main"), label = button.textContent;
  keepDraft(form);
  const b = form.querySelector("[data-locate]");
  if (b) locate(b);
  if ("again" in form.dataset && pick) {
    box.get("files", form.elements.key.value).then((was) => was && pick.restore(was.files)).catch(() => {});
  }
  shownScreen = screens(form);
  form.addEventListener("input", mended);
  form.addEventListener("change", mended);
  form.querySelectorAll("[data-most]").forEach(counts);
  const later = () => {
    if (form.elements.shared.checked) notSent();
    else queue(new FormData(form));
  };
  form.addEventListener("submit", (e) => {
    if (missing()) e.preventDefault();
    else if (pick && pick.busy()) {
      e.preventDefault();
      pick.ready().then(() => setTimeout(() => button.click()));
    } else if (!navigator.onLine) {
      e.preventDefault();
      later();
    } else if (pick && pick.files().length) {
      e.preventDefault();
      const data = new FormData(form);
      leave();
      sendWatched(data, later);
    } else leave();
  });
  // leave remembers what the phone may have to bring back, and says that the form is on its way.
  const leave = () => {
    drafts.write(form);
    if (pick && pick.files().length && !form.elements.shared.checked) box.put("files", { key: form.elements.key.value, files: pick.files() }).catch(() => {});
    setTimeout(() => {
      form.dataset.sent = "yes";
      button.disabled = true;
      button.textContent = form.dataset.sending;
    });
  };
  const back = () => {
    button.disabled = false;
    button.textContent = label;
  };
  // notSent says that this phone keeps nothing and the letter is still on the page.
  const notSent = () => {
    back();
    offlineNote.hidden = false;
    offlineNote.textContent = form.dataset.nosave;
    offlineNote.scrollIntoView();
  };
  if (news.addEventListener) news.addEventListener("message", (e) => { if (e.data === "not sent") notSent(); });
  form.elements.shared.addEventListener("change", showNetwork);
  window.addEventListener("pageshow", back);
  const say = form.querySelector("[data-voice]");
  if (say && pick) voice(say, pick.restore);
  const dictating = form.querySelector("[data-dictate]");
  if (dictating) dictate(dictating, form.elements.body);
}

// A page that the browser held in memory tells what somebody else wrote or read: it is asked for anew.
addEventListener("pageshow", (e) => {
  const mine = form && !form.elements.shared.checked && !("sent" in form.dataset);
  if (e.persisted && !mine) location.reload();
});

// finish forgets on the receipt what has been filed.
function finish(page) {
  drafts.clear(page.dataset.receipt);
  box.all("files").then((all) => all.forEach((f) => box.del("files", f.key))).catch(() => {});
}

function copies(b) {
  if (!navigator.clipboard) return;
  b.hidden = false;
  b.onclick = async () => {
    await navigator.clipboard.writeText(b.dataset.copy);
    b.textContent = b.dataset.copied;
  };
}

let shownScreen = null;
if (form) begin();
document.querySelectorAll("form[data-photos]").forEach(picker);
document.querySelectorAll("[data-receipt]").forEach(finish);
document.querySelectorAll("[data-copy]").forEach(copies);
const mistakes = document.getElementById("mistakes");
if (mistakes) mistakes.focus();
showNetwork();
addEventListener("offline", showNetwork);
addEventListener("online", () => { showNetwork(); sendAll().catch(() => {}); });
if (navigator.onLine) sendAll().catch(() => {});
if (navigator.serviceWorker && !document.querySelector("[data-leave]")) {
  navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then((r) => {
    if (!form || !form.elements.shared.checked) r.active.postMessage({ keep: location.pathname + location.search, lang: document.documentElement.lang });
  }).catch(() => {});
}

// What a filing form can do with a script: keep a draft, check before sending, and wait for the network.
const form = document.querySelector("form[data-kind]");
const offlineNote = document.getElementById("offline");

const willSend = offlineNote && offlineNote.textContent;

function showNetwork() {
  if (!offlineNote) return;
  offlineNote.hidden = navigator.onLine;
  offlineNote.textContent = form && form.elements.shared.checked ? form.dataset.nosave : willSend;
}

// mistaken says what is wrong with a field: nothing in it, or what can surely not be right; what fits is for the server to judge.
function mistaken(f) {
  const value = f.value.trim().replace(/\s+/g, " ");
  if (f.dataset.need && !value) return f.dataset.need;
  return f.dataset.fits && value && !new RegExp(f.dataset.fits, "u").test(value) ? f.dataset.unfit : "";
}

// missing marks all that the form cannot be sent with, as the server would, and goes to the first.
function missing() {
  form.querySelectorAll(".wrong").forEach((w) => w.remove());
  const wrong = Array.from(form.querySelectorAll("[data-need], [data-fits]")).filter((f) => f.offsetParent && mistaken(f));
  form.querySelectorAll("[aria-invalid]").forEach((f) => f.removeAttribute("aria-invalid"));
  for (const f of wrong) {
    const w = document.createElement("span");
    w.className = "wrong";
    w.textContent = mistaken(f);
    w.setAttribute("role", "alert");
    f.before(w);
    f.setAttribute("aria-invalid", "true");
  }
  if (wrong.length) wrong[0].focus();
  return wrong.length > 0;
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

function locate(button) {
  if (!navigator.geolocation || !window.isSecureContext) return;
  const said = form.querySelector("[data-located]"), words = form.dataset;
  button.hidden = false;
  button.onclick = () => navigator.geolocation.getCurrentPosition((p) => {
    form.elements["location.lat"].value = p.coords.latitude.toFixed(5);
    form.elements["location.lng"].value = p.coords.longitude.toFixed(5);
    said.textContent = words.place.replace("{m}", Math.round(p.coords.accuracy));
  }, () => { said.textContent = words.noplace; }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
}

function begin() {
  const pick = picker(form), button = form.querySelector("button.main"), label = button.textContent;
  keepDraft(form);
  const b = form.querySelector("[data-locate]");
  if (b) locate(b);
  if ("again" in form.dataset && pick) {
    box.get("files", form.elements.key.value).then((was) => was && pick.restore(was.files)).catch(() => {});
  }
  form.addEventListener("submit", (e) => {
    if (missing()) e.preventDefault();
    else if (pick && pick.busy()) {
      e.preventDefault();
      pick.ready().then(() => setTimeout(() => button.click()));
    } else if (!navigator.onLine) {
      e.preventDefault();
      if (form.elements.shared.checked) notSent();
      else queue(new FormData(form));
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
}

// A page that the browser held in memory tells what somebody else wrote or read: it is asked for anew.
addEventListener("pageshow", (e) => {
  const mine = form && !form.elements.shared.checked && !("sent" in form.dataset);
  if (e.persisted && !mine) location.reload();
});

// finish forgets on the receipt what has been filed, and copies the code.
function finish(page) {
  drafts.clear(page.dataset.receipt);
  box.all("files").then((all) => all.forEach((f) => box.del("files", f.key))).catch(() => {});
  const print = page.querySelector("[data-print]");
  print.hidden = false;
  print.onclick = () => window.print();
}

function copies(b) {
  if (!navigator.clipboard) return;
  b.hidden = false;
  b.onclick = async () => {
    await navigator.clipboard.writeText(b.dataset.copy);
    b.textContent = b.dataset.copied;
  };
}

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

// Drafts survive a closed tab: what was typed stays on this phone for seven days, or until it is sent or deleted. On a phone
// that is not the writer's own nothing stays, and of a denunciation never a name.
const KEPT = 7 * 24 * 60 * 60 * 1000;

const drafts = {
  name: (kind) => "draft:" + kind,
  read(kind) {
    try {
      const d = JSON.parse(localStorage.getItem(this.name(kind)));
      return d && Date.now() - d.at < KEPT ? d : null;
    } catch (e) {
      return null;
    }
  },
  write(form) {
    if (form.elements.shared.checked) return;
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string" || ["csrf", "kind", "key", "language", "when_line", "once", "shared", "passphrase"].includes(name) || name.startsWith("proof")) continue;
      if (form.dataset.kind === "denunciation" && name.startsWith("contact.")) continue;
      if (value) fields[name] = value;
    }
    try {
      localStorage.setItem(this.name(form.dataset.kind), JSON.stringify({ at: Date.now(), key: form.elements.key.value, fields }));
    } catch (e) { /* a phone without room keeps no draft */ }
  },
  clearAll() {
    try {
      Object.keys(localStorage).filter((k) => k.startsWith("draft:")).forEach((k) => localStorage.removeItem(k));
    } catch (e) { /* nothing was kept */ }
  },
  clear(kind) {
    try {
      localStorage.removeItem(this.name(kind));
    } catch (e) { /* nothing was kept */ }
  },
};

// fill writes what was kept back into the form.
function fill(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field instanceof RadioNodeList) field.value = value;
    else if (field.type === "checkbox") field.checked = field.value === value;
    else field.value = value;
  }
  form.querySelectorAll("details").forEach((d) => { d.open = d.open || Array.from(d.querySelectorAll("input")).some((i) => i.value); });
}

// ownPhone does what the writer says of the phone: on a shared one it forgets what is there and keeps no more.
function ownPhone(form) {
  const shared = form.elements.shared;
  const obey = () => {
    document.cookie = "phone=" + (shared.checked ? "shared" : "own; max-age=2592000") + "; path=/; samesite=lax";
    if (shared.checked) forgetPhone();
    else drafts.write(form);
  };
  shared.addEventListener("change", obey);
  if (shared.checked) drafts.clear(form.dataset.kind);
}

// forgetPhone takes away drafts, chosen files, cases that went, and the page of the form; what still waits to be sent is
// somebody's letter and stays.
function forgetPhone() {
  drafts.clearAll();
  box.all("files").then((all) => all.forEach((f) => box.del("files", f.key))).catch(() => {});
  box.all("queue").then((all) => all.filter((i) => i.state === "sent").forEach((i) => box.del("queue", i.key))).catch(() => {});
  if (self.caches) caches.delete("pages-1");
}

// keepDraft restores, saves while typing, and deletes when asked.
function keepDraft(form) {
  const kind = form.dataset.kind, note = document.getElementById("restored"), line = form.querySelector("[data-draft]");
  const was = form.elements.shared.checked ? null : drafts.read(kind);
  const typed = was && Object.keys(was.fields).some((n) => ["subject", "body", "about", "when", "location.address"].includes(n));
  if (typed && !("again" in form.dataset)) {
    fill(form, was.fields);
    if (was.key) form.elements.key.value = was.key;
    note.hidden = false;
  }
  line.hidden = !typed;
  ownPhone(form);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { drafts.write(form); line.hidden = form.elements.shared.checked; }, 400);
  });
  document.querySelectorAll("[data-clear]").forEach((b) => {
    b.onclick = () => {
      clearTimeout(timer);
      drafts.clear(kind);
      box.del("files", form.elements.key.value).catch(() => {});
      location.replace(location.pathname + "?kind=" + kind);
    };
  });
}

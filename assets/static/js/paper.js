"use strict";
// What is typed on a draft is kept on the server a moment after the last key. Who has seen an older version is told so and loses nothing;
// without this script the button keeps it.
document.querySelectorAll("form[data-draft]").forEach((form) => {
  const says = form.querySelector("[data-kept]");
  if (!says) return;
  let timer, busy = false, again = false;
  const keep = async () => {
    if (busy) { again = true; return; }
    busy = true;
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "autosave");
    try {
      const res = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      const answer = await res.json();
      says.textContent = answer.says;
      says.classList.toggle("wrong", !res.ok);
      if (res.ok) form.elements.v.value = answer.v;
      form.dataset.state = res.ok ? "kept" : "refused";
    } catch (e) { form.dataset.state = "waiting"; } // no network, or the session ended: the button says which
    busy = false;
    if (again) { again = false; later(); }
  };
  const later = () => { form.dataset.state = "typing"; clearTimeout(timer); timer = setTimeout(keep, 1200); };
  form.addEventListener("input", (e) => { if (e.target.name !== "template") later(); });
  form.addEventListener("submit", (e) => { clearTimeout(timer); if (busy) { e.preventDefault(); const by = e.submitter; const wait = () => busy ? setTimeout(wait, 50) : form.requestSubmit(by); wait(); } });
});

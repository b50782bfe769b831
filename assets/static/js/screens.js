// A form that asks one thing at a time: all its screens lie in the page, one is shown. The phone's own way back leads to the one before.
function screens(form) {
  const count = Number(form.dataset.screens);
  if (!count) return null;
  const parts = Array.from(form.querySelectorAll("[data-screen]")), nav = form.querySelector("[data-nav]");
  const next = nav.querySelector(".next"), back = nav.querySelector(".back"), step = document.querySelector("[data-step]");
  const title = document.querySelector("h1");
  title.tabIndex = -1;
  const name = document.title.slice(title.textContent.length);
  let now = 1;
  const show = (n, push, focus) => {
    now = n;
    parts.forEach((s) => { s.hidden = Number(s.dataset.screen) !== n; });
    next.hidden = n === count;
    back.hidden = n === 1;
    form.dataset.screen = n;
    step.textContent = step.dataset.step.replace("{n}", n) + " · ";
    title.textContent = title.dataset[n];
    document.title = title.dataset[n] + name;
    if (n === count) check(form, parts);
    if (push) history.pushState({ screen: n }, "");
    if (focus) focus.focus();
    else {
      scrollTo(0, 0);
      title.focus({ preventScroll: true });
    }
  };
  addEventListener("popstate", (e) => { if (form.isConnected) show((e.state && e.state.screen) || 1, false); });
  form.addEventListener("submit", (e) => {
    if (now === count) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (!missing(parts[now - 1])) show(now + 1, true);
  });
  back.onclick = () => show(now - 1, true);
  form.classList.add("live");
  step.className = "";
  parts.forEach((s) => { s.hidden = s.dataset.screen !== "1"; });
  form.dataset.screen = 1;
  const was = history.state && history.state.screen;
  if (was && form.elements.subject.value) show(was, false);
  return { show };
}

// check lists what was answered, each with a way back to where it was asked.
function check(form, parts) {
  const block = form.querySelector("[data-check]"), list = form.querySelector("[data-answers]");
  block.hidden = false;
  const rows = [];
  const add = (label, said, screen) => {
    const row = document.createElement("div"), dt = document.createElement("dt"), dd = document.createElement("dd"), way = document.createElement("dd"), b = document.createElement("button");
    dt.textContent = label;
    dd.textContent = said;
    dd.className = "said";
    b.className = "plain";
    b.type = "button";
    b.onclick = () => shownScreen.show(screen, true);
    b.textContent = form.dataset.change;
    b.setAttribute("aria-label", form.dataset.change + ": " + label);
    way.append(b);
    row.append(dt, dd, way);
    rows.push(row);
  };
  const nameless = form.querySelector("[name=anonymous][value=yes]:checked");
  parts.slice(0, -1).forEach((part, i) => {
    part.querySelectorAll("[name=anonymous]:checked").forEach((f) => { if (nameless) add(part.querySelector("legend").firstChild.textContent, f.parentElement.querySelector("b").textContent, i + 1); });
    part.querySelectorAll(".field").forEach((field) => {
      const f = field.querySelector("input:not([type=hidden]), select, textarea"), label = field.querySelector("label");
      if (!f || !f.value.trim() || f.name === "passphrase" || f.name === "knowing" || (nameless && f.closest(".identity"))) return;
      add(label.dataset.as || label.firstChild.textContent.trim(), f.options ? f.selectedOptions[0].textContent : f.value, i + 1);
    });
  });
  list.replaceChildren(...rows);
}

// Letters are looked through by keyboard: a move brings the next one into the page, without loading another.
const inbox = document.getElementById("inbox");

if (inbox) {
  const PART = { "X-Fragment": "inbox" };
  const keysOn = () => localStorage.getItem("keys") !== "off";
  let busy = false, undoUntil = 0, looks = 0, lookAt = "";

  const csrf = () => { const of = inbox.querySelector("[data-lookers-of]"); return of ? of.dataset.csrf : ""; };
  const look = async (ref, gone) => {
    const body = new URLSearchParams({ csrf: csrf(), gone: gone ? "yes" : "" });
    const address = "/staff/cases/" + ref + "/lookers";
    if (gone) return void navigator.sendBeacon(address, body);
    let answer;
    try { answer = await asked(address, { method: "POST", body }); } catch { return; }
    const place = inbox.querySelector('[data-lookers-of="' + ref + '"]');
    if (place && answer.ok) place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  };
  // looked tells who looks at the letter in sight, once somebody stays with it.
  const looked = () => {
    clearTimeout(looks);
    const of = inbox.querySelector("[data-lookers-of]"), ref = of && !document.hidden ? of.dataset.lookersOf : "";
    if (lookAt && lookAt !== ref) look(lookAt, true);
    lookAt = "";
    if (!ref) return;
    const again = () => { lookAt = ref; look(ref); looks = setTimeout(again, 15000); };
    looks = setTimeout(again, 700);
  };

  const asides = () => JSON.parse(sessionStorage.getItem("asides") || "[]");
  const pair = (li) => inbox.querySelector("[data-lookers-of]").dataset.lookersOf + "/" + li.dataset.alike;

  const dress = () => {
    const sides = inbox.firstElementChild;
    document.title = sides.dataset.title;
    inbox.querySelector("[data-keys]").hidden = false;
    inbox.querySelectorAll("[data-alike]").forEach((li) => {
      li.hidden = asides().includes(pair(li));
      li.querySelector("[data-aside]").hidden = false;
    });
    const did = document.getElementById("did");
    if (did) {
      const until = undoUntil = Date.now() + 10000;
      setTimeout(() => { if (undoUntil === until) did.remove(); }, 10000);
    }
    const assign = inbox.querySelector('form[action$="/moves/assign"] select[name=unit]');
    const there = inbox.querySelector('.why form[action$="/moves/assign"] [name=unit]');
    if (assign && there && !assign.value) assign.value = there.value;
    const now = inbox.querySelector("#queue [aria-current]");
    if (now) now.scrollIntoView({ block: "nearest" });
    document.dispatchEvent(new Event("shown"));
    looked();
  };

  const swap = async (answer) => {
    const queue = inbox.querySelector(".queue"), top = queue ? queue.scrollTop : 0;
    inbox.innerHTML = await answer.text();
    if (inbox.querySelector(".queue")) inbox.querySelector(".queue").scrollTop = top;
    history.replaceState(null, "", inbox.firstElementChild.dataset.at);
    dress();
    say("");
    const alert = inbox.querySelector(".shown [role=alert]");
    (alert || document.getElementById("shown")).focus({ preventScroll: !alert });
    if (alert) { alert.tabIndex = -1; alert.focus(); }
    window.performance.mark("shown");
  };

  const ask = async (address, options, otherwise) => {
    if (busy) return;
    busy = true;
    inbox.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { ...options, headers: PART });
      if (answer.headers.get("X-Fragment") === "inbox") await swap(answer);
      else otherwise();
    } catch (problem) {
      if (!(problem instanceof TypeError)) throw problem;
      say(inbox.firstElementChild.dataset.lost); // nothing is lost: the form stays as it is
    } finally {
      busy = false;
      inbox.removeAttribute("aria-busy");
    }
  };

  const go = (link) => link && ask(link.href, {}, () => { location.href = link.href; });
  const step = (by) => {
    const rows = [...inbox.querySelectorAll("#queue a")], at = rows.findIndex((a) => a.hasAttribute("aria-current"));
    go(rows[Math.min(Math.max(at + by, 0), rows.length - 1)]);
  };

  inbox.addEventListener("click", (e) => {
    const link = e.target.closest('#queue a, .views a, .queue a[href*="cursor="], .back a');
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey && e.button === 0 && !link.closest(".back")) { e.preventDefault(); go(link); }
    if (e.target.closest("[data-keys]")) help();
    const aside = e.target.closest("[data-aside]");
    if (aside) {
      const li = aside.closest("li");
      sessionStorage.setItem("asides", JSON.stringify([...asides(), pair(li)].slice(-200)));
      li.hidden = true;
      document.getElementById("shown").focus();
    }
  });

  inbox.addEventListener("submit", (e) => {
    const form = e.target;
    if (form.method !== "post" || !form.action.includes("/moves/") || !form.elements.next) return;
    e.preventDefault();
    ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, e.submitter)) }, () => form.submit());
  });

  // The keys of moves, each with the moves it stands for: the first that is offered opens, with its first field ready.
  const moves = {
    a: ["assign"], c: ["reclassify", "classify"], d: ["find_ineligible"], x: ["refuse", "decline", "find_ineligible"],
    g: ["guide"], t: ["transfer", "hand_over", "send_up"],
  };
  const open = (names, duplicate) => {
    for (const name of names) {
      const form = inbox.querySelector('details form[action$="/moves/' + name + '"]');
      if (!form) continue;
      for (let of = form.closest("details"); of; of = of.parentElement.closest("details")) of.open = true;
      if (duplicate) {
        const ground = form.querySelector('[name=ground][value=duplicate]') || form.querySelector("select[name=ground]");
        if (ground && ground.tagName === "SELECT") ground.value = "duplicate"; else if (ground) ground.checked = true;
        const reason = form.querySelector("[name=reason]"), first = inbox.querySelector("[data-alike]:not([hidden])");
        if (reason && !reason.value && first) reason.value = inbox.firstElementChild.dataset.same.replace("{ref}", first.dataset.alike);
      }
      const field = form.querySelector(duplicate ? "[name=reason]" : "select, input:not([type=hidden]), textarea");
      (field || form.querySelector("button")).focus();
      return true;
    }
    return false;
  };

  const dialog = document.getElementById("keys");
  const help = () => { document.getElementById("keys-on").checked = keysOn(); dialog.showModal(); };
  document.getElementById("keys-on").addEventListener("change", (e) => localStorage.setItem("keys", e.target.checked ? "on" : "off"));

  document.addEventListener("keydown", (e) => {
    const field = e.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
    if (field && field.form && inbox.contains(field) && e.key === "Enter" && (field.tagName === "SELECT" || e.ctrlKey)) {
      e.preventDefault();
      return field.form.requestSubmit();
    }
    if (e.key === "Escape" && inbox.contains(e.target)) return document.getElementById("shown").focus();
    if (field || dialog.open || e.ctrlKey || e.metaKey || e.altKey || !keysOn()) return;
    const press = (selector) => { const at = inbox.querySelector(selector); if (at) at.click(); return Boolean(at); };
    const acts = {
      j: () => step(1), k: () => step(-1), y: () => press("[data-key=y]"), z: () => press("[data-key=z]"), p: () => print(), "?": help,
      s: () => { const to = inbox.querySelector('a[href$="/split"]'); if (to) location.href = to.href; },
      Enter: () => { if (e.target.closest("a, button, summary")) return false; document.getElementById("shown").focus(); },
    };
    const act = acts[e.key] || (moves[e.key] && (() => open(moves[e.key], e.key === "d")));
    if (act && act() !== false) e.preventDefault();
  });

  document.addEventListener("visibilitychange", looked);
  document.addEventListener("lookers", (e) => { if (e.detail === lookAt) look(lookAt); });
  document.addEventListener("rows", () => { const row = inbox.querySelector('#queue [data-row="' + lookAt + '"] a'); if (row) row.setAttribute("aria-current", "true"); });
  addEventListener("pagehide", () => { if (lookAt) look(lookAt, true); });
  dress();
}

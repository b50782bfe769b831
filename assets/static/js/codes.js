// Codes that somebody wants remembered on a phone of his own. They stay in its own store, and go nowhere until he opens one.
(() => {
  const codes = {
    all() {
      try {
        const kept = JSON.parse(localStorage.getItem("codes"));
        return Array.isArray(kept) ? kept : [];
      } catch (e) { return []; }
    },
    write(list) {
      if (list.length) localStorage.setItem("codes", JSON.stringify(list.slice(0, 20)));
      else localStorage.removeItem("codes");
    },
    put(one) { this.write([one, ...this.all().filter((o) => o.ref !== one.ref)]); },
    drop(ref) { this.write(this.all().filter((o) => o.ref !== ref)); },
    has(ref) { return this.all().some((o) => o.ref === ref); },
  };

  // The page of a case offers to remember its code, or to take it off again.
  const keeper = document.querySelector("[data-keeps]");

  function showKeeper(said) {
    const { ref } = keeper.dataset, kept = codes.has(ref);
    keeper.querySelector("[data-remember]").hidden = kept;
    keeper.querySelector("[data-drop]").hidden = !kept;
    keeper.querySelector("[role=status]").textContent = said || "";
    keeper.hidden = false;
  }

  if (keeper) {
    try {
      showKeeper();
      keeper.querySelector("[data-remember]").onclick = () => {
        const { keeps, ref, kind, at } = keeper.dataset;
        codes.put({ code: keeps, ref, kind, at });
        showKeeper(keeper.dataset.kept);
        keeper.querySelector("[data-drop]").focus();
      };
      keeper.querySelector("[data-drop]").onclick = () => {
        codes.drop(keeper.dataset.ref);
        showKeeper(keeper.dataset.gone);
        keeper.querySelector("[data-remember]").focus();
      };
    } catch (e) { keeper.hidden = true; /* a browser that keeps nothing is offered nothing */ }
  }

  // A letter that has become a denunciation since is not remembered any longer.
  document.querySelectorAll("[data-unkept]").forEach((m) => { if (codes.has(m.dataset.unkept)) codes.drop(m.dataset.unkept); });

  // The page that asks for a code lists those that are remembered.
  const shelf = document.querySelector("[data-codes]");

  function showShelf(said) {
    const list = shelf.querySelector("ul"), row = shelf.querySelector("template").content.firstElementChild;
    list.replaceChildren(...codes.all().map((one, i) => {
      const li = row.cloneNode(true), open = li.querySelector("[data-open]"), drop = li.querySelector("[data-drop]");
      open.textContent = one.ref;
      open.id = "kept-" + i;
      drop.setAttribute("aria-describedby", open.id);
      li.querySelectorAll("[data-kind]").forEach((k) => { if (k.dataset.kind !== one.kind) k.remove(); });
      li.querySelector("[data-at]").textContent = one.at;
      open.onclick = () => {
        const ask = document.querySelector("form[data-track]");
        ask.elements.code.value = one.code;
        ask.requestSubmit();
      };
      drop.onclick = () => {
        codes.drop(one.ref);
        showShelf(shelf.dataset.gone);
        shelf.querySelector("[role=status]").focus();
      };
      return li;
    }));
    shelf.querySelector("[role=status]").textContent = said || "";
    shelf.hidden = !list.children.length && !said;
  }

  if (shelf) showShelf();
})();

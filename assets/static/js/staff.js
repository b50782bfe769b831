"use strict";
// A long list of choices is narrowed by what is typed above it, with or without diacritics; what is chosen stays in sight.
const plain = (s) => s.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");

const narrowing = () => document.querySelectorAll("[data-filter]").forEach((field) => {
  if (!field.hidden) return;
  const list = field.nextElementSibling;
  const narrow = () => {
    const words = plain(field.value).split(/\s+/);
    const fits = (text) => words.every((w) => text.includes(w));
    list.querySelectorAll("[data-group]").forEach((group) => {
      const name = plain(group.dataset.group);
      let shown = 0;
      group.querySelectorAll("label").forEach((l) => {
        l.hidden = !l.control.checked && !fits(plain(l.textContent) + " " + name);
        shown += l.hidden ? 0 : 1;
      });
      group.hidden = shown === 0;
    });
  };
  field.hidden = false;
  field.addEventListener("input", narrow);
  field.addEventListener("keydown", (e) => { if (e.key === "Enter") e.preventDefault(); });
});
narrowing();
document.addEventListener("shown", narrowing);

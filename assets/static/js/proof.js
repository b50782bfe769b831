// Answers the question of a form for its visitor. Whoever presses send meanwhile has only to wait; where it cannot be
// answered, the sum is shown again.
document.querySelectorAll("[data-work]").forEach((field) => {
  const form = field.closest("form"), words = field.dataset, said = field.querySelector("[role=status]");
  const sum = field.querySelector("[data-sum]"), answer = form.elements.proof_work;
  let pressed = null, busy = true;
  sum.hidden = true;
  said.textContent = words.working;
  form.addEventListener("submit", (e) => {
    if (!busy) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    pressed = e.submitter || form.querySelector("button[type=submit]");
  }, true);
  prove({ token: words.token, salt: words.salt, hash: words.work, max: Number(words.max) }).catch(() => null).then((found) => {
    busy = false;
    answer.value = found || "";
    sum.hidden = !!found;
    said.textContent = found ? words.done : "";
    if (found && pressed) setTimeout(() => pressed.click());
  });
});

// A page that prints well offers to.
document.querySelectorAll("[data-print]").forEach((b) => {
  b.hidden = false;
  b.onclick = () => window.print();
});

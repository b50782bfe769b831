// The code on a receipt can be read from its QR with the phone's camera, where the browser reads such codes itself. The picture stays
// on the phone.
(() => {
  const button = document.querySelector("[data-scan]"), picture = document.getElementById("scan"), said = document.querySelector("[data-scanned]");
  if (!button || !self.BarcodeDetector) return;
  BarcodeDetector.getSupportedFormats().then((known) => { button.hidden = !known.includes("qr_code"); }).catch(() => {});
  button.onclick = () => picture.click();
  picture.onchange = async () => {
    said.textContent = "";
    try {
      const found = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture.files[0]));
      const code = found.map((f) => /\/t#([0-9A-Za-z-]{16,})/.exec(f.rawValue)).find(Boolean);
      if (code) {
        location.hash = code[1]; // the page takes it out of the address again
        return;
      }
    } catch (e) { /* no picture at all is no code either */ }
    said.textContent = button.dataset.scan;
    picture.value = "";
  };
})();

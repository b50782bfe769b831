"use strict";
// The receipt is kept as a picture, or handed on: drawn from what stands on the page.
const sheet = document.querySelector(".sheet");

// wrapped breaks a text into lines no wider than the room there is.
function wrapped(pen, text, room) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = (lines[lines.length - 1] + " " + word).trim();
    if (lines[lines.length - 1] && pen.measureText(longer).width > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

// drawing puts the receipt on a canvas of its own: twice, for only the first tells how high it is.
function drawing() {
  const WIDE = 1080, EDGE = 72, FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  const said = (css) => Array.from(document.querySelectorAll(css), (e) => e.innerText.replace(/\s+/g, " ").trim()).filter(Boolean);
  const draw = () => {
    let y = EDGE;
    const write = (text, size, ink, weight, x = EDGE, centre = false) => {
      pen.font = weight + " " + size + "px " + FONT;
      pen.fillStyle = ink;
      pen.textAlign = centre ? "center" : "left";
      for (const line of wrapped(pen, text, WIDE - x - EDGE)) {
        pen.fillText(line, centre ? WIDE / 2 : x, y + size);
        y += size * 1.5;
      }
    };
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    said(".issuer strong").forEach((t) => write(t, 34, "#0B5D5E", 650));
    said(".issuer small").forEach((t) => write(t, 28, "#565D66", 400));
    y += 28;
    said("h1").forEach((t) => write(t, 46, "#1B1F24", 650));
    y += 20;
    said(".pass p:first-child").forEach((t) => write(t, 30, "#565D66", 400));
    pen.fillStyle = "#E3F0EF";
    pen.fillRect(EDGE, y, WIDE - 2 * EDGE, 116);
    y += 26;
    said("#code").forEach((t) => write(t, 54, "#1B1F24", 650, EDGE, true));
    y += 44;
    document.querySelectorAll(".sheet dt").forEach((dt) => {
      const top = y;
      write(dt.innerText, 28, "#565D66", 400);
      const under = y;
      y = top;
      write(dt.nextElementSibling.innerText.replace(/\s+/g, " "), 28, "#1B1F24", 400, 370);
      y = Math.max(y, under) + 8;
    });
    y += 28;
    said(".timeline li").forEach((t) => { write("• " + t, 28, "#1B1F24", 400); y += 8; });
    y += 24;
    const pictures = Array.from(document.querySelectorAll(".codes img"));
    pictures.forEach((img, i) => {
      const x = EDGE + i * ((WIDE - 2 * EDGE) / 2), top = y;
      pen.drawImage(img, x, top, 400, 400);
      y = top + 408;
      pen.font = "400 24px " + FONT;
      pen.fillStyle = "#565D66";
      pen.textAlign = "left";
      wrapped(pen, img.parentElement.innerText, 400).forEach((l) => { pen.fillText(l, x, y + 24); y += 34; });
      if (i < pictures.length - 1) y = top;
    });
    return y + EDGE;
  };
  canvas.width = WIDE;
  canvas.height = 10;
  canvas.height = Math.ceil(draw());
  draw();
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function offered(css, may, act) {
  const b = document.querySelector(css);
  if (!b || !may) return;
  b.hidden = false;
  b.onclick = () => act(b).catch(() => {}); // whoever changes his mind in the phone's own dialogue is told nothing
}

if (sheet) {
  offered("[data-print]", true, async () => window.print());
  offered("[data-picture]", true, async (b) => {
    const a = document.createElement("a");
    a.href = URL.createObjectURL(await drawing());
    a.download = b.dataset.picture;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 60000);
  });
  offered("[data-share]", navigator.share, async (b) => {
    const name = document.querySelector("[data-picture]").dataset.picture;
    const file = new File([await drawing()], name, { type: "image/png" });
    const whole = { text: b.dataset.share, files: [file] };
    await navigator.share(navigator.canShare && navigator.canShare(whole) ? whole : { text: b.dataset.share });
  });
}

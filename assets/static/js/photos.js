// Photos are made smaller on the phone: quicker to send, and what the camera wrote into them, such as the place, is gone.
const LONGEST = 1600, MOST = 5, LARGEST = 10 * 1024 * 1024;

async function shrink(file) {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const k = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * k));
    canvas.height = Math.max(1, Math.round(picture.height * k));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
    return blob ? new File([blob], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch (e) {
    return file; // the server reads what this phone cannot
  }
}

// picker lets people choose files in several goes, see them, and drop one again.
function picker(form) {
  const input = form.querySelector("input[type=file]");
  if (!input || !window.DataTransfer) return null;
  const list = form.querySelector("[data-files]"), status = form.querySelector("[data-files-status]");
  const evidence = form.querySelector("[name=evidence]"), words = form.dataset;
  let chosen = [], turn = Promise.resolve(), working = 0;
  const queue = (files) => {
    working++;
    turn = turn.then(() => add(files)).finally(() => { working--; });
  };
  // taken reports whether the office takes such a file: by its kind, or by its ending where the phone knows no kind.
  const taken = (file) => input.accept.split(",").some((a) => a === file.type || a[0] === "." && file.name.toLowerCase().endsWith(a));
  let pictures = [];
  const show = () => {
    pictures.forEach((url) => URL.revokeObjectURL(url));
    pictures = [];
    const out = new DataTransfer();
    chosen.forEach((c) => out.items.add(evidence && evidence.checked ? c.whole : c.small));
    input.files = out.files;
    list.replaceChildren(...chosen.map((c, i) => {
      const li = document.createElement("li"), name = document.createElement("span"), drop = document.createElement("button");
      name.textContent = c.small.name + " · " + Math.max(1, Math.round(out.files[i].size / 1024)) + " KB";
      drop.type = "button";
      drop.className = "plain";
      drop.textContent = words.remove;
      drop.setAttribute("aria-label", words.remove + ": " + c.small.name);
      drop.onclick = () => { chosen.splice(i, 1); show(); input.focus(); };
      if (c.small.type.startsWith("image/")) {
        const thumb = document.createElement("img");
        pictures.push(thumb.src = URL.createObjectURL(c.small));
        thumb.alt = "";
        li.append(thumb);
      }
      li.append(name, drop);
      return li;
    }));
  };
  const add = async (files) => {
    status.textContent = files.length ? words.preparing : "";
    let said = "";
    for (const whole of files) {
      if (chosen.length >= MOST) { said = words.many; continue; }
      if (!taken(whole)) { said = whole.name + ": " + words.unlike; continue; }
      const small = await shrink(whole);
      if (small.size > LARGEST) said = whole.name + ": " + words.large;
      else chosen.push({ whole, small });
    }
    show();
    status.textContent = said;
  };
  input.addEventListener("change", () => {
    queue(Array.from(input.files));
  });
  if (evidence) evidence.addEventListener("change", show);
  const camera = form.querySelector("[data-camera]");
  if (camera && matchMedia("(pointer: coarse)").matches) {
    camera.hidden = false;
    camera.onclick = () => {
      const lens = document.createElement("input");
      lens.type = "file";
      lens.accept = "image/*";
      lens.capture = "environment";
      lens.onchange = () => queue(Array.from(lens.files));
      lens.click();
    };
  }
  return {
    busy: () => working > 0,
    ready: () => turn,
    files: () => Array.from(input.files),
    restore: queue,
  };
}

// The page is read aloud where the device has a voice of its own for the page's language: one that lives with its maker would be sent
// the words.
(() => {
  const button = document.querySelector("[data-aloud]"), speech = self.speechSynthesis;
  if (!button || !speech) return;
  const own = () => speech.getVoices().find((v) => v.localService && v.lang.slice(0, 2).toLowerCase() === document.documentElement.lang);
  const show = () => { button.hidden = !own(); };
  const words = button.textContent;
  let reading = false;

  const quiet = () => {
    reading = false;
    speech.cancel();
    button.textContent = words;
  };
  const parts = () => [...document.querySelectorAll("main :is(h1,h2,h3,p,dt,dd,li)")].filter((e) =>
    e.offsetParent && !e.contains(button) && !e.closest("form,details:not([open]),.noprint,.sr") && !e.parentElement.closest("p,li,dd"));
  const read = () => {
    const voice = own(), said = parts();
    reading = true;
    button.textContent = button.dataset.aloud;
    said.forEach((e, i) => {
      const one = new SpeechSynthesisUtterance(e.innerText);
      one.voice = voice;
      one.lang = voice.lang;
      if (i === said.length - 1) one.onend = quiet;
      speech.speak(one);
    });
  };
  button.onclick = () => { if (reading) quiet(); else read(); };
  speech.onvoiceschanged = show;
  addEventListener("pagehide", quiet);
  show();
})();

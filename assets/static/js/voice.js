// A voice can be recorded on the page and goes along as a file, in the one form that the office takes and cleans (MP4); and where the
// browser turns speech into words, a letter can be spoken. Neither is offered on a denunciation.
const LONGEST_VOICE = 300;

function voice(button, add) {
  const kind = "audio/mp4";
  if (!window.MediaRecorder || !navigator.mediaDevices || !MediaRecorder.isTypeSupported(kind)) return;
  const words = button.dataset, label = button.textContent, status = button.form.querySelector("[data-files-status]");
  let recorder = null, clock = 0;
  button.hidden = false;
  button.onclick = async () => {
    if (recorder) { recorder.stop(); return; }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true }), parts = [], began = Date.now();
      recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32000 });
      const tick = () => {
        const s = Math.round((Date.now() - began) / 1000);
        button.textContent = words.voice.replace("{s}", s);
        if (s >= LONGEST_VOICE) recorder.stop();
      };
      recorder.ondataavailable = (e) => parts.push(e.data);
      recorder.onstop = () => {
        clearInterval(clock);
        recorder = null;
        stream.getTracks().forEach((t) => t.stop());
        button.textContent = label;
        const note = new File(parts, words.voiceName + ".m4a", { type: kind });
        if (note.size) add([note]);
      };
      recorder.start();
      clock = setInterval(tick, 500);
      tick();
    } catch (e) {
      recorder = null;
      status.textContent = words.voiceNone;
    }
  };
}

function dictate(button, field) {
  const Listener = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (!Listener || !window.isSecureContext) return;
  const label = button.textContent, hint = document.querySelector("[data-dictate-hint]");
  let ear = null;
  button.hidden = hint.hidden = false;
  button.onclick = () => {
    if (ear) { ear.stop(); return; }
    ear = new Listener();
    ear.lang = document.documentElement.lang === "en" ? "en-GB" : "vi-VN";
    ear.continuous = true;
    ear.onresult = (e) => {
      for (let i = e.resultIndex; i < e.results.length; i++) {
        if (e.results[i].isFinal) field.value = (field.value.trim() + " " + e.results[i][0].transcript.trim()).trim();
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    ear.onend = ear.onerror = () => {
      ear = null;
      button.textContent = label;
    };
    ear.start();
    button.textContent = button.dataset.dictate;
  };
}

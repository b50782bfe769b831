"use strict";
// Passkeys: a button of a form asks the browser for one of them, or to make one, and sends the form with the answer.
{
const opened = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const closed = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const known = (list) => (list || []).map((c) => ({ ...c, id: opened(c.id) }));

// An address of numbers has no passkeys; there, and in old browsers, nothing is offered.
const hasPasskeys = () => window.isSecureContext && !!window.PublicKeyCredential && !/^[\d.]+$|:/.test(location.hostname);

const answerOf = (c, extra) => JSON.stringify({
  id: c.id, rawId: closed(c.rawId), type: c.type, clientExtensionResults: c.getClientExtensionResults(),
  ...(c.authenticatorAttachment ? { authenticatorAttachment: c.authenticatorAttachment } : {}),
  response: { clientDataJSON: closed(c.response.clientDataJSON), ...extra(c.response) },
});

const makePasskey = async (o) => answerOf(await navigator.credentials.create({ publicKey: {
  ...o, challenge: opened(o.challenge), user: { ...o.user, id: opened(o.user.id) }, excludeCredentials: known(o.excludeCredentials),
} }), (r) => ({ attestationObject: closed(r.attestationObject), transports: r.getTransports ? r.getTransports() : [] }));

const askPasskey = async () => {
  const asked = await fetch("/api/v1/staff/passkeys/challenge");
  if (!asked.ok) throw new Error("none");
  const { token, public_key: o } = await asked.json();
  const got = await navigator.credentials.get({ publicKey: { ...o, challenge: opened(o.challenge), allowCredentials: known(o.allowCredentials) } });
  return [token, answerOf(got, (r) => ({
    authenticatorData: closed(r.authenticatorData), signature: closed(r.signature), userHandle: r.userHandle ? closed(r.userHandle) : undefined,
  }))];
};

const offerPasskeys = () => document.querySelectorAll("[data-passkey]").forEach((b) => { b.closest(".passkey").hidden = !hasPasskeys(); });
offerPasskeys();
document.addEventListener("shown", offerPasskeys);

const passOn = (form) => {
  const ways = form.querySelectorAll("button[type=submit]"), typed = form.elements.again;
  if (typed) typed.required = false;
  if (!typed) form.noValidate = true; // it takes the place of all that is asked for
  if (ways.length === 1) form.requestSubmit(ways[0]);
  return ways.length === 1;
};

document.addEventListener("click", async (e) => {
  const by = e.target.closest && e.target.closest("[data-passkey], [data-makes]");
  if (!by || by.dataset.sent) return;
  e.preventDefault();
  const form = by.form, said = (by.closest(".passkey") || form).querySelector("[role=status][data-failed]"), makes = by.dataset.makes;
  if (makes && !form.reportValidity()) return;
  said.textContent = "";
  try {
    if (makes) form.elements.made.value = await makePasskey(JSON.parse(makes));
    else [form.elements.passkey_token.value, form.elements.passkey.value] = await askPasskey();
  } catch (err) {
    said.textContent = err.name === "InvalidStateError" && said.dataset.has ? said.dataset.has : said.dataset.failed;
    return;
  }
  by.dataset.sent = "yes";
  if (makes) form.requestSubmit(by);
  else if (!passOn(form)) said.textContent = said.dataset.done;
});
}

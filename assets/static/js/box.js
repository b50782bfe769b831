"use strict";
// The phone's own store, in drawers: cases that wait to be sent, files of a form that came back with mistakes, ratings that a
// kiosk could not send yet, the key that it signs them with, and the pages of cases that the phone is told of.
const box = (() => {
  const open = () => new Promise((done, fail) => {
    const r = indexedDB.open("tiepdan", 3);
    r.onupgradeneeded = () => ["queue", "files", "ratings", "keys", "told"].filter((s) => !r.result.objectStoreNames.contains(s))
      .forEach((s) => r.result.createObjectStore(s, { keyPath: "key" }));
    r.onsuccess = () => done(r.result);
    r.onerror = () => fail(r.error);
  });
  const run = async (drawer, mode, act) => {
    const db = await open();
    try {
      return await new Promise((done, fail) => {
        const t = db.transaction(drawer, mode);
        const q = act(t.objectStore(drawer));
        t.oncomplete = () => done(q.result);
        t.onerror = t.onabort = () => fail(t.error);
      });
    } finally {
      db.close();
    }
  };
  return {
    put: (drawer, value) => run(drawer, "readwrite", (s) => s.put(value)),
    get: (drawer, key) => run(drawer, "readonly", (s) => s.get(key)),
    all: (drawer) => run(drawer, "readonly", (s) => s.getAll()),
    del: (drawer, key) => run(drawer, "readwrite", (s) => s.delete(key)),
  };
})();

// news tells the other pages and the service worker that a drawer changed.
const news = "BroadcastChannel" in self ? new BroadcastChannel("tiepdan") : { postMessage() {} };

const randomKey = () => Array.from(crypto.getRandomValues(new Uint8Array(20)), (b) => (b % 36).toString(36)).join("");

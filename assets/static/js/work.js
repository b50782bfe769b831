// Searching the answer to a form's question: which number below max, written after the salt, has this SHA-256? The hash is
// written out here, for crypto.subtle needs https and is slow on many short texts. All of it fits into one block of 64 bytes.
function sha256() {
  const k = [], start = [], w = new Int32Array(64);
  const part = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  for (let n = 2; k.length < 64; n++) {
    let prime = true;
    for (let f = 2; f * f <= n; f++) if (n % f === 0) prime = false;
    if (!prime) continue;
    if (start.length < 8) start.push(part(Math.sqrt(n)));
    k.push(part(Math.cbrt(n)));
  }
  // The first word tells nearly all wrong numbers apart; only then is the rest written out.
  return (text, first) => {
    for (let i = 0; i < 16; i++) w[i] = 0;
    for (let i = 0; i < text.length; i++) w[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
    w[text.length >> 2] |= 128 << (24 - (text.length % 4) * 8);
    w[15] = text.length * 8;
    let a = start[0], b = start[1], c = start[2], d = start[3], e = start[4], f = start[5], g = start[6], h = start[7];
    for (let i = 0; i < 64; i++) {
      if (i > 15) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) | 0;
      }
      const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + k[i] + w[i] | 0;
      const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + t | 0; d = c; c = b; b = a; a = t + u | 0;
    }
    if (first !== undefined && (a + start[0] | 0) !== first) return "";
    return [a, b, c, d, e, f, g, h].map((v, i) => (v + start[i] >>> 0).toString(16).padStart(8, "0")).join("");
  };
}

// prove resolves to the answer, or to nothing when no number fits. It rests between turns, so that the page stays alive.
async function prove(work) {
  const hash = sha256(), first = parseInt(work.hash.slice(0, 8), 16) | 0;
  for (let n = 0; n < work.max; n++) {
    if (hash(work.salt + n, first) === work.hash) return work.token + "." + n;
    if (n % 1000 === 999) await new Promise((go) => setTimeout(go));
  }
}

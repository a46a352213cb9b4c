/* Seals a talk to the server's public key. What is sealed cannot be opened on this device: the key that could is gone at once.

   Bytes: 1 | key id 8 | ephemeral P-256 key 65 | IV 12 | AES-256-GCM. The AES key is HKDF-SHA-256 of the shared secret, salted with
   both public keys. The plain text is padded, so that its length does not say how much a child told. */

const INFO = "voice of the child: talk 1";
const STEP = 8192;
const text = new TextEncoder();
const curve = { name: "ECDH", namedCurve: "P-256" };
const fromBase64 = (coded) => Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));

function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
}

/** The sealed talk as base64. `key` = {id, key} as the server gave it. */
export async function seal(talk, key, visit, number) {
  const spki = fromBase64(key.key);
  const server = await crypto.subtle.importKey("spki", spki, curve, true, []);
  const serverRaw = new Uint8Array(await crypto.subtle.exportKey("raw", server));
  const pair = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const ephemeral = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, pair.privateKey, 256);
  const source = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const rule = { name: "HKDF", hash: "SHA-256", salt: joined(ephemeral, serverRaw), info: text.encode(INFO) };
  const aes = await crypto.subtle.deriveKey(rule, source, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const plain = text.encode(JSON.stringify(talk));
  const padded = new Uint8Array(Math.ceil(plain.length / STEP) * STEP).fill(32);
  padded.set(plain);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = text.encode(`${visit}:${number}`.toLowerCase());
  const hidden = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, aes, padded));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
  return toBase64(joined(Uint8Array.of(1), hash.subarray(0, 8), ephemeral, iv, hidden));
}

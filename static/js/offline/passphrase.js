/* Six words that open what is kept on a device: drawn here from our own lists, never chosen, never sent, never kept. */

const WORDS = 6;

/** What was typed, as it is compared: lower case, single spaces, ё as е; hyphens and commas count as spaces. */
export function normalise(typed) {
  return typed
    .normalize("NFC")
    .toLowerCase()
    .replace(/ё/g, "е")
    .replace(/[\s,.;\-–—]+/g, " ")
    .trim();
}

/** `count` numbers below `limit`, each equally likely: values that would favour the first ones are thrown away. */
export function draw(count, limit, random = (array) => crypto.getRandomValues(array)) {
  const fair = Math.floor(2 ** 32 / limit) * limit;
  const drawn = [];
  while (drawn.length < count) {
    const [number] = random(new Uint32Array(1));
    if (number < fair) drawn.push(number % limit);
  }
  return drawn;
}

/** A new passphrase in one language; `addresses` gives the address of each language's list of words. */
export async function newPassphrase(language, addresses) {
  const response = await fetch(addresses[language] ?? addresses.en);
  const words = (await response.json()).words;
  return draw(WORDS, words.length).map((number) => words[number]).join(" ");
}

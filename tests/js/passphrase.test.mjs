/* The pure parts of the six words. Run by tests/ombudsman/test_scripts.py with the runner that comes with Node. */

import assert from "node:assert/strict";
import test from "node:test";
import { draw, normalise } from "../../static/js/offline/passphrase.js";

test("words are compared without case, commas, hyphens and ё", () => {
  assert.equal(normalise("  Ёлка—МЁД,\tтри\nчетыре  "), "елка мед три четыре");
  assert.equal(normalise("қыс-күн"), "қыс күн");
  assert.equal(normalise("и\u0306"), "й");
});

test("a number that would favour the first words is drawn again", () => {
  const given = [2 ** 32 - 1, 5, 2 ** 32 - 4, 7];
  const random = () => [given.shift()];
  assert.deepEqual(draw(2, 10, random), [5, 7]);
  assert.deepEqual(given, []);
});

test("every word can be drawn, none much more often than another", () => {
  const counts = new Array(16).fill(0);
  for (const number of draw(16000, 16)) counts[number] += 1;
  assert.ok(Math.min(...counts) > 850 && Math.max(...counts) < 1150, String(counts));
});

/* Long work in small steps. A task that takes longer than 50 ms makes fingers and keys wait. */

const SLICE = 8; // ms: with the step that exceeds it, far below those 50
let began = 0;

/** To be awaited between the steps of long work: lets keys, fingers and drawing have their turn when this work has had its slice. */
export async function turn() {
  if (performance.now() - began < SLICE) return;
  await (globalThis.scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve)));
  began = performance.now();
}

import fc from 'fast-check';

/** How many code points are halves of surrogate pairs, which no text has. */
const HALVES = 0xe000 - 0xd800;

const character = fc
  .nat({ max: 0x10ffff - HALVES })
  .map((place) => String.fromCodePoint(place < 0xd800 ? place : place + HALVES));

/**
 * Texts of any characters. fast-check's own unit `binary` says the same, but keeps a table of all characters: 110 MB in each process
 * of tests.
 */
export function unicodeText(constraints: fc.StringSharedConstraints = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: character });
}

import fc from 'fast-check';
import { parse, parseDocument } from 'yaml';
import { setValues } from '../../../src/adapters/executors/git/edit/values.ts';

const YAML = `# The shop, in production.
replicas:   3
image: &image   # what runs
    repository: "ghcr.io/acme/shop"   # ours
    tag: 'v1'   # by Slipway

# Sidecars
containers:
- name: web
  image: ghcr.io/acme/web:v1
- { name: log,  image: "log:v1" }
old: *image
notes: |
  tag: v1
  # no comment
empty:
nothing: {}   # yet
`;

const JSON_TEXT = `{
    "image": { "repository": "shop", "tag": "v1" }, // what runs
    "containers": [ { "image": "web:v1" } ],
    "n": 1.0
}
`;

/** What a line becomes. */
type Case = [path: (string | number)[], value: string, line: string, becomes: string];

test.each<Case>([
  [['image', 'tag'], 'v2', "tag: 'v1'   # by", "tag: 'v2'   # by"],
  [['image', 'tag'], "it's", "tag: 'v1'", "tag: 'it''s'"],
  [['image', 'tag'], 'two\nlines', "tag: 'v1'", 'tag: "two\\nlines"'],
  [['image', 'repository'], '12e4567', '"ghcr.io/acme/shop"', '"12e4567"'],
  [['replicas'], '1234567', 'replicas:   3', 'replicas:   "1234567"'],
  [['replicas'], '3', 'replicas:   3', 'replicas:   "3"'],
  [['replicas'], 'a1b2c3d', 'replicas:   3', 'replicas:   a1b2c3d'],
  [['containers', '0', 'image'], 'web:v2@sha256:0a', 'ghcr.io/acme/web:v1', 'web:v2@sha256:0a'],
  [['containers', 1, 'image'], 'log:v2', '"log:v1"', '"log:v2"'],
  [['containers', 1, 'tag'], 'v2', '"log:v1" }', '"log:v1", tag: v2 }'],
  [['containers', 0, 'tag'], '0x10', 'web:v1\n', 'web:v1\n  tag: "0x10"\n'],
  [
    ['image', 'pull', 'policy'],
    'Always',
    '# by Slipway\n',
    '# by Slipway\n    pull:\n      policy: Always\n',
  ],
  [['image', 'a.b/c'], 'x', '# by Slipway\n', '# by Slipway\n    a.b/c: x\n'],
  [['notes'], 'none', 'notes: |\n  tag: v1\n  # no comment\n', 'notes: none\n'],
  [['empty'], 'full', 'empty:\n', 'empty: full\n'],
  [['empty', 'tag'], 'v2', 'empty:\n', 'empty: { tag: v2 }\n'],
  [['nothing', 'tag'], 'yes', 'nothing: {}   # yet', 'nothing: { tag: "yes" }   # yet'],
  [['old'], 'v2', 'old: *image', 'old: v2'],
  [['new', 'tag'], '', '{}   # yet\n', '{}   # yet\nnew:\n  tag: ""\n'],
])('%j becomes %s in YAML, and nothing else changes', (path, value, line, becomes) => {
  expect(YAML.split(line)).toHaveLength(2);
  expect(setValues(YAML, [{ path, value }], 'values.yaml')).toBe(YAML.replace(line, () => becomes));
});

test.each<Case>([
  [['image', 'tag'], 'v2', '"tag": "v1"', '"tag": "v2"'],
  [['n'], '1', '1.0', '"1"'],
  [['containers', '0', 'image'], 'a"b', '"web:v1"', '"a\\"b"'],
  [['a', 'b'], 'x', '1.0\n', '1.0,\n    "a": {\n        "b": "x"\n    }\n'],
])('%j becomes %s in JSON, and nothing else changes', (path, value, line, becomes) => {
  expect(setValues(JSON_TEXT, [{ path, value }], 'values.JSON')).toBe(JSON_TEXT.replace(line, () => becomes));
});

test.each<[text: string, file: string, path: (string | number)[], becomes: string]>([
  ['', 'a.yaml', ['a', 'b'], 'a:\n  b: new\n'],
  ['# only this', 'a.yml', ['a'], '# only this\na: new\n'],
  ['a: 1', 'a.yaml', ['b'], 'a: 1\nb: new\n'],
  ['a: 1\r\nb: 2\r\n', 'a.yaml', ['c'], 'a: 1\r\nb: 2\r\nc: new\r\n'],
  ['a:\n- x\n- y # last\nz: 1\n', 'a.yaml', ['a', '1'], 'a:\n- x\n- new # last\nz: 1\n'],
  ['a: null # why\n', 'a.yaml', ['a', 'b'], 'a: { b: new } # why\n'],
  ['- a: 1\n  b: 2\n', 'a.yaml', [0, 'c'], '- a: 1\n  b: 2\n  c: new\n'],
  ['8080: x\n', 'a.yaml', ['8080'], '8080: new\n'],
  ['a: >-\n  folded\n  text\nb: 1\n', 'a.yaml', ['a'], 'a: new\nb: 1\n'],
  ['a: &t old\nb: *t\n', 'a.yaml', ['a'], 'a: &t new\nb: *t\n'],
  ['a: 1\n---\nb: 2\n', 'a.yaml', ['b'], 'a: 1\n---\nb: new\n'],
  ['---\n# head\na: 1\n...\n', 'a.yaml', ['a'], '---\n# head\na: new\n...\n'],
  ['---\n---\na: 1\n---\n', 'a.yaml', ['a'], '---\n---\na: new\n---\n'],
  ['{"a": 1}', 'a.yaml', ['a'], '{"a": new}'],
  ['a: !!str 5\n', 'a.yaml', ['a'], 'a: !!str new\n'],
  [
    'a:\n  b: 1\n\n  # about c\n\nd: 1\n',
    'a.yaml',
    ['a', 'c'],
    'a:\n  b: 1\n  c: new\n\n  # about c\n\nd: 1\n',
  ],
  ['\ufeffa: 1\n', 'a.yaml', ['a'], '\ufeffa: new\n'],
  ['\ufeffb: 1\n', 'a.yaml', ['a'], '\ufeffb: 1\na: new\n'],
  ['\ufeff{"a": 1}', 'a.json', ['a'], '\ufeff{"a": "new"}'],
  ['x: &x { a: 1 }\nb: { <<: *x }\n', 'a.yaml', ['b', 'a'], 'x: &x { a: 1 }\nb: { <<: *x, a: new }\n'],
  ['x: &x { a: 1 }\n<<: *x\n', 'a.yaml', ['b', 'c'], 'x: &x { a: 1 }\n<<: *x\nb:\n  c: new\n'],
  ['{}', 'a.json', ['a'], '{\n  "a": "new"\n}'],
  ['{\n\t"a": {\n\t}\n}', 'a.json', ['a', 'b'], '{\n\t"a": {\n\t\t"b": "new"\n\t}\n}'],
])('%j of %s gets a value at %j', (text, file, path, becomes) => {
  expect(setValues(text, [{ path, value: 'new' }], file)).toBe(becomes);
});

test.each<[text: string, file: string, path: (string | number)[], said: string]>([
  ['a: [1', 'a.yaml', ['a'], 'it is not YAML (line 1, column 6)'],
  ['a: 1\na: 2\n', 'a.yaml', ['a'], 'a stands there 2 times: remove all but one'],
  [
    'a: [x]\n',
    'a.yaml',
    ['a', '1'],
    'a is a list of 1, and has no item 1: indexes begin at 0, and items are not made',
  ],
  ['a: [x]\n', 'a.yaml', ['a', 'b'], 'a is a list, and “b” is no index of it: write 0 for its first item'],
  ['a: x\n', 'a.yaml', ['a', 'b'], 'a is a value and no map: nothing can be set in it'],
  ['a: { b: 1 }\n', 'a.yaml', ['a'], 'a is a map: name a value in it'],
  [
    'x: &x { b: 1 }\na: *x\n',
    'a.yaml',
    ['a', 'b'],
    'a is *x, which stands for another place: name that place, or write it out here',
  ],
  ...['*y', '[*z, *y]', '{ <<: [*y] }'].map((merged): [string, string, string[], string] => [
    `z: &z { b: 1 }\ny: &y { image: { name: shop, tag: v1 } }\nprod:\n  <<: ${merged}\n`,
    'a.yaml',
    ['prod', 'image', 'tag'],
    'prod.image is taken from another place by <<: name that place, or write it out here',
  ]),
  ['a: 1\n---\na: 2\n', 'a.yaml', ['a'], '2 of its documents have a: keep them in files of their own'],
  [
    'a: 1\n---\nb: 2\n',
    'a.yaml',
    ['c', 'x.y'],
    'none of its 2 documents has c."x.y": put it there by hand once',
  ],
  [
    'a: !!int 5\n',
    'a.yaml',
    ['a'],
    'a is of the type tag:yaml.org,2002:int: take that off, as values are text',
  ],
  ['- 1\n', 'a.yaml', ['a'], 'the file is a list, and “a” is no index of it: write 0 for its first item'],
  ['{"a": 1,, }', 'a.json', ['a'], 'it is not JSON (line 1, column 9)'],
  ['', 'a.json', ['a'], 'it is not JSON (line 1, column 1)'],
  ['{"a": 1, "a": 2}', 'a.json', ['a'], '“a” stands there 2 times: remove all but one'],
  [
    '{"a": [1]}',
    'a.json',
    ['a', 1],
    'a is a list of 1, and has no item 1: indexes begin at 0, and items are not made',
  ],
  ['{"a": {"b": 1}}', 'a.json', ['a'], 'a is a map: name a value in it'],
  ['{"a": 1}', 'a.json', ['a', 'b'], 'a is a value and no map: nothing can be set in it'],
])('%j of %s has no place at %j', (text, file, path, said) => {
  expect(() => setValues(text, [{ path, value: 'new' }], file)).toThrow(said);
});

test('what stands there already is left as it is', () => {
  for (const [path, value] of [
    [['image', 'tag'], 'v1'],
    [['containers', '1', 'image'], 'log:v1'],
    [['notes'], 'tag: v1\n# no comment\n'],
  ] as const)
    expect(setValues(YAML, [{ path, value }], 'a.yaml')).toBe(YAML);
  expect(setValues(JSON_TEXT, [{ path: ['image', 'tag'], value: 'v1' }], 'a.json')).toBe(JSON_TEXT);
});

/** What readers take for numbers, dates or truth, and what has signs of YAML. */
const odd = fc.constantFrom(
  '0',
  '1_0',
  '.5',
  '1e3',
  '0o7',
  '0b1',
  'yes',
  'NO',
  '~',
  'null',
  '',
  ' a',
  'a: b',
  'a #b',
  '- a',
  '<<',
  '2026-12-01',
  '12:30',
  '{{ x }}',
  '&a',
  '"',
  "'",
  '\t',
  'é',
  '\u2028',
  '.inf',
  '=',
  '---',
  '...',
  '%a',
  '@a',
  '`',
  '!a',
  ',',
  '1:30:00',
);
const values = fc.oneof(odd, fc.stringMatching(/^[0-9a-f]{7}$/), fc.string());

test('every value is read back as the text that it is, by both versions of YAML, in every place', () => {
  const places = [
    'a: old # c\n',
    'a: "old"\n',
    "a: 'old'\n",
    'a:\n',
    '{ a: old, b: 1 }\n',
    'a: |\n  old\n',
    'x: 1\n',
    '{ x: 1 }\n',
    '',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...places), values, (text, value) => {
      const edited = setValues(text, [{ path: ['a'], value }], 'a.yaml');
      expect(parse(edited).a).toBe(value);
      expect(parseDocument(edited, { version: '1.1' }).toJS().a).toBe(value);
      expect(setValues(edited, [{ path: ['a'], value }], 'a.yaml')).toBe(edited);
    }),
  );
});

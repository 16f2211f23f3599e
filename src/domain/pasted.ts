/** Pairs of characters that may surround a word copied out of a sentence, a link or a list. */
const PAIRS: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '<': '>',
  '"': '"',
  "'": "'",
  '`': '`',
  '*': '*',
  _: '_',
  '~': '~',
};
const OPENING = /^[([{<"'`]/;
const CLOSING = /[)\]}>"'`]$/;
const ENDING = /[.,;:!?\u2026]+$/;
/** A link in Slack's notation, with or without a label. */
const SLACK_LINK = /^<(https?:\/\/[^|>]+)(?:\|[^>]*)?>$/i;
const MARKDOWN_LINK = /^\[[^\]]*\]\((https?:\/\/.+)\)$/i;
/** Formatting that began or ended at another word. */
const HALF_FORMATTED = /^[*_~]*((?=[^*_~]*\d)[0-9a-f]{7,40}|https?:\/\/[^*]+?)[*_]*$/i;
/** An emoji, arrow, dash or bullet next to a SHA. `~` and `^` are excluded: to git, `abc1234~` is the parent commit. */
const BESIDE = '(?::[\\w+-]+:|[^\\p{L}\\p{N}\\s:~^@{}*_/.])*';
const BESIDE_SHA = new RegExp(`^${BESIDE}((?=[a-f]*\\d)[0-9a-f]{7,40})${BESIDE}$`, 'iu');

/** "sha:abc1234", "@abc1234" */
const LABELLED = /^(?:[@#]|(?:sha|commit|rev|revision)[:=])((?=[a-f]*\d)[0-9a-f]{7,40})$/i;

/** A longer word is not examined: no link to a commit is that long. */
const LONGEST = 1_000;

/** The word without its outermost decoration; null: it has none. */
function peeled(word: string): string | null {
  const link = SLACK_LINK.exec(word)?.[1] ?? MARKDOWN_LINK.exec(word)?.[1];
  if (link) return link;
  const beside = BESIDE_SHA.exec(word)?.[1];
  if (beside !== undefined && word.endsWith(':') && beside !== word) return beside;
  if (ENDING.test(word)) return word.replace(ENDING, '');
  if (word.length > 1 && PAIRS[word.charAt(0)] === word.at(-1)) return word.slice(1, -1);
  if (OPENING.test(word)) return word.slice(1);
  if (CLOSING.test(word)) return word.slice(0, -1);
  const inner = HALF_FORMATTED.exec(word)?.[1] ?? LABELLED.exec(word)?.[1] ?? beside;
  return inner === undefined || inner === word ? null : inner;
}

/** The word as typed, then with one decoration less each. */
export function layersOf(word: string): string[] {
  const layers = [word];
  if (word.length > LONGEST) return layers;
  for (let inner = peeled(word); inner; inner = peeled(inner)) layers.push(inner);
  return layers;
}

/** The word without any decoration. */
export function undecorated(word: string): string {
  return layersOf(word).at(-1) ?? word;
}

/** 7 to 40 hexadecimal digits, at least one of them 0 to 9, so that no English word matches. */
const SHA = '(?=[a-f]*\\d)[0-9a-f]{7,40}';
const SHA_ALONE = new RegExp(`^(?:[\\w.-]+(?:/[\\w.-]+)*@|[\\w./-]+-\\d+-g)?${SHA}$`, 'i');
const COMMIT_LINK = new RegExp(`^https?://[^/]+/.+/commits?/${SHA}(?:[/?#.].*)?$`, 'i');

/** True: a SHA or a link to a commit, whatever surrounds it. Nothing else that people type looks like that. */
export function isSurelyCommit(word: string): boolean {
  const inner = undecorated(word);
  return SHA_ALONE.test(inner) || COMMIT_LINK.test(inner);
}

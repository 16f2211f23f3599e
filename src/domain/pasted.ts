/** What stands around a word that was copied out of a sentence, a link or a list. */
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
/** Slack's own way to write a link, with or without what is shown. */
const SLACK_LINK = /^<(https?:\/\/[^|>]+)(?:\|[^>]*)?>$/i;
const MARKDOWN_LINK = /^\[[^\]]*\]\((https?:\/\/.+)\)$/i;
/** Formatting that began or ended with another word. */
const HALF_FORMATTED = /^[*_~]*((?=[^*_~]*\d)[0-9a-f]{7,40}|https?:\/\/[^*]+?)[*_]*$/i;
/** An emoji, arrow, dash or bullet that touches a SHA; `abc1234~` and `abc1234^` are the commit before it to git. */
const BESIDE = '(?::[\\w+-]+:|[^\\p{L}\\p{N}\\s:~^@{}*_/.])*';
const BESIDE_SHA = new RegExp(`^${BESIDE}((?=[a-f]*\\d)[0-9a-f]{7,40})${BESIDE}$`, 'iu');

/** "sha:abc1234", "@abc1234" */
const LABELLED = /^(?:[@#]|(?:sha|commit|rev|revision)[:=])((?=[a-f]*\d)[0-9a-f]{7,40})$/i;

/** No link to a commit is longer. */
const LONGEST = 1_000;

/** One layer off; null: there is none. */
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

/** The word as it is, then with one layer less each of what stands around it. */
export function layersOf(word: string): string[] {
  const layers = [word];
  if (word.length > LONGEST) return layers;
  for (let inner = peeled(word); inner; inner = peeled(inner)) layers.push(inner);
  return layers;
}

/** The word without anything that stands around it. */
export function undecorated(word: string): string {
  return layersOf(word).at(-1) ?? word;
}

/** 7 to 40 hexadecimal digits, at least one of them a digit: no English word. */
const SHA = '(?=[a-f]*\\d)[0-9a-f]{7,40}';
const SHA_ALONE = new RegExp(`^(?:[\\w.-]+(?:/[\\w.-]+)*@|[\\w./-]+-\\d+-g)?${SHA}$`, 'i');
const COMMIT_LINK = new RegExp(`^https?://[^/]+/.+/commits?/${SHA}(?:[/?#.].*)?$`, 'i');

/** A SHA or a link to a commit, whatever stands around it: nothing else that people type looks so. */
export function isSurelyCommit(word: string): boolean {
  const inner = undecorated(word);
  return SHA_ALONE.test(inner) || COMMIT_LINK.test(inner);
}

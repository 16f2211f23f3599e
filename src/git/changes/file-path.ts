const LONGEST = 500;

/** Whether a text names a file of a repository: from its root, with slashes, without what git or a checkout would read otherwise. */
export function isFilePath(path: string): boolean {
  if (path === '' || path.length > LONGEST) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return false;
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

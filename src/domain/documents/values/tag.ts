/** A tag that the repository had, and what it was on: a commit, unless somebody tagged something else. */
export interface SeenTag {
  name: string;
  sha: string;
  /**
   * True: it was new, beside one that a webhook had announced before, and no webhook had told of this one yet. When that
   * comes, this one has arrived later. Absent: it has not.
   */
  early?: true;
}

/** All tags that a glob names, as one look saw them. */
export interface SeenTags {
  glob: string;
  seen: SeenTag[];
}

/** The tag that a head comes from. */
export interface HeadTag {
  name: string;
  /** The commit that it was on before. Absent: it is new. */
  from?: string;
}

/** A tag that the repository had, and what it was on: a commit, unless somebody tagged something else. */
export interface SeenTag {
  name: string;
  sha: string;
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

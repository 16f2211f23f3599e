/** The output without what an encoding inserts between symbols, and the positions of the remaining symbols in it. */
export interface View {
  text: string;
  /** Position of each symbol, followed by the end position of the last one. null: the same as in the output. */
  at: Int32Array | null;
  /** End position of each symbol. null: each is one character long. */
  end: Int32Array | null;
  /**
   * 1: a line ended right before this symbol, or after the last one for the final entry. null: this view does not
   * join lines.
   */
  breaks: Uint8Array | null;
}

/** The output as it is. */
export function plainView(text: string): View {
  return { text, at: null, end: null, breaks: null };
}

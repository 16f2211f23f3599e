/**
 * The version of the stored documents, which an exported file names. It is the same on both tiers, whereas the versions of
 * their schemas also count changes of tables. A change of the documents' types that an older program could not read raises
 * it, together with a step in the migrations of each store. `readRecord` reads documents of every version up to this one:
 * a step that changes documents has to be done there too, so that older files can be imported.
 */
export const DOCUMENTS_VERSION = 6;

/** The section of ARCHITECTURE.md that lists the tree below `root`. */
export function treeText(root: string): string;
/** The document with its tree section replaced. */
export function withTree(document: string, tree: string): string;

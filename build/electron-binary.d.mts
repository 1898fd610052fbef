// What the tests may use of electron-binary.mjs.

/** `ok` with the executable's path, or why there is none. */
export function findElectron(): { readonly state: string; readonly path?: string };

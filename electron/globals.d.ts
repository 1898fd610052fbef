// Names that the build replaces by values (build/defines.ts).

/** The version of package.json. */
declare const RINGSIDE_VERSION: string;

/** Reads values out of JSON that a person wrote. What is wrong is named with its path and with what would be right, and
 *  reading goes on, so that all mistakes show at once. */
import { LIMITS } from '../limits.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Methods give the value, or the default when it is absent or wrong; a wrong one adds to `errors`. */
export class JsonCheck {
  readonly errors: string[] = [];

  /** Keeps at most LIMITS.topologyErrors. */
  fail(path: string, detail: string): void {
    const place = path === '' ? 'the file' : path;
    if (this.errors.length < LIMITS.topologyErrors) this.errors.push(`${place}: ${detail}`);
  }

  /** An object with no keys but `keys`; empty when it is none. */
  object(value: unknown, path: string, keys: readonly string[]): JsonObject {
    if (!isObject(value)) {
      this.fail(path, `${show(value)} is not an object with some of: ${keys.join(', ')}`);
      return {};
    }
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) {
        this.fail(pathTo(path, key), `is not known here; allowed: ${keys.join(', ')}`);
      }
    }
    return value;
  }

  /** Each element read by `read`; `undefined` when the key is absent. */
  list<T>(
    from: JsonObject,
    path: string,
    key: string,
    most: number,
    read: (value: unknown, path: string) => T,
  ): T[] | undefined {
    const value = from[key];
    const here = pathTo(path, key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.fail(here, `${show(value)} is not a list`);
      return undefined;
    }
    if (value.length > most) {
      this.fail(here, `has ${value.length} elements; at most ${most} are allowed`);
      return undefined;
    }
    return value.map((element, place) => read(element, `${here}[${place}]`));
  }

  integer(
    from: JsonObject,
    path: string,
    key: string,
    { min, max, otherwise }: { min: number; max: number; otherwise: number },
  ): number {
    const value = from[key];
    if (value === undefined) return otherwise;
    return this.integerValue(value, pathTo(path, key), min, max) ?? otherwise;
  }

  integerValue(value: unknown, path: string, min: number, max: number): number | undefined {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) {
      return value;
    }
    this.fail(path, `${show(value)} is not a whole number from ${min} to ${max}`);
    return undefined;
  }

  boolean(from: JsonObject, path: string, key: string, otherwise: boolean): boolean {
    const value = from[key];
    if (value === undefined) return otherwise;
    if (typeof value === 'boolean') return value;
    this.fail(pathTo(path, key), `${show(value)} is neither true nor false`);
    return otherwise;
  }

  /** One of `allowed`, as it is written there. */
  choice<T extends string | number>(
    value: unknown,
    path: string,
    allowed: readonly T[],
  ): T | undefined {
    const found = allowed.find((name) => name === value);
    if (found === undefined) {
      this.fail(path, `${show(value)} is not allowed; allowed: ${allowed.join(', ')}`);
    }
    return found;
  }

  /** A list of choices, each once, as their places in `allowed`; `undefined` when the key is absent. */
  choices<T extends string | number>(
    from: JsonObject,
    path: string,
    key: string,
    allowed: readonly T[],
  ): number[] | undefined {
    const found = this.list(from, path, key, allowed.length, (value, here) =>
      this.choice(value, here, allowed),
    );
    const places = found?.flatMap((name) => (name === undefined ? [] : allowed.indexOf(name)));
    return places && [...new Set(places)].sort((left, right) => left - right);
  }

  /** Printable ASCII of 1 to `most` characters. */
  text(value: unknown, path: string, most: number): string {
    if (typeof value === 'string' && value.length <= most && /^[\x20-\x7e]+$/.test(value)) {
      return value;
    }
    this.fail(path, `${show(value)} is not 1 to ${most} characters of ASCII`);
    return '?';
  }
}

/** `streams[0].rates` */
export function pathTo(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Short enough for a line. */
function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

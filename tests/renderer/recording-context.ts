/** A canvas context that writes down what is drawn into it: for tests of pure draw functions. */

export interface DrawCall {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Colours and alpha in force at the call. */
  readonly fillStyle: string;
  readonly strokeStyle: string;
  readonly globalAlpha: number;
}

export interface Recording {
  readonly ctx: CanvasRenderingContext2D;
  readonly calls: DrawCall[];
  /** Calls of one method. */
  of(name: string): DrawCall[];
  /** Every text that was drawn. */
  texts(): string[];
}

/** Text is 6 px wide a letter. */
export function recordingContext(): Recording {
  const calls: DrawCall[] = [];
  const state: Record<string, unknown> = { fillStyle: '', strokeStyle: '', globalAlpha: 1 };
  const stack: Record<string, unknown>[] = [];
  const methods: Record<string, (...args: unknown[]) => unknown> = {
    measureText: (text) => ({ width: String(text).length * 6 }),
    createImageData: (width, height) => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * Number(width) * Number(height)),
    }),
    save: () => void stack.push({ ...state }),
    restore: () => void Object.assign(state, stack.pop()),
  };
  const ctx = new Proxy(state, {
    get(_, name: string) {
      if (name in state) return state[name];
      return (...args: unknown[]) => {
        const { fillStyle, strokeStyle, globalAlpha } = state;
        calls.push({ name, args, fillStyle, strokeStyle, globalAlpha } as DrawCall);
        return methods[name]?.(...args);
      };
    },
  }) as unknown as CanvasRenderingContext2D;
  const of = (name: string) => calls.filter((call) => call.name === name);
  return { ctx, calls, of, texts: () => of('fillText').map(({ args }) => String(args[0])) };
}

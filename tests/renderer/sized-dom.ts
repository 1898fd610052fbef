/** The test DOM lays nothing out: gives every element one size, and observers that never fire. */

export function giveElementsASize(widthPx: number, heightPx: number): void {
  const size = (value: number) => ({ configurable: true, get: () => value });
  Object.defineProperties(HTMLElement.prototype, {
    clientWidth: size(widthPx),
    clientHeight: size(heightPx),
    offsetWidth: size(widthPx),
    offsetHeight: size(heightPx),
  });
  globalThis.ResizeObserver = class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
}

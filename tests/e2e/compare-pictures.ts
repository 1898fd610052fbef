// Two pictures of the window, compared in blocks: edges that another rasterizer smooths otherwise leave a block's mean colour as
// it was, while a control that is missing or has moved does not.
import type { Page } from 'playwright-core';

const BLOCK_PX = 10;
/** How far a block's mean may be off in each of red, green and blue, of 255. */
const MOST_OFF = 20;

export interface Comparison {
  /** Of all blocks those that differ, 0 to 1; 1 when the sizes do. */
  readonly share: number;
  /** The second picture as PNG, with a frame around each block that differs. */
  readonly marked: Buffer;
}

/** Compares two PNGs in the page's own browser, which can read them. */
export async function comparePictures(page: Page, one: Buffer, other: Buffer): Promise<Comparison> {
  const { share, marked } = await page.evaluate(compareInPage, {
    pictures: [one.toString('base64'), other.toString('base64')] as const,
    blockPx: BLOCK_PX,
    mostOff: MOST_OFF,
  });
  return { share, marked: Buffer.from(marked.slice(marked.indexOf(',') + 1), 'base64') };
}

interface Asked {
  readonly pictures: readonly [string, string];
  readonly blockPx: number;
  readonly mostOff: number;
}

/** Runs in the page: nothing outside of it is there. */
async function compareInPage({ pictures, blockPx, mostOff }: Asked) {
  const draw = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = document.createElement('canvas');
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    return { canvas, context };
  };
  const [one, other] = await Promise.all(pictures.map(draw));
  if (one === undefined || other === undefined) throw new Error('two pictures are compared');
  const { width, height } = other.canvas;
  if (one.canvas.width !== width || one.canvas.height !== height) {
    return { share: 1, marked: other.canvas.toDataURL('image/png') };
  }
  const means = ({ context }: typeof one, x: number, y: number) => {
    const { data } = context.getImageData(x, y, blockPx, blockPx);
    const sums = [0, 0, 0];
    for (const [at, value] of data.entries())
      if (at % 4 < 3) sums[at % 4] = (sums[at % 4] ?? 0) + value;
    return sums.map((sum) => sum / (data.length / 4));
  };
  const differing: [number, number][] = [];
  let blocks = 0;
  for (let y = 0; y < height; y += blockPx) {
    for (let x = 0; x < width; x += blockPx) {
      blocks += 1;
      const wanted = means(one, x, y);
      const isOff = means(other, x, y).some(
        (mean, at) => Math.abs(mean - (wanted[at] ?? 0)) > mostOff,
      );
      if (isOff) differing.push([x, y]);
    }
  }
  other.context.strokeStyle = 'red';
  for (const [x, y] of differing)
    other.context.strokeRect(x + 0.5, y + 0.5, blockPx - 1, blockPx - 1);
  return { share: differing.length / blocks, marked: other.canvas.toDataURL('image/png') };
}

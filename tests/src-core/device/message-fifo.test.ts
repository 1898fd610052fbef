import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageFifo } from '../../../src-core/device/message-fifo.ts';

test('what goes in first comes out first, however often it fills and empties', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(200))), (steps) => {
      const fifo = new MessageFifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const [pushes, shifts] of steps) {
        for (let count = 0; count < pushes; count++) {
          fifo.push(next);
          model.push(next++);
        }
        for (let count = 0; count < shifts; count++) expect(fifo.shift()).toBe(model.shift());
        expect([fifo.count, fifo.first]).toEqual([model.length, model[0]]);
      }
    }),
    { seed: 12, numRuns: 50 },
  );
});
